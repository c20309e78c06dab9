"""The bundle that was planted is planned, and none where none was planted."""

import polars as pl

from echannel.plans.bundle_rehearsal import rehearse_bundles
from echannel.plans.bundles import count_reasons, draft_bundles, find_candidates_of
from echannel.training.tables import Tables
from echannel.tree import Settings
from tests.world import World, read_world


def gather(world: World) -> Tables:
    return Tables(world.sessioned.lazy(), world.orders, world.products)


def find(world: World) -> pl.DataFrame:
    return find_candidates_of(gather(world), Settings())[0]


def test_the_planted_bundle_is_the_only_candidate() -> None:
    world = read_world()
    bundle = world.truth["stories"]["bundle"]
    assert find(world).select("items", "barred").rows() == [(sorted([bundle["first"], bundle["second"]]), None)]


def test_nothing_is_free_to_be_a_bundle_where_none_was_planted() -> None:
    """Whoever likes broadband buys two of it now and then: that is said, and is no bundle."""
    assert set(find(read_world(planted=False))["barred"]) == {"same category"}


def test_the_planted_bundle_is_to_stand_side_by_side_since_a_handset_earns_too_little_for_a_discount() -> None:
    """The handset earns 9 of 100: a discount on it would pay only if people answered prices many times as strongly."""
    world = read_world()
    bundle = world.truth["stories"]["bundle"]
    draft = draft_bundles(gather(world), Settings())
    (row,) = draft.plan.iter_rows(named=True)
    assert row["items"] == sorted([bundle["first"], bundle["second"]])
    assert (row["advice"], row["discount"]) == ("side by side", 0)
    assert row["elasticity_needed"] > 4 * Settings().bundles.offers.elasticity
    assert row["baskets"] > 10 * row["expected"]
    assert "碎屏险" in row["names"]
    assert count_reasons(draft.left_out) == {}


def test_it_is_seen_again_in_the_later_orders() -> None:
    rehearsal = rehearse_bundles(gather(read_world()), Settings())
    assert rehearsal.since is not None
    assert rehearsal.rows.select("bundle", "held").rows() == [("HS-07 + VA-05", True)]


def test_the_rehearsed_plan_knows_nothing_of_what_came_later() -> None:
    """Later, thousands buy one of the two alone: with their orders the bundle would be none."""
    tables = gather(read_world())
    rehearsal = rehearse_bundles(tables, Settings())
    later = tables.orders.filter(pl.col("ordered_at") >= rehearsal.since)
    alone = [
        later.with_columns(
            order_id=pl.format("{}-{}", pl.int_range(pl.len()), pl.lit(number)),
            person_id=pl.format("{}-{}", "person_id", pl.lit(number)),
            item_id=pl.lit("HS-07" if number % 2 else "VA-05"),
        )
        for number in range(40)
    ]
    flooded = tables._replace(orders=pl.concat([tables.orders, *alone]))
    assert ["HS-07", "VA-05"] not in find_candidates_of(flooded, Settings())[0]["items"].to_list()
    seen = rehearse_bundles(flooded, Settings()).rows
    assert seen.select("bundle", "share_low").equals(rehearsal.rows.select("bundle", "share_low"))
    assert seen["held"].to_list() == [False]


def test_nothing_is_planned_where_nothing_was_planted_and_it_says_why() -> None:
    draft = draft_bundles(gather(read_world(planted=False)), Settings())
    assert draft.plan.is_empty()
    assert count_reasons(draft.left_out) == {"same category": 1}


def test_no_persons_data_enters_a_price() -> None:
    """Other names for all people, in other order, with other channels: the same plan, and no name in it."""
    tables = gather(read_world())
    turned = tables.orders.with_columns(person_id=pl.col("person_id").str.reverse(), channel=pl.lit("web"))
    draft = draft_bundles(tables, Settings())
    assert draft_bundles(
        tables._replace(orders=turned.sample(fraction=1, shuffle=True, seed=1)), Settings()
    ).plan.equals(draft.plan)
    assert not {"person_id", "visitor_id", "customer_id"} & {*draft.plan.columns, *draft.left_out.columns}
