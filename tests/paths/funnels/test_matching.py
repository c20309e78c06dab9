"""Events are matched to steps and exclusions, one bit each."""

import polars as pl
import pytest

from paths import Exclusion, FunnelDefinition, FunnelStep
from paths.funnels.matching import match_events
from tests.drawing import draw

DRAWN = """
    visitor | time  | name        | page | item
    ann     | 08:00 | view_item   | p    | P1
    ann     | 08:01 | view_item   | q    |
    ann     | 08:02 | search      | p    | P1
    ann     | 08:03 | refund      | p    | P1
"""
STEPS = (FunnelStep("view_item"), FunnelStep("view_item", page="p"), FunnelStep("purchase"))


def test_bits_say_for_which_steps_an_event_is_good_and_which_exclusions_shut_it_out() -> None:
    matched = match_events(draw(DRAWN), FunnelDefinition(STEPS, exclude=(Exclusion("search"), Exclusion("refund"))))
    assert matched.select("good", "shut").rows() == [(0b11, 0), (0b01, 0), (0, 0b01), (0, 0b10)]


def test_only_what_matters_is_kept_but_in_a_strict_funnel_all_of_it_does() -> None:
    assert match_events(draw(DRAWN), FunnelDefinition(STEPS)).height == 2
    assert match_events(draw(DRAWN), FunnelDefinition(STEPS, order="strict")).height == 4


def test_events_without_a_value_of_what_is_held_take_no_part() -> None:
    assert match_events(draw(DRAWN), FunnelDefinition(STEPS, hold="item_id"))["hold 0"].to_list() == ["P1"]


@pytest.mark.parametrize(("steps", "dtype"), [(8, pl.UInt8), (9, pl.UInt16), (17, pl.UInt32), (40, pl.UInt64)])
def test_there_is_room_for_as_many_steps_as_a_funnel_may_have(steps: int, dtype: type[pl.DataType]) -> None:
    last = FunnelStep("search")
    matched = match_events(draw(DRAWN), FunnelDefinition((*[FunnelStep("purchase")] * (steps - 1), last)))
    assert matched["good"].to_list() == [1 << steps - 1]
    assert matched["good"].dtype == dtype
