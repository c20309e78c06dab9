"""Journeys at their edges: ties, several lines of one order, stages from the site map."""

import pytest

from paths import AbandonmentSettings, AbandonmentStage, Journey, count_abandonment, trace_journeys
from tests.drawing import at, draw

LATER = at("9 00:00")


def tell(text: str, quiet_hours: float = 24) -> list[tuple[str, str, int]]:
    journeys = Journey.validate(trace_journeys(draw(text), AbandonmentSettings(quiet_hours), LATER))
    return journeys.select("state", "stage", "items_left").rows()


def test_an_order_of_several_lines_is_one_purchase() -> None:
    assert tell("""
        time  | name        | item
        08:00 | add_to_cart | P1
        08:01 | add_to_cart | P2
        08:05 | purchase    | P1
        08:05 | purchase    | P2
        08:06 | page_view   |
    """) == [("bought", "purchase", 0)]


def test_the_site_map_may_tell_the_stage_of_a_page() -> None:
    assert tell("""
        time  | name        | stage    | page
        08:00 | page_view   | page     | plan
        08:01 | page_view   | payment  | pay
    """) == [("abandoned", "payment", 0)]


def test_two_journeys_may_open_at_one_moment() -> None:
    assert tell("""
        time  | name             | item
        08:00 | add_to_cart      | P1
        08:00 | remove_from_cart | P1
        08:00 | add_to_cart      | P2
    """) == [("emptied", "cart", 0), ("abandoned", "cart", 1)]


def test_what_was_left_in_an_abandoned_cart_is_not_in_the_next() -> None:
    assert tell("""
        time    | name        | item | quantity
        1 08:00 | add_to_cart | P1   | 3
        4 08:00 | add_to_cart | P1   | 1
    """) == [("abandoned", "cart", 3), ("abandoned", "cart", 1)]


@pytest.mark.parametrize(("quiet_hours", "journeys"), [(0.5, 2), (1.0, 1)])
def test_the_settings_say_how_long_silence_lasts(quiet_hours: float, journeys: int) -> None:
    drawn = "time | name \n 08:00 | view_item \n 09:00 | view_item"
    assert len(tell(drawn, quiet_hours)) == journeys


def test_nobody_makes_no_journeys_and_no_report() -> None:
    journeys = trace_journeys(draw("time | name"), AbandonmentSettings(), LATER)
    assert Journey.validate(journeys).height == 0
    assert AbandonmentStage.validate(count_abandonment(journeys)).height == 0


def test_the_next_session_is_one_that_began_after_the_journey() -> None:
    journeys = trace_journeys(
        draw("""
            customer | session | visitor | time  | name      | page
            ann      | s1      | laptop  | 08:00 | view_item | plan
            ann      | s2      | phone   | 08:00 | page_view | tied
            ann      | s3      | tablet  | 07:00 | page_view | earlier
            ann      | s3      | tablet  | 08:10 | page_view | same
            ann      | s4      | laptop  | 08:50 | page_view | next
        """),
        AbandonmentSettings(),
        LATER,
    )
    assert journeys["next_page"].to_list() == ["next"]


def test_settings_refuse_all_that_has_no_length_at_once() -> None:
    with pytest.raises(ValueError, match=r"quiet_hours is -1: give .* like 24, .*; recover_days is 0: give .* like 30"):
        AbandonmentSettings(-1, 0)
