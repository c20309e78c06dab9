"""The fast search and the slow one find the same chains wherever both are exact."""

import numpy as np
import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from paths import FunnelDefinition, FunnelStep
from paths.funnels.search.chains import NEVER, Chains
from paths.funnels.search.courses import Course, list_courses
from paths.funnels.search.events import Events, arrange_events
from paths.funnels.search.links import find_chains
from paths.funnels.search.moments import gather_moments
from paths.funnels.search.tied_chains import find_tied_chains

STEPS = 3
DATA_END = 100


def lay_course(window: int, order: str = "ordered", after_minutes: float = 0) -> Course:
    """Lay a course of three steps with a window in microseconds."""
    steps = (FunnelStep("view_item"), FunnelStep("add_to_cart", after_minutes=after_minutes), FunnelStep("purchase"))
    return list_courses(FunnelDefinition(steps, window_hours=window / 3.6e9, order=order))[0]


def arrange(rows: list[tuple[int, int, int]]) -> Events:
    """Arrange events (entrant, time, steps as bits)."""
    entrant, time, good = np.array(rows, np.int64).reshape(-1, 3).T
    frame = pl.DataFrame({"entrant": entrant.astype(str), "time": time, "good": good.astype(np.uint8)})
    return arrange_events(frame, FunnelDefinition((FunnelStep("purchase"),))).events


@given(
    st.lists(
        st.tuples(st.integers(0, 2), st.integers(0, 12), st.integers(1, 7)),
        unique_by=lambda event: event[:2],
        max_size=15,
    ),
    st.integers(1, 12),
    st.sampled_from(["ordered", "strict"]),
)
def test_both_searches_agree_on_events_that_do_not_tie(
    rows: list[tuple[int, int, int]], window: int, order: str
) -> None:
    events, course = arrange(rows), lay_course(window, order)
    fast = find_chains(events, course, STEPS, in_log_order=False, data_end=12)
    slow = find_tied_chains(gather_moments(events, STEPS), course, STEPS, data_end=12)
    for part in ("entrant", "level", "taken", "waiting"):
        assert getattr(fast, part).tolist() == getattr(slow, part).tolist(), part


def search(*events: tuple[int, int], window: int = 10) -> Chains:
    """Search one entrant's events (time, steps as bits) the slow way; give when each step was taken."""
    arranged = arrange([(0, *event) for event in events])
    chains = find_tied_chains(gather_moments(arranged, STEPS), lay_course(window), STEPS, DATA_END)
    times = np.where(chains.taken == NEVER, NEVER, arranged.time[chains.taken] + events[0][0])
    return Chains(chains.entrant, chains.level, times, chains.waiting)


def test_tied_events_share_out_the_steps_among_them() -> None:
    assert search((5, 0b111), (5, 0b001), (5, 0b011)).taken.tolist() == [[5, 5, 5]]


def test_two_tied_events_serve_at_most_two_steps() -> None:
    assert search((5, 0b111), (5, 0b111)).level.tolist() == [2]


def test_a_chain_takes_its_events_as_late_as_it_can() -> None:
    assert search((1, 0b001), (2, 0b011), (2, 0b011), (3, 0b100)).taken.tolist() == [[2, 2, 3]]


def test_who_never_took_the_first_step_has_no_chain() -> None:
    chains = search((1, 0b110), (1, 0b010))
    assert chains.entrant.size == 0
    assert chains.taken.shape == (0, STEPS)


def test_steps_not_reached_have_no_event() -> None:
    assert search((1, 0b001), (1, 0b010), window=1).taken.tolist() == [[1, 1, NEVER]]


def test_times_too_far_apart_for_one_key_are_searched_all_the_same() -> None:
    century, entrants = 3_155_760_000_000_000, 5_000
    rows = [(who, time, good) for who in range(entrants) for time, good in ((century, 1), (century + 60_000_000, 2))]
    events = arrange([*rows, (0, 0, 1)])
    assert events.clock is not None
    for after, level in ((0, 2), (1, 2), (1.1, 1)):
        chains = find_chains(events, lay_course(60_000_000, after_minutes=0), STEPS, False, DATA_END)
        assert set(chains.level.tolist()) == {2}
        course = lay_course(3_600_000_000, after_minutes=after)
        assert set(find_chains(events, course, STEPS, False, DATA_END).level.tolist()) == {level}
