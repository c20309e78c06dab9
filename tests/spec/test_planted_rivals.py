"""The rivals that were planted are found as substitutes, and nothing where none were planted."""

import pytest

from recommend import (
    BasketSettings,
    EvidenceSettings,
    PairSettings,
    SubstituteSettings,
    bought_baskets,
    count_pairs,
    find_substitutes,
    take_views,
)
from simulator import Rivals, Stories, simulate
from tests.world import World, read_simulation, read_world


def find(world: World) -> list[tuple[str, str]]:
    viewed = count_pairs(take_views(world.sessioned, EvidenceSettings()).baskets, PairSettings())
    substitutes = find_substitutes(viewed, bought_baskets(world.orders, BasketSettings()), SubstituteSettings())
    return substitutes.select("item_a", "item_b").rows()


@pytest.mark.slow
def test_planted_rivals_are_the_only_substitutes() -> None:
    rivals = Rivals(share=0.4)
    world = read_simulation(simulate(visits=30_000, seed=3, stories=Stories(rivals=rivals)))
    assert find(world) == [(rivals.first, rivals.second)]


def test_nothing_is_a_substitute_where_none_was_planted() -> None:
    assert find(read_world(planted=False)) == []
