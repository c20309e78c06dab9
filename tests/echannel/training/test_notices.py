"""What the gate says of the days that it judges by."""

import msgspec

from echannel.training.decisions import Decision
from echannel.training.notices import tell_quiet_days, tell_unjudged
from echannel.training.trial import open_trial
from tests.echannel.training.circles import choose_settings, lay_out, walk_circles


def tell(*days: int) -> list[str]:
    settings = choose_settings()
    evaluation = msgspec.structs.replace(settings.evaluation, test_share=0.4)
    return list(
        tell_quiet_days(
            open_trial(lay_out(walk_circles(days)), msgspec.structs.replace(settings, evaluation=evaluation))
        )
    )


def test_a_day_without_data_among_the_last_is_said_with_what_to_do() -> None:
    (told,) = tell(0, 1, 2, 3, 4, 5, 6, 7, 9, 10, 11)
    assert told.startswith("web: on 2026-03-10 less than a quarter of the usual 96 rows came, 0 in all.")
    assert "mend the feed, ingest, and train again" in told


def test_of_several_days_the_first_and_the_number_are_said() -> None:
    (told,) = tell(0, 1, 2, 3, 4, 5, 6, 9, 11, 12, 13)
    assert "on 2026-03-09 and 2 more of the last days" in told


def test_where_every_day_came_nothing_is_said() -> None:
    assert tell(*range(10)) == []


def test_a_question_that_the_last_days_cannot_judge_is_named() -> None:
    """One that nobody answers needs no judgement."""
    unjudged = Decision("also_bought", "also_bought", "new", None, None)
    assert list(tell_unjudged([unjudged, Decision("for_you", None, None, None, None)])) == [
        "also_bought: the last days hold no case to judge by, so nobody knows how well they do."
    ]
