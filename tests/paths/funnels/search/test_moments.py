"""Moments gather the events of one time, and few shapes stand for many of them."""

import numpy as np
import polars as pl

from paths import FunnelDefinition, FunnelStep
from paths.funnels.search.chains import NEVER
from paths.funnels.search.events import arrange_events
from paths.funnels.search.moments import Moments, gather_moments


def gather(*events: tuple[int, int], most: int = 3) -> Moments:
    """Gather one entrant's events (time, steps as bits)."""
    time, good = np.array(events, np.int64).T
    frame = pl.DataFrame({"entrant": ["v"] * time.size, "time": time, "good": good.astype(np.uint8)})
    return gather_moments(arrange_events(frame, FunnelDefinition((FunnelStep("purchase"),))).events, most)


def test_a_moment_is_good_for_what_any_of_its_events_is_good_for_and_pure_in_what_all_are() -> None:
    moments = gather((1, 0b011), (1, 0b110), (2, 0b100))
    assert moments.good.tolist() == [0b111, 0b100]
    assert moments.pure.tolist() == [0b010, 0b100]
    assert [moments.count_foreign(step).tolist() for step in (0, 1, 2)] == [[0, 1, 2], [0, 0, 1], [0, 1, 1]]


def test_moments_whose_events_are_good_for_the_same_steps_are_of_one_shape_in_whatever_order() -> None:
    moments = gather((1, 0b01), (1, 0b10), (2, 0b10), (2, 0b01), (3, 0b01), (4, 0b01), (4, 0b01))
    assert moments.shape[0] == moments.shape[1]
    assert len(set(moments.shape.tolist())) == len(moments.shapes) == 3
    assert [moments.shapes[shape] for shape in moments.shape] == [(1, 2), (1, 2), (1,), (1, 1)]


def test_of_events_that_are_alike_no_more_are_looked_at_than_there_are_steps() -> None:
    moments = gather(*[(5, 0b1)] * 9, (5, 0b0), most=3)
    assert moments.shapes == [(0, 1, 1, 1)]
    assert moments.most == 4


def test_steps_are_served_by_events_of_their_own() -> None:
    moments = gather((1, 0b11), (1, 0b01), (2, 0b11))
    served = moments.serve((0, 1))[moments.shape]
    assert (served[1] == NEVER).all()
    taken = moments.events[moments.begin[0] + served[0]]
    assert taken.tolist() == [1, 0]
    assert moments.is_free_of_foreigners((1,))[moments.shape].tolist() == [False, True]
