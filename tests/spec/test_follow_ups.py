"""What is bought next after what: broadband, then mobile, then TV."""

from datetime import timedelta

import numpy as np
import polars as pl
import pytest

from ingest import Order
from recommend import BasketSettings, FollowUp, FollowUpSettings, count_follow_ups, list_purchases
from recommend.related.waiting import measure_waits
from tests.drawing import DAY_ONE
from tests.shop_baskets import catalogue
from tests.world import World, read_world

ENDS = DAY_ONE + timedelta(days=60)
SHOP = catalogue("""
    item | category
    bb   | broadband
    sim  | mobile
    tv   | tv
    pack | data_pack
""")
LEAST = FollowUpSettings(min_persons=1, horizon_days=60)
WITHIN = ("share_within", "low_within", "high_within", "median_days", "low_days", "high_days")


def buy(*ways: str) -> pl.DataFrame:
    """Let one person after another go a way: `bb 0, sim+pack 3` is an order on day 0 and one of two things on day 3."""
    rows = [
        (f"{person}-{place}", item, f"p{person}", DAY_ONE + timedelta(days=float(day)))
        for person, way in enumerate(ways)
        for place, (things, day) in enumerate(step.split() for step in way.split(","))
        for item in things.split("+")
    ]
    lines = pl.DataFrame(rows, schema=["order_id", "item_id", "person_id", "ordered_at"], orient="row")
    filled = lines.with_columns(
        pl.col("ordered_at").dt.replace_time_zone("UTC") if lines["ordered_at"].dtype.time_zone is None else "ordered_at",
        channel=pl.lit("web"), quantity=pl.lit(1), price=pl.lit(None, pl.Float64),
    )  # fmt: skip
    return Order.cast(filled.select(Order.column_names()))


def count(orders: pl.DataFrame, settings: FollowUpSettings = LEAST, **basket: object) -> pl.DataFrame:
    sightings = list_purchases(orders, BasketSettings(**basket))
    return FollowUp.validate(count_follow_ups(sightings, SHOP, settings, ENDS))


def row(table: pl.DataFrame, first: str, then: str, level: str = "item") -> dict[str, object]:
    rows = table.filter(pl.col("level") == level, pl.col("first") == first, pl.col("then") == then).rows(named=True)
    return rows[0] if rows else {}


def test_next_is_the_next_occasion_and_later_any_after_it() -> None:
    table = count(buy("bb 0, sim 3, tv 9", "bb 0, tv 4", "bb 1", "tv 0, bb 2"))
    assert [row(table, "bb", "tv")[name] for name in ("persons", "persons_next", "persons_later", "persons_reverse")] == [
        3, 1, 2, 1,
    ]  # fmt: skip
    assert row(table, "bb", "sim")["persons"] == 4
    assert row(table, "tv", "sim") == {}


def test_what_is_bought_on_one_occasion_has_no_order() -> None:
    table = count(buy("bb+sim 0", "bb 0, sim 2"))
    assert [row(table, "bb", "sim")[name] for name in ("persons", "persons_next")] == [1, 1]
    assert row(table, "sim", "bb") == {}
    assert count(buy("bb 0, sim 0.2"), unit="period").is_empty()


def test_categories_are_told_beside_products() -> None:
    assert row(count(buy("bb 0, sim 3")), "broadband", "mobile", "category")["persons_later"] == 1


def test_times_count_those_who_have_not_bought_yet_as_far_as_they_were_watched() -> None:
    """One of four buys after 10 days; two were watched for 5 days only, so of the two left one half came."""
    ways = ("bb 0, sim 10", "bb 0", "bb 55", "bb 55")
    told = row(count(buy(*ways)), "bb", "sim")
    assert told["share_within"] == pytest.approx(0.5)
    assert told["median_days"] == 10
    assert told["low_within"] < 0.5 < told["high_within"]


def test_how_many_and_how_soon_is_not_known_until_somebody_was_watched_to_the_horizon() -> None:
    """The log is 60 days long: of 60 days it can tell, of 61 it cannot, however many came or nobody was left."""
    for ways in (("bb 0, sim 10", "bb 0"), ("bb 0, sim 10", "bb 55"), ("bb 0, sim 10",)):
        told = {
            days: row(count(buy(*ways), FollowUpSettings(min_persons=1, horizon_days=days)), "bb", "sim")
            for days in (60, 61)
        }
        assert told[60]["share_within"] is not None
        assert {name: told[61][name] for name in WITHIN} == dict.fromkeys(WITHIN)
        assert told[61]["share_next"] is not None


def test_a_curve_that_ends_before_the_horizon_is_not_told_as_if_it_went_on() -> None:
    """Who could be watched for sixty days bought after five, and the other was lost sight of after ten."""
    told = row(count(buy("bb 0, sim 5", "bb 50")), "bb", "sim")
    assert {name: told[name] for name in WITHIN} == dict.fromkeys(WITHIN)


