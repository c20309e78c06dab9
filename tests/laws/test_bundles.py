"""What is true of bundles, whatever the orders."""

from collections import Counter
from itertools import combinations
from math import prod

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import poisson

from evaluation import shuffle_baskets
from recommend import (
    Basket,
    BundlePlan,
    BundlePlanSettings,
    Candidate,
    CandidateSettings,
    Offer,
    OfferSettings,
    PairSettings,
    Substitute,
    SubstituteSettings,
    count_pairs,
    find_candidates,
    find_flaws,
    find_substitutes,
    plan_bundles,
    price_offers,
)
from recommend.bundles.choice import choose_apart
from recommend.bundles.triples import count_triples
from recommend.related.chance import draw_shelf
from recommend.related.itemsets import fill_shelf
from tests.laws.odd_shops import SHAPES, shuffle_shop
from tests.laws.test_pairs import make_shop
from tests.shop_baskets import NOW, buy, candidates, catalogue, pack

ITEMS = "abcdef"
CONTENTS = st.lists(st.sets(st.sampled_from(ITEMS), min_size=1, max_size=5), max_size=14)
SHOP = "item | category\n" + "\n".join(f"{item} | {item}" for item in ITEMS)

# No deadline: the machine may be busy, and a law is not about time.
lawful = settings(deadline=None, max_examples=60)


@lawful
@given(CONTENTS)
def test_triples_are_what_counting_one_by_one_gives(contents: list[set[str]]) -> None:
    pairs = count_pairs(pack(contents), PairSettings(min_together=1))
    counted = count_triples(pairs, pack(contents))
    together = Counter(three for items in contents for three in combinations(sorted(items), 3))
    assert counted.select("item_a", "item_b", "item_c", "baskets").rows() == sorted(
        (*three, count) for three, count in together.items()
    )
    shelf = fill_shelf(pack(contents), 1)
    draw = draw_shelf(shelf)
    weight = dict(zip(shelf.names, draw.weight[draw.kind].tolist(), strict=True))
    for *three, both, expected, q_value in counted.drop("people").rows():
        joined = [_join(contents, weight, apart, set(three) - {apart}) for apart in three]
        assert expected == pytest.approx(max(joined))
        assert q_value >= poisson.sf(both - 1, expected) * (1 - 1e-9)


def _join(contents: list[set[str]], weight: dict[str, float], one: str, others: set[str]) -> float:
    """Go through all baskets that could be drawn for each one with the others, and count those with the one too."""
    joined = 0.0
    for size, often in Counter(len(items) for items in contents if others <= items).items():
        chance = {some: prod(weight[item] for item in some) for some in combinations(weight, size) if others <= {*some}}
        joined += often * sum(part for some, part in chance.items() if one in some) / sum(chance.values())
    return joined


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


@st.composite
def shops(draw: st.DrawFn) -> tuple[pl.DataFrame, pl.DataFrame]:
    """A catalogue and orders."""
    prices = draw(st.lists(st.integers(1, 99), min_size=6, max_size=6))
    shares = draw(st.lists(st.floats(-0.5, 1), min_size=6, max_size=6))
    drawn = (f"{item} | {price} | {price * share}" for item, price, share in zip(ITEMS, prices, shares, strict=True))
    contents = draw(st.lists(st.sets(st.sampled_from(ITEMS), min_size=1), min_size=1, max_size=12))
    bought = "\n".join(f"1 | {' '.join(sorted(items))}" for items in contents)
    return catalogue("item | price | margin\n" + "\n".join(drawn)), buy("often | items\n" + bought)


SETS = ("a b", "a c", "b c d", "e f")


@lawful
@given(shops())
def test_where_nobody_answers_a_price_earnings_fall_with_the_discount(shop: tuple[pl.DataFrame, pl.DataFrame]) -> None:
    offers = price_offers(candidates(*SETS), shop[1], shop[0], OfferSettings(elasticity=0, min_people=1))
    Offer.validate(offers)
    for _, ladder in offers.group_by("items"):
        assert (ladder.sort("discount")["margin_low"].diff().drop_nulls() < 0).all()
        assert ladder["conversion_low"].n_unique() == 1


@lawful
@given(shops())
def test_break_even_earns_exactly_what_is_earned_without_an_offer(shop: tuple[pl.DataFrame, pl.DataFrame]) -> None:
    products, orders = shop
    margins = dict(products.select("item_id", "margin").rows())
    held = orders.group_by("person_id").agg("item_id")["item_id"].to_list()
    for offer in price_offers(candidates(*SETS), orders, products, OfferSettings(min_people=1)).iter_rows(named=True):
        earned = [sum(margins[item] for item in items if item in offer["items"]) for items in held]
        some = [
            money for money, items in zip(earned, held, strict=True) if 0 < len({*items} & {*offer["items"]}) < len(offer["items"])
        ]  # fmt: skip
        assert offer["people"] - offer["people_all"] == len(some)
        if offer["break_even"] is None or not some:
            continue
        takers = offer["people"] * offer["break_even"]
        with_offer = takers * offer["margin"] + (offer["people"] - takers) * sum(some) / len(some)
        assert with_offer == pytest.approx(sum(earned), abs=1e-6)


