"""Exploration for every page: what the answer says of its chances is what the draw does."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from serving import Answers, PageLayouts, PlacedItem, Snapshot, draw_pair, find_propensities, read_key

MASKS = st.lists(st.booleans(), min_size=1, max_size=8).map(lambda marks: np.array([*marks[:-1], False]))
SHARES = st.floats(0, 1)


def show(mask: np.ndarray, pair: int) -> list[int]:
    order = list(range(len(mask)))
    if pair >= 0:
        order[pair], order[pair + 1] = order[pair + 1], order[pair]
    return order


@given(MASKS, SHARES)
def test_propensities_are_those_of_every_draw_counted_out(mask: np.ndarray, share: float) -> None:
    """Each pair in turn has share / pairs, no swap the rest; add up where each item then stands."""
    pairs = np.flatnonzero(mask).tolist()
    chances = {-1: 1 - share if pairs else 1.0, **{pair: share / len(pairs) for pair in pairs}}
    counted = np.zeros((len(mask), len(mask)))
    for pair, chance in chances.items():
        for place, item in enumerate(show(mask, pair)):
            counted[item, place] += chance
    told = find_propensities(mask, share)
    assert np.diag(counted) == pytest.approx(told.stays)
    assert all(counted[pair, pair + 1] == counted[pair + 1, pair] == pytest.approx(told.swaps) for pair in pairs)
    assert counted.sum(axis=0) == pytest.approx(np.ones(len(mask)))


@given(MASKS, st.sampled_from([0.0, 0.1, 0.25, 0.5, 1.0]))
def test_the_draw_gives_each_pair_its_share(mask: np.ndarray, share: float) -> None:
    """Evenly spaced draws: each pair within one draw of its share, and nothing that may not change."""
    draws = [draw_pair((number + 0.5) / 840, mask, share) for number in range(840)]
    pairs = np.flatnonzero(mask).tolist()
    assert set(draws) <= {-1, *pairs}
    for pair in pairs:
        assert abs(draws.count(pair) - 840 * share / len(pairs)) <= 1


@given(st.lists(st.tuples(st.text("abc", max_size=3), st.text("01", max_size=3)), min_size=2, unique=True))
def test_different_keys_are_different_numbers_from_0_up_to_1(parts: list[tuple[str, str]]) -> None:
    numbers = [read_key(*part) for part in parts]
    assert len(set(numbers)) == len(parts)
    assert all(0 <= number < 1 for number in numbers)


def test_over_many_keys_items_stand_where_their_propensities_say() -> None:
    """5,000 keys: every share within four standard errors, and each answer tells the propensity of what it shows."""
    rows = [PlacedItem("home", f"s{place}", f"i{place}", place in (0, 1, 3), 1, 9.0) for place in range(5)]
    answers, keys = Answers(Snapshot(layouts=PageLayouts.from_rows(rows, share=0.3))), 5_000
    seen: dict[tuple[str, str], list[float]] = {}
    for key in range(keys):
        for slot in answers.lay_out("home", str(key)):
            seen.setdefault((slot.slot, slot.item_id), []).append(slot.propensity)
    assert len(seen) == 5 + 2 * 3
    for told in seen.values():
        chance = told[0]
        assert set(told) == {chance}
        assert abs(len(told) / keys - chance) < 4 * np.sqrt(chance * (1 - chance) / keys)
