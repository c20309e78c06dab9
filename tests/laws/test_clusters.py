"""What is true of the people behind pairs, rules, triples and crossings, whatever the baskets."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import timedelta
from itertools import combinations

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import gammainc

from evaluation import shuffle_baskets
from recommend import (
    Basket,
    Crossing,
    Pair,
    PairSettings,
    RelationSettings,
    Rule,
    RuleSettings,
    Sighting,
    count_crossings,
    count_pairs,
    mine_rules,
)
from recommend.bundles.triples import count_triples
from tests.drawing import DAY_ONE
from tests.laws.test_pairs import make_shop
from tests.shop_baskets import pack

OWNED = st.lists(
    st.tuples(st.sets(st.sampled_from("abcde"), min_size=1), st.sampled_from(["ann", "bob", "cat", None])), max_size=12
)
Owned = list[tuple[set[str], str | None]]

# No deadline: the machine may be busy, and a law is not about time.
lawful = settings(deadline=None, max_examples=40)


def pack_owned(owned: Owned) -> pl.DataFrame:
    return pack([items for items, _ in owned], [person for _, person in owned])


def count_people(owned: Owned, size: int) -> dict[tuple[str, ...], tuple[int, int, float]]:
    """Count one by one: the baskets of each set, the people behind them, and the design effect."""
    counts: defaultdict[tuple[str, ...], Counter[object]] = defaultdict(Counter)
    for number, (items, person) in enumerate(owned):
        for some in combinations(sorted(items), size):
            counts[some][person or number] += 1
    return {
        some: (whose.total(), len(whose), sum(count**2 for count in whose.values()) / whose.total())
        for some, whose in sorted(counts.items())
    }


def assert_told(
    table: pl.DataFrame, names: Sequence[str], counted: dict[tuple[str, ...], tuple[int, int, float]]
) -> None:
    """Hold baskets, people and p to what was counted one by one."""
    for row in table.iter_rows(named=True):
        baskets, people, effect = counted[tuple(row[name] for name in names)]
        assert (row["baskets"], row["people"]) == (baskets, people)
        assert row["p_value"] == pytest.approx(gammainc(baskets / effect, row["expected"] / effect))


@lawful
@given(OWNED, st.integers(1, 3))
def test_people_behind_pairs_are_what_counting_one_by_one_gives(owned: Owned, least: int) -> None:
    pairs = Pair.validate(count_pairs(pack_owned(owned), PairSettings(min_together=least)))
    assert_told(pairs, ("item_a", "item_b"), count_people(owned, 2))


@lawful
@given(OWNED)
def test_people_behind_rules_and_triples_are_what_counting_one_by_one_gives(owned: Owned) -> None:
    baskets, counted = pack_owned(owned), count_people(owned, 3)
    rules = Rule.validate(mine_rules(baskets, RuleSettings(0, 1, 0, most_items=3)))
    sets = rules.with_columns(items=pl.concat_list("antecedent", "consequent").list.sort()).unique("items")
    spelled = sets.with_columns(pl.col("items").list.get(place).alias(name) for place, name in enumerate("xyz"))
    assert spelled.height == len(counted)
    assert_told(spelled, "xyz", counted)
    triples = count_triples(count_pairs(baskets, PairSettings(min_together=1)), baskets)
    told = triples.select("item_a", "item_b", "item_c", "baskets", "people").rows()
    assert triples.schema["people"] == pl.Int64
    assert told == [(*some, baskets, people) for some, (baskets, people, _) in counted.items()]


@settings(deadline=None, max_examples=30)
@given(OWNED)
def test_people_behind_crossings_are_what_counting_one_by_one_gives(owned: Owned) -> None:
    """a and b are seen on the web, the others in the app."""
    rows = pack_owned(owned).with_columns(
        person_id=pl.coalesce("person_id", "basket"),
        channel=pl.when(pl.col("item_id") < "c").then(pl.lit("web")).otherwise(pl.lit("app")),
        seen_at=pl.lit(DAY_ONE),
        asked=pl.lit(value=True),
        told=pl.lit(value=True),
    )
    crossings = count_crossings(
        {"seen": Sighting.cast(rows)}, RelationSettings(min_together=1), DAY_ONE + timedelta(days=1)
    )
    counted = count_people(owned, 2)
    both_ways = counted | {(other, one): told for (one, other), told in counted.items()}
    assert Crossing.validate(crossings).height == len(both_ways)
    assert_told(crossings, ("item_a", "item_b"), both_ways)


@lawful
@given(OWNED)
def test_who_has_one_basket_each_tells_as_much_as_strangers(owned: Owned) -> None:
    contents = [items for items, _ in owned]
    named = pack(contents, [f"p{number}" for number in range(len(owned))])
    one, other = (count_pairs(baskets, PairSettings(min_together=1)) for baskets in (named, pack(contents)))
    assert one.equals(other)
    assert (one["people"] == one["baskets"]).all()


@pytest.mark.parametrize("seed", range(3))
def test_on_shuffled_baskets_of_people_who_come_again_nothing_is_significant(seed: int) -> None:
    """Most people have three baskets or so, one has a hundred."""
    chance = np.random.default_rng(seed)
    shop = make_shop(chance)
    baskets = pack(shop, ["dealer"] * 100 + [f"p{number}" for number in chance.integers(0, 400, len(shop) - 100)])
    mixed = Basket.validate(shuffle_baskets(baskets, seed))
    pairs = count_pairs(mixed, PairSettings())
    assert (pairs["people"] < pairs["baskets"]).any()
    assert pairs["q_value"].min() > 0.05
    assert mine_rules(mixed, RuleSettings(min_confidence=0))["q_value"].min() > 0.05