@pytest.mark.parametrize("span", [30, 60, 89, 95, 200])
def test_young_data_do_not_make_what_follows_look_rare_or_quick(span: int) -> None:
    """Everybody buys the second in the end, after sixty days in the mean: 0.777 of them within ninety, half by 29.5."""
    random = np.random.default_rng(span)
    wait, possible = random.exponential(60, 4000), random.uniform(0, span, 4000)
    watched = pl.DataFrame({"days": np.minimum(wait, possible), "came": wait <= possible, "possible_days": possible})
    told = measure_waits(watched.with_columns(of=pl.lit("bb")), ["of"], 90).row(0, named=True)
    if span < 90:
        assert {name: told[name] for name in WITHIN} == dict.fromkeys(WITHIN)
    else:
        assert told["low_within"] < 1 - np.exp(-1.5) < told["high_within"]
        assert told["median_days"] == pytest.approx(29.5, abs=2.5)


def test_nobody_is_followed_beyond_the_horizon() -> None:
    told = row(
        count(buy("bb 0, sim 10", "bb 0, sim 40"), FollowUpSettings(min_persons=1, horizon_days=30)), "bb", "sim"
    )
    assert (told["persons_later"], told["share_within"]) == (2, 0.5)


def test_a_way_that_many_go_is_told_from_chance_and_its_reverse_is_not() -> None:
    ways = ["bb 0", "sim 0", "tv 0", "pack 0", *["bb 1, sim 5, pack 9"] * 20]
    ways += ["pack 1, tv 2"] * 20 + ["tv 1, pack 3"] * 20
    table = count(buy(*ways), FollowUpSettings())
    assert row(table, "bb", "sim")["q_value"] < 0.001
    assert row(table, "pack", "tv")["q_value"] > 0.05
    assert row(table, "tv", "pack")["q_value"] > 0.05


def test_what_is_bought_again_and_again_is_no_beginning() -> None:
    """Packs are bought every month, so the first of them comes before anything else: by number, not by habit."""
    ways = [
        f"pack 0, pack 5, pack 10, pack 15, pack 20, pack 25, pack 30, tv {31 + person % 9}" for person in range(10)
    ]
    assert row(count(buy(*ways), FollowUpSettings()), "pack", "tv")["p_value"] > 0.2


def test_what_came_later_to_the_shelf_follows_nothing() -> None:
    """The TV is sold from day 30 on: whoever had bought broadband before could not have bought it first."""
    ways = [f"bb {person}, tv {30 + person}" for person in range(20)]
    assert row(count(buy(*ways), FollowUpSettings()), "bb", "tv")["p_value"] == 1


def test_a_dealer_who_bought_everything_is_left_out() -> None:
    dealer = ", ".join(f"i{place:02} {place}" for place in range(60))
    assert row(count(buy(dealer)), "i00", "i01") == {}


def find(world: World, orders: pl.DataFrame | None = None) -> pl.DataFrame:
    lines = world.orders if orders is None else orders
    ends_at = world.sessioned["occurred_at"].max()
    table = count_follow_ups(list_purchases(lines, BasketSettings()), world.products, FollowUpSettings(), ends_at)
    return table.filter(pl.col("q_value") <= 0.05)


def test_the_planted_chain_is_found_and_nothing_else() -> None:
    world = read_world(visits=12_000, seed=4)
    first, second, third = world.truth["stories"]["chain"]["items"]
    found = find(world).filter(pl.col("level") == "item")
    assert set(found.select("first", "then").rows()) <= {(first, second), (second, third), (first, third)}
    assert {(first, second), (second, third)} <= set(found.select("first", "then").rows())


def test_nothing_is_found_where_nothing_was_planted() -> None:
    assert find(read_world(planted=False)).is_empty()


@pytest.mark.parametrize("seed", range(5))
def test_nothing_is_found_in_shuffled_orders(seed: int) -> None:
    """Each person keeps what they bought and when they came; which came first is drawn."""
    world, chance = read_world(), np.random.default_rng(seed)
    occasions = (
        world.orders.select("person_id", "order_id", "ordered_at").unique("order_id").sort("person_id", "order_id")
    )
    drawn = occasions.with_columns(lot=pl.Series(chance.random(occasions.height))).sort("person_id", "lot")
    moments = occasions.sort("person_id", "ordered_at")["ordered_at"]
    mixed = world.orders.drop("ordered_at").join(drawn.select("order_id", ordered_at=moments), on="order_id")
    assert find(world, Order.cast(mixed.select(Order.column_names()))).is_empty()


def test_waits_are_kaplan_and_meiers() -> None:
    """The remission times of 21 patients on 6-mercaptopurine (E. J. Freireich and others, 1963)."""
    came, left = [6, 6, 6, 7, 10, 13, 16, 22, 23], [6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35]
    watched = pl.DataFrame(
        {"drug": "6-MP", "days": [float(day) for day in came + left], "came": [True] * len(came) + [False] * len(left)}
    ).with_columns(possible_days=pl.lit(35.0))
    told = measure_waits(watched, ["drug"], 22.5).row(0, named=True)
    assert told["share_within"] == pytest.approx(1 - 0.538, abs=5e-4)
    assert told["median_days"] == 10


def test_wrong_settings_are_refused_with_all_their_faults() -> None:
    with pytest.raises(ValueError, match=r"min_persons.*most_things.*most_pairs.*horizon_days"):
        FollowUpSettings(min_persons=0, most_things=1, most_pairs=0, horizon_days=0)
