import msgspec
import numpy as np
import pytest

from serving import NeighbourSettings, PastSessions, SessionNeighbours
from serving.clicks.past_sessions import PLACES
from tests.serving.shop import draw_sessions


def rank(past: PastSessions, *visit: str) -> list[str]:
    return past.keys[SessionNeighbours(past).rank_next(visit).target].tolist()


def test_the_session_that_shares_more_is_believed_more() -> None:
    past = draw_sessions("a b x\nb y", own=0.0, onward=0.0)
    assert rank(past, "a", "b")[0] == "x"


def test_what_came_after_weighs_more_than_what_came_before() -> None:
    past = draw_sessions("x a y", own=0.0, onward=0.0, before=0.5)
    assert rank(past, "a") == ["y", "x", "a"] or rank(past, "a") == ["y", "a", "x"]


def test_a_rare_click_in_common_tells_more_than_one_that_everybody_makes() -> None:
    past = draw_sessions(
        "home z\nhome z\nhome z\nrare home x\nhome y", own=0.0, onward=0.0, click_fade=100.0, age_fade=100.0
    )
    assert rank(past, "rare", "home")[0] == "x"


def test_an_unknown_visit_and_an_empty_one_have_no_neighbours() -> None:
    past = draw_sessions("a b\nb c")
    assert rank(past) == rank(past, "stranger") == rank(PastSessions.empty(), "a") == []


def test_a_session_of_one_click_teaches_nothing_and_a_million_clicks_are_cut() -> None:
    past = PastSessions.from_codes(
        ["a", "b", "c"], [0, *[1] * 1_000, 2, 2], [2, *[0, 1] * 500, 0, 1], NeighbourSettings()
    )
    assert past.keys.tolist() == ["a", "b"]
    assert np.diff(past.starts).tolist() == [2, PLACES]
    assert rank(past, *["a", "b"] * 500_000)[0] in ("a", "b")


def test_sessions_that_are_too_old_for_every_list_are_left_out() -> None:
    past = draw_sessions("a b\na b\na b", sample=1)
    assert len(past.age) == 1
    assert past.seen.tolist() == [3, 3]
    assert past.scales[0] == 3


def test_wrong_settings_are_told_all_at_once() -> None:
    with pytest.raises(
        ValueError, match=r"`neighbours` is 0: give 1 or more; `own` is -1.0: give 0 or more"
    ) as refusal:
        NeighbourSettings(neighbours=0, own=-1.0)
    assert "sample" not in str(refusal.value)
    with pytest.raises(ValueError, match="step_fade"):
        msgspec.convert({"step_fade": 0.0}, NeighbourSettings)


def test_what_stands_close_to_what_neighbours_say_is_proposed_too() -> None:
    walks = "b c\n" * 3 + "a b"
    assert set(rank(draw_sessions(walks, onward=1.0), "a")) == {"a", "b", "c"}
    assert "c" not in rank(draw_sessions(walks, onward=0.0), "a")


def test_a_visit_that_went_back_and_forth_is_expected_to_go_back_again() -> None:
    past = draw_sessions("a b a b a\n" * 20 + "c d e f g\n" * 20, target_power=0.0)
    assert rank(past, "c", "d", "c")[0] == "d"
    assert rank(past, "e", "c", "d")[0] == "e"
