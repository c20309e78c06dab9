import doctest

import numpy as np
import polars as pl
import pytest

from recommend import PairSettings, RuleSettings, count_pairs, mine_rules
from recommend.related import clusters
from recommend.related.clusters import number_people
from tests.shop_baskets import pack


def test_examples() -> None:
    assert doctest.testmod(clusters).failed == 0


def test_baskets_of_nobody_known_have_numbers_of_their_own() -> None:
    numbers = number_people(pack(["ab", "a", "b", "ab", "c"], ["bob", None, "ann", None, "bob"]))
    assert numbers is not None
    assert numbers.tolist() == [1, 2, 0, 3, 1]


@pytest.mark.parametrize("people", [[], ["ann", "bob"], ["ann", None], [None, None]])
def test_where_nobody_has_two_baskets_nobody_is_numbered(people: list[str | None]) -> None:
    assert number_people(pack(["ab", "abc"], people)) is None


def test_cutting_people_into_blocks_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    chance = np.random.default_rng(1)
    contents = [chance.choice(list("abcdefghij"), size=5, replace=False).tolist() for _ in range(200)]
    baskets = pack(contents, [f"p{number}" for number in chance.integers(0, 40, 200)])

    def count() -> list[pl.DataFrame]:
        return [count_pairs(baskets, PairSettings()), mine_rules(baskets, RuleSettings())]

    whole = count()
    monkeypatch.setattr(clusters, "BLOCK_WORK", 97)
    assert (whole[0]["people"] < whole[0]["baskets"]).any()
    assert all(one.equals(other) for one, other in zip(whole, count(), strict=True))
