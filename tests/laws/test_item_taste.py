"""What is true of EASE and RP3β beyond the laws of every model: the formula, worked out the long way."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommend import EaseSettings, WalkSettings, rank_ease, rank_rp3beta
from serving import RankedLists, rank_from_items
from tests.recommend.taste.care import Table, care, read_ties, tabulate


class Maker(NamedTuple):
    """A maker of lists, and its formula without any short cut."""

    rank: Callable[[pl.DataFrame], RankedLists]
    weigh: Callable[[Table], npt.NDArray[np.float64]]


def regress_each(table: Table) -> npt.NDArray[np.float64]:
    """EASE the long way: each item's column by ridge regression on all the others (Steck 2019, equation 1)."""
    count = len(table.items)
    weights = np.zeros((count, count))
    for item in range(count):
        others = np.delete(np.arange(count), item)
        known = table.cared[:, others]
        weights[others, item] = np.linalg.solve(
            known.T @ known + 2.5 * np.eye(count - 1), known.T @ table.cared[:, item]
        )
    return weights


def walk_each(table: Table) -> npt.NDArray[np.float64]:
    """RP3β the long way: every walk from item to person to item (Paudel and others 2017)."""
    of_person, of_item = table.cared.sum(axis=1), table.cared.sum(axis=0)
    weights = np.zeros((len(table.items), len(table.items)))
    for person, item, other in np.ndindex(*table.cared.shape, len(table.items)):
        if item != other and table.cared[person, item] and table.cared[person, other]:
            step, next_step = (1 / of_item[item]) ** 0.7, (1 / of_person[person]) ** 0.7
            weights[item, other] += step * next_step / of_item[other] ** 0.4
    return weights


MAKERS = {
    "ease": Maker(lambda rows: rank_ease(rows, EaseSettings(regularization=2.5)), regress_each),
    "rp3beta": Maker(lambda rows: rank_rp3beta(rows, WalkSettings(alpha=0.7, beta=0.4)), walk_each),
}
every_maker = pytest.mark.parametrize("maker", MAKERS.values(), ids=MAKERS.keys())

PAIR = st.tuples(
    st.sampled_from(["ann", "bob", "cat", "dan"]), st.sampled_from(["case", "pack", "plan", "sim", "套餐"])
)
PAIRS = st.lists(PAIR, min_size=1, max_size=16, unique=True)


@every_maker
@given(pairs=PAIRS)
def test_the_weights_are_those_of_the_formula(maker: Maker, pairs: list[tuple[str, str]]) -> None:
    table, ties = tabulate(pairs), read_ties(maker.rank(care(*pairs)))
    told = np.array([[ties.get((key, other), 0.0) for other in table.items] for key in table.items])
    np.testing.assert_allclose(told, maker.weigh(table), atol=1e-6)


@every_maker
@given(pairs=PAIRS)
def test_an_item_is_never_in_its_own_list_and_both_counts_are_those_of_people(
    maker: Maker, pairs: list[tuple[str, str]]
) -> None:
    lists, table = maker.rank(care(*pairs)), tabulate(pairs)
    counts = table.cared.T @ table.cared
    assert lists.keys.tolist() == lists.targets.tolist() == table.items
    for place, key in enumerate(table.items):
        row = lists.rank_targets(key)
        assert place not in row.target
        assert row.alone == counts[place, place]
        assert row.together.tolist() == counts[place, row.target].tolist()


@every_maker
@given(pairs=PAIRS, visit=st.dictionaries(PAIR.map(lambda pair: pair[1]), st.integers(1, 5), max_size=4))
def test_a_visitor_is_answered_by_the_sum_over_their_items_and_never_with_one_of_them(
    maker: Maker, pairs: list[tuple[str, str]], visit: dict[str, int]
) -> None:
    lists = maker.rank(care(*pairs))
    ties = read_ties(lists)
    pool = rank_from_items(lists, [*visit, "unheard of"], [*map(float, visit.values()), 9.0], most=100)
    told = {str(lists.targets[code]): float(score) for code, score in zip(pool.target, pool.score, strict=True)}
    sums = {
        item: sum(weight * ties.get((own, item), 0.0) for own, weight in visit.items())
        for item in lists.targets.tolist()
        if item not in visit
    }
    assert told == pytest.approx({item: score for item, score in sums.items() if score > 0}, rel=1e-9)
    assert pool.score.tolist() == sorted(pool.score, reverse=True)


@every_maker
def test_an_unknown_item_and_an_empty_history_get_an_empty_list(maker: Maker) -> None:
    lists = maker.rank(care(("ann", "plan"), ("ann", "pack"), ("bob", "plan")))
    assert len(lists.rank_targets("unheard of").target) == 0
    assert len(rank_from_items(lists, [], [], most=5).target) == 0
    assert len(rank_from_items(lists, ["unheard of"], [1.0], most=5).target) == 0


@every_maker
def test_more_places_than_items_list_what_there_is(maker: Maker) -> None:
    lists = maker.rank(care(("ann", "plan"), ("ann", "pack"), ("bob", "plan"), ("bob", "pack")))
    assert [str(lists.targets[code]) for code in rank_from_items(lists, ["plan"], [1.0], most=99).target] == ["pack"]