@lawful
@given(shops(), st.floats(0, 4), st.floats(1e-9, 0.999))
def test_a_discount_gains_only_where_the_elasticity_is_above_the_one_needed(
    shop: tuple[pl.DataFrame, pl.DataFrame], elasticity: float, discount: float
) -> None:
    priced = OfferSettings(discounts=(discount,), elasticity=elasticity, min_people=1)
    for offer in price_offers(candidates(*SETS), shop[1], shop[0], priced).iter_rows(named=True):
        needed = offer["elasticity_needed"]
        if needed is None or (needed >= 1 and elasticity <= needed):
            assert offer["gain_low"] <= 1e-9
        elif elasticity > needed * 1.01 and discount < 1e-5 and offer["conversion_low"] < 1:
            assert offer["gain_low"] > 0


@lawful
@given(shops(), st.permutations(range(12)))
def test_no_price_hangs_on_who_a_person_is(shop: tuple[pl.DataFrame, pl.DataFrame], names: list[int]) -> None:
    products, orders = shop
    renamed = orders.with_columns(pl.col("person_id").replace({f"p{old}": f"q{new}" for old, new in enumerate(names)}))
    priced = price_offers(candidates(*SETS), orders, products, OfferSettings(min_people=1))
    again = price_offers(candidates(*SETS), renamed.reverse(), products, OfferSettings(min_people=1))
    assert priced.equals(again)


def weigh(sets: list[tuple[str, ...]], worth: list[int], chosen: tuple[int, ...]) -> int:
    items = [item for place in chosen for item in sets[place]]
    return sum(worth[place] for place in chosen) if len(items) == len(set(items)) else -1


@lawful
@given(
    st.lists(st.tuples(st.sets(st.sampled_from("abcdefg"), min_size=2, max_size=3), st.integers(-3, 20)), max_size=9),
    st.booleans(),
)
def test_the_chosen_sets_are_the_best_of_all_choices(drawn: list[tuple[set[str], int]], pairs_only: bool) -> None:
    kept = [(tuple(sorted(items)), gain) for items, gain in drawn if len(items) == 2 or not pairs_only]
    unique = dict(kept)
    sets, worth = list(unique), list(unique.values())
    every = (some for size in range(len(sets) + 1) for some in combinations(range(len(sets)), size))
    chosen = choose_apart(sets, worth)
    assert weigh(sets, worth, tuple(chosen)) == max(weigh(sets, worth, some) for some in every)
    assert all(worth[place] > 0 for place in chosen)


@lawful
@given(shops())
def test_plans_keep_their_schema_and_share_no_item(shop: tuple[pl.DataFrame, pl.DataFrame]) -> None:
    offers = price_offers(candidates(*SETS), shop[1], shop[0], OfferSettings(elasticity=4, min_people=1))
    plan = BundlePlan.validate(plan_bundles(offers, BundlePlanSettings()))
    items = plan["items"].explode()
    assert items.n_unique() == len(items)


@lawful
@given(shops(), st.lists(st.sampled_from((0.0, 0.02, 0.05, 0.2)), min_size=1, unique=True))
def test_what_has_no_flaw_is_planned_alone_and_else_shares_an_item_with_what_is(
    shop: tuple[pl.DataFrame, pl.DataFrame], discounts: list[float]
) -> None:
    priced = OfferSettings(discounts=tuple(discounts), elasticity=4, min_people=1)
    offers = price_offers(candidates(*SETS), shop[1], shop[0], priced)
    planned = plan_bundles(offers, BundlePlanSettings())["items"].to_list()
    flaws = find_flaws(offers, BundlePlanSettings())
    assert flaws["items"].to_list() == offers["items"].unique().sort().to_list()
    for items, flaw in flaws.rows():
        alone = Offer.cast(offers.filter(pl.col("items").list.set_symmetric_difference(items).list.len() == 0))
        assert (flaw is None) == (plan_bundles(alone, BundlePlanSettings()).height == 1)
        assert flaw is not None or any({*items} & {*others} for others in planned)


@pytest.mark.parametrize("seed", range(5))
def test_on_shuffled_baskets_no_triple_is_significant(seed: int) -> None:
    """All triples whose pairs met five times are asked, however little ties those pairs."""
    chance = np.random.default_rng(seed)
    shop = [*make_shop(chance), *[{"i35", "i40", "i50"}] * 25]
    asked = count_pairs(pack(shop), PairSettings(min_together=5))
    found = count_triples(asked, pack(shop)).filter(pl.col("q_value") < 0.05)
    assert ("i35", "i40", "i50") in found.select("item_a", "item_b", "item_c").rows()
    mixed = Basket.validate(shuffle_baskets(pack(shop), seed))
    asked = count_triples(count_pairs(mixed, PairSettings(min_together=5)), mixed)
    assert asked.height > 100
    assert asked.filter(pl.col("q_value") < 0.05).is_empty()


@pytest.mark.parametrize("shape", SHAPES)
def test_on_shuffled_baskets_of_odd_shops_no_triple_is_significant(shape: str) -> None:
    for seed in range(3):
        mixed = shuffle_shop(shape, seed)
        asked = count_triples(count_pairs(mixed, PairSettings(min_together=5)), mixed)
        assert asked.height > 10
        assert asked.filter(pl.col("q_value") < 0.05).is_empty()
