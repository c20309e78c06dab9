"""The bundle that was planted is planned, and none where none was planted."""

from recommend import (
    BasketSettings,
    CandidateSettings,
    PairSettings,
    SubstituteSettings,
    bought_baskets,
    count_pairs,
    find_candidates,
    find_substitutes,
    viewed_baskets,
)
from tests.world import World, read_world


def find(world: World):
    bought = bought_baskets(world.orders, BasketSettings())
    viewed = count_pairs(viewed_baskets(world.sessioned), PairSettings())
    substitutes = find_substitutes(viewed, bought, SubstituteSettings())
    now = world.orders["ordered_at"].max()
    return find_candidates(
        count_pairs(bought, PairSettings()), bought, substitutes, world.products, CandidateSettings(), now
    )


def test_the_planted_bundle_is_the_only_candidate() -> None:
    world = read_world()
    bundle = world.truth["stories"]["bundle"]
    assert find(world).select("items", "barred").rows() == [(sorted([bundle["first"], bundle["second"]]), None)]


def test_nothing_is_free_to_be_a_bundle_where_none_was_planted() -> None:
    """Whoever likes broadband buys two of it now and then: that is said, and is no bundle."""
    assert set(find(read_world(planted=False))["barred"]) == {"same category"}
