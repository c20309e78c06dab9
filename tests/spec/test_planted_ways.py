"""The ways of an invented world are found as they were made: its visits are walks with known chances."""

import numpy as np
import polars as pl
import pytest

from paths import (
    GoalSettings,
    count_edges,
    find_communities,
    find_detours,
    rank_keystones,
    rank_top_paths,
    read_steps,
    search_paths,
    walk_to_goal,
)
from tests.world import read_world

GOAL = GoalSettings()


@pytest.fixture(scope="module")
def world():
    return read_world()


@pytest.fixture(scope="module")
def clean():
    """Read a world without incidents: its visits are walks with the same chances on every day."""
    return read_world(planted=False)


def chance_of_goal(transitions, without=None):
    """Solve the chance that a walk comes to an order, with all clicks to one page led to the exit."""
    pages = sorted(set(transitions) | {"(exit)"})
    chances = np.zeros((len(pages), len(pages)))
    for source, row in transitions.items():
        for target, share in row.items():
            chances[pages.index(source), pages.index("(exit)" if target == without else target)] += share
    chances[pages.index("(exit)")] = chances[pages.index("order_done")] = 0
    straight = chances[:, pages.index("order_done")].copy()
    chances[:, pages.index("order_done")] = 0
    return np.linalg.solve(np.eye(len(pages)) - chances, straight)[pages.index("(entry)")]


def test_each_page_costs_what_its_removal_costs_in_the_world_itself(clean):
    keystones = rank_keystones(walk_to_goal(read_steps(clean.sessioned), GOAL), GOAL)
    assert keystones.height == 36
    within = 0
    for row in keystones.iter_rows(named=True):
        transitions = clean.truth["transitions"][row["channel"]]
        assert row["goal_share"] == pytest.approx(chance_of_goal(transitions), abs=0.03)
        true_loss = 1 - chance_of_goal(transitions, row["page"]) / chance_of_goal(transitions)
        assert row["loss"] == pytest.approx(true_loss, abs=0.06), (row["channel"], row["page"])
        within += row["low"] <= true_loss <= row["high"]
    assert within >= 32  # 95 % of 36 are 34


@pytest.mark.parametrize("way", [("home",), ("home", "category", "product"), ("product", "cart", "checkout")])
def test_a_pattern_is_matched_as_often_as_it_must(clean, way):
    counts = search_paths(clean.sessioned, " -> ".join(["entry", *way])).counts
    for row in counts.filter(pl.col("channel") != "(all)").iter_rows(named=True):
        transitions = clean.truth["transitions"][row["channel"]]
        chance = np.prod([transitions[a][b] for a, b in zip(("(entry)", *way), way, strict=False)])
        error = np.sqrt(chance * (1 - chance) / row["sessions"])
        assert abs(row["share"] - chance) < 4 * error


def tell_gone_at_delivery(world):
    came, left = (search_paths(world.sessioned, way).counts for way in ("delivery", "delivery -> exit"))
    return dict(
        left.join(came, on="channel").select("channel", pl.col("matched") / pl.col("matched_right")).iter_rows()
    )


def test_the_planted_drop_off_is_a_way_that_ends_at_delivery(world):
    planted = world.truth["stories"]["drop_off"]
    gone = tell_gone_at_delivery(world)
    assert gone[planted["channel"]] > 0.7
    assert max(share for channel, share in gone.items() if channel not in (planted["channel"], "(all)")) < 0.2


def test_a_clean_world_has_no_such_way(clean):
    assert max(tell_gone_at_delivery(clean).values()) < 0.2


def test_the_way_of_most_orders_is_the_shortest(world):
    top = rank_top_paths(world.sessioned).filter(part="whole").filter(pl.col("reached") > 0)
    first = top.unique("channel", keep="first", maintain_order=True)
    shortest = ["product", "cart", "checkout", "delivery", "payment", "order_done"]
    assert all(path[-6:] == shortest for path in first["path"].to_list())
    assert (top["reached_share"] == 1.0).all()


def test_the_checkout_is_a_community_of_its_own(world):
    communities = find_communities(count_edges(world.sessioned))
    checkout = communities.filter(community="cart")
    assert [set(pages) for pages in checkout["pages"]] == [
        {"cart", "checkout", "delivery", "payment", "order_done"}
    ] * 3


def test_who_goes_from_home_to_a_product_mostly_goes_round_by_the_category(world):
    detours = find_detours(walk_to_goal(read_steps(world.sessioned), GOAL), GOAL)
    round_home = detours.filter(source="home", target="product")
    assert round_home["via"].to_list() == [["category"]] * 3
    assert (round_home["sessions"] > round_home["direct_sessions"]).all()
