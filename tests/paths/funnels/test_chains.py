"""The fast search and the slow one find the same chains wherever both are exact."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from paths.funnels.chains import NEVER, Chains, find_chains
from paths.funnels.tied_chains import find_tied_chains

STEPS = 3


@given(
    st.lists(
        st.tuples(st.integers(0, 2), st.integers(0, 12), st.integers(1, 7)),
        unique_by=lambda event: event[:2],
        max_size=15,
    ),
    st.integers(1, 12),
)
def test_both_searches_agree_on_events_that_do_not_tie(events: list[tuple[int, int, int]], window: int) -> None:
    entrant, time, matches = np.array(events, np.int64).reshape(-1, 3).T
    event, step = np.nonzero(matches[:, None] >> np.arange(STEPS) & 1)
    good_for = np.bitwise_count(matches).astype(np.int64)
    fast = find_chains(entrant[event], time[event], step, good_for[event], STEPS, window)
    slow = find_tied_chains(entrant, time, matches, STEPS, window)
    for part in ("entrant", "level", "times", "last_entry"):
        assert getattr(fast, part).tolist() == getattr(slow, part).tolist(), part


def search(*events: tuple[int, int], window: int = 10) -> Chains:
    """Search one entrant's events (time, steps as bits) the slow way."""
    time, matches = np.array(events, np.int64).T
    return find_tied_chains(np.zeros_like(time), time, matches, STEPS, window)


def test_tied_events_share_out_the_steps_among_them() -> None:
    chains = search((5, 0b111), (5, 0b001), (5, 0b011))
    assert chains.times.tolist() == [[5, 5, 5]]


def test_two_tied_events_serve_at_most_two_steps() -> None:
    assert search((5, 0b111), (5, 0b111)).level.tolist() == [2]


def test_a_chain_takes_its_events_as_late_as_it_can() -> None:
    chains = search((1, 0b001), (2, 0b011), (2, 0b011), (3, 0b100))
    assert chains.times.tolist() == [[2, 2, 3]]
    assert chains.last_entry.tolist() == [2]


def test_who_never_took_the_first_step_has_no_chain() -> None:
    chains = search((1, 0b110), (1, 0b010))
    assert chains.entrant.size == 0
    assert chains.times.shape == (0, STEPS)


def test_steps_not_reached_have_no_time() -> None:
    assert search((1, 0b001), (1, 0b010), window=1).times.tolist() == [[1, 1, NEVER]]
