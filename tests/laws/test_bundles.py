"""What is true of bundles, whatever the orders."""

from collections import Counter
from itertools import combinations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import poisson

from recommend import (
    Basket,
    Candidate,
    CandidateSettings,
    PairSettings,
    Substitute,
    SubstituteSettings,
    count_pairs,
    find_candidates,
    find_substitutes,
)
from recommend.bundles.triples import count_triples
from tests.shop_baskets import NOW, catalogue

ITEMS = "abcdef"
CONTENTS = st.lists(st.sets(st.sampled_from(ITEMS), min_size=1, max_size=5), max_size=14)
SHOP = "item | category\n" + "\n".join(f"{item} | {item}" for item in ITEMS)

# No deadline: the machine may be busy, and a law is not about time.
lawful = settings(deadline=None, max_examples=60)


def pack(contents: list[set[str]]) -> pl.DataFrame:
    rows = [(f"{number:03}", item) for number, items in enumerate(contents) for item in sorted(items)]
    return Basket.validate(pl.DataFrame(rows, schema={"basket": pl.String, "item_id": pl.String}, orient="row"))


@lawful
@given(CONTENTS)
def test_triples_are_what_counting_one_by_one_gives(contents: list[set[str]]) -> None:
    pairs = count_pairs(pack(contents), PairSettings(min_together=1))
    counted = count_triples(pairs, pack(contents))
    together = Counter(three for items in contents for three in combinations(sorted(items), 3))
    assert counted.select("item_a", "item_b", "item_c", "baskets").rows() == sorted(
        (*three, count) for three, count in together.items()
    )
    rows = sum(map(len, contents))
    for *three, both, expected, q_value in counted.rows():
        splits = [
            sum(len(items) - 2 for items in contents if set(three) - {apart} <= items)
            * sum(apart in items for items in contents)
            / rows
            for apart in three
        ]
        assert expected == pytest.approx(max(splits))
        assert q_value >= poisson.sf(both - 1, expected) * (1 - 1e-9)


@lawful
@given(CONTENTS)
def test_candidates_keep_their_schema_whatever_the_orders(contents: list[set[str]]) -> None:
    bought = pack(contents)
    pairs = count_pairs(bought, PairSettings(min_together=1))
    found = find_candidates(
        pairs, bought, Substitute.create_empty(), catalogue(SHOP), CandidateSettings(max_q_value=0.99), NOW
    )
    Candidate.validate(found)
    assert found["items"].n_unique() == found.height


@lawful
@given(CONTENTS, CONTENTS)
def test_no_substitute_is_a_candidate_that_nothing_stands_against(
    looked: list[set[str]], contents: list[set[str]]
) -> None:
    bought = pack(contents)
    viewed = count_pairs(pack(looked), PairSettings(min_together=1))
    loose = SubstituteSettings(max_q_value=0.99, max_ratio=0.99)
    substitutes = Substitute.validate(find_substitutes(viewed, bought, loose))
    pairs = count_pairs(bought, PairSettings(min_together=1))
    found = find_candidates(pairs, bought, substitutes, catalogue(SHOP), CandidateSettings(max_q_value=0.99), NOW)
    free = [set(items) for items in found.filter(pl.col("barred").is_null())["items"]]
    for pair in substitutes.select("item_a", "item_b").rows():
        assert not [items for items in free if set(pair) <= items]
