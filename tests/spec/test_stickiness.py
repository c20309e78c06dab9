"""How people stay with a product: how often they come back, how long, and whether they buy again."""

import polars as pl
import pytest

from ingest import Order
from recommend import StickinessSettings, list_lives, measure_stickiness, pool_share
from tests.drawing import at, draw

SETTINGS = StickinessSettings(quiet_days=2, horizon_days=3)
NOW = at("10 12:00")


def look(text: str) -> pl.DataFrame:
    """Read who looked at which item on which days."""
    rows = [line.split("|") for line in text.strip().splitlines()]
    lines = [f"{who} | {day} 08:00 | view_item | {item}" for who, item, days in rows for day in days.split()]
    return draw("visitor | time | name | item\n" + "\n".join(lines))


def buy(*rows: tuple[str, str, str, int]) -> pl.DataFrame:
    names = ("order_id", "person_id", "item_id", "quantity")
    frame = pl.DataFrame(rows, schema=names, orient="row")
    return Order.cast(frame.with_columns(ordered_at=pl.lit(NOW), channel=pl.lit("web"), price=pl.lit(None, pl.Float64)))


def test_who_is_still_there_is_watched_and_has_not_left() -> None:
    seen = look(
        """
        ann|tv|1
        bob|tv|1 5
        cat|tv|8
        dan|tv|1 3 6 10
        eve|tv|1 2
    """.replace(" " * 8, "")
    )
    row = measure_stickiness(seen, Order.create_empty(), SETTINGS, NOW).row(0, named=True)
    assert row["people"] == 5
    # ann left after her first day, one of four; eve after two, one of the three who were there then. Had cat left after
    # her first day, two days of silence would not have told it yet: she counts for nothing.
    assert row["retained"] == pytest.approx(3 / 4 * 2 / 3)
    assert row["retained_low"] == pytest.approx(0.0578, abs=1e-4)
    assert row["retained_high"] == pytest.approx(0.8449, abs=1e-4)
    assert row["lasted"] == 2


def test_who_is_still_there_counts_up_to_the_day_on_which_it_would_be_known_had_they_left() -> None:
    """On the tenth it is known of who was last seen on the seventh, and not of who was last seen on the eighth."""
    lives = list_lives(look("ann|tv|1 7\nbob|tv|1 8\ncat|tv|6\ndan|tv|8"), Order.create_empty(), SETTINGS, NOW)
    told = lives.select("person_id", "gone", "lasted_days").rows()
    assert told == [("ann", True, 7), ("bob", False, 7), ("cat", True, 1), ("dan", False, 0)]


def test_to_be_shown_a_product_is_no_use_of_it() -> None:
    shown = draw("""
        visitor | time    | name           | item
        ann     | 1 08:00 | view_item      | tv
        ann     | 4 08:00 | view_item_list | tv
        ann     | 6 08:00 | add_to_cart    | tv
        bob     | 2 08:00 | view_item_list | tv
        bob     | 2 08:00 | search         | tv
    """)
    lives = list_lives(shown, Order.create_empty(), SETTINGS, NOW)
    assert lives.select("person_id", "active_days").rows() == [("ann", 2)]


@pytest.mark.parametrize(("first", "known"), [(5, True), (6, False)])
def test_retention_is_known_when_somebody_was_watched_for_the_horizon_and_the_silence(first: int, known: bool) -> None:
    row = measure_stickiness(look(f"ann|tv|{first} 10"), Order.create_empty(), SETTINGS, NOW).row(0, named=True)
    assert (row["retained"], row["lasted"]) == ((1.0, 1) if known else (None, 0))


def test_what_nobody_was_watched_long_enough_for_is_not_known() -> None:
    row = measure_stickiness(look("ann|tv|9"), Order.create_empty(), SETTINGS, NOW).row(0, named=True)
    assert (row["retained"], row["retained_low"], row["retained_high"]) == (None, None, None)


def test_what_everybody_left_is_known_to_keep_nobody() -> None:
    row = measure_stickiness(look("ann|tv|1\nbob|tv|2"), Order.create_empty(), SETTINGS, NOW).row(0, named=True)
    assert (row["retained"], row["retained_low"]) == (0.0, 0.0)


def test_that_those_left_who_could_be_known_to_have_left_is_no_proof_in_a_young_log() -> None:
    """Of ten who came five days ago all were gone after a day; of those who stay for three nobody can be known yet."""
    seen = look("\n".join(f"p{number}|tv|6" for number in range(10)))
    row = measure_stickiness(seen, Order.create_empty(), SETTINGS, NOW).row(0, named=True)
    assert (row["retained"], row["retained_low"], row["retained_high"]) == (None, None, None)


def test_active_days_are_a_share_of_the_days_since_the_first() -> None:
    seen = look("\n".join(f"p{number:02}|tv|1 2 3 4 5\np{number:02}|toy|1" for number in range(40)))
    tv, toy = measure_stickiness(seen, Order.create_empty(), SETTINGS, NOW).sort("item_id", descending=True).to_dicts()
    # Four of the nine days after the first, and none of nine.
    assert toy["active_share"] < 0.1 < 0.35 < tv["active_share"] < 4 / 9
    assert all(row["active_low"] < row["active_share"] < row["active_high"] for row in (tv, toy))


def test_what_came_to_the_shelf_yesterday_does_not_lead_for_being_new() -> None:
    """Everybody had to do with it on every day that there was, and that says nothing."""
    seen = look("\n".join(f"p{number:02}|old|1 3 5 7 9\nq{number:02}|new|10" for number in range(40)))
    new, old = measure_stickiness(seen, Order.create_empty(), SETTINGS, NOW).to_dicts()
    assert new["active_share"] == pytest.approx(old["active_share"], abs=0.02)
    assert new["ratio"] == 1.0


def test_stickiness_against_all_is_one_where_nothing_is_known_and_rises_with_those_who_come_back() -> None:
    rows = [f"p{number:02}|tv|1 3 5 7 9\np{number:02}|toy|1\nq{number:02}|new|10" for number in range(40)]
    seen = look("\n".join(rows))
    orders = buy(*[(f"o{place}", f"p{number:02}", "tv", 1) for place in (1, 2) for number in range(40)])
    told = measure_stickiness(seen, orders, SETTINGS, NOW)
    ratio = dict(told.select("item_id", "ratio").rows())
    assert ratio["toy"] < ratio["new"] == 1.0 < ratio["tv"]
    tv = told.row(by_predicate=pl.col("item_id") == "tv", named=True)
    active, repeat = pool_share([40 * 5 / 9], [80]), pool_share([40], [40])  # the day of the orders is the fifth
    assert tv["ratio"] == pytest.approx((tv["active_share"] / active * tv["repeat_share"] / repeat) ** 0.5)


def test_nine_people_are_too_few_to_tell_a_product_from_all_and_ten_are_not() -> None:
    def ratio(people: int) -> float:
        rows = [f"p{number:02}|tv|1 2 3 4 5 6 7 8 9" for number in range(people)]
        crowd = [f"q{number:02}|toy|1" for number in range(80)]
        told = measure_stickiness(look("\n".join([*rows, *crowd])), Order.create_empty(), SETTINGS, NOW)
        return float(told.row(by_predicate=pl.col("item_id") == "tv", named=True)["ratio"])

    assert ratio(9) == 1.0
    assert ratio(10) > 1.5


def test_who_buys_in_two_orders_buys_again_and_what_comes_back_was_not_bought() -> None:
    orders = buy(
        ("o1", "ann", "pack", 1), ("o2", "ann", "pack", 1), ("o3", "bob", "pack", 2), ("o4", "cat", "pack", 1),
        ("o5", "cat", "pack", -1), ("o6", "dan", "case", 1),
    )  # fmt: skip
    case, pack = measure_stickiness(draw("visitor | time | name | item"), orders, SETTINGS, NOW).to_dicts()
    assert (pack["buyers"], case["buyers"]) == (3, 1)
    assert (pack["repeats"], case["repeats"]) == (1, 0)
    assert 0 < case["repeat_share"] <= pack["repeat_share"] < 1 / 2


def test_where_nobody_bought_again_no_product_is_better_for_having_fewer_buyers() -> None:
    few, many = [f"p{number}" for number in range(10)], [f"q{number}" for number in range(200)]
    orders = buy(*[("o", who, "case", 1) for who in few], *[("o", who, "phone", 1) for who in many])
    told = measure_stickiness(draw("visitor | time | name | item"), orders, SETTINGS, NOW)
    case, phone = told.to_dicts()
    assert (case["ratio"], phone["ratio"]) == (1.0, 1.0)
    assert all(row["repeat_low"] < row["repeat_share"] < 0.005 < row["repeat_high"] for row in (case, phone))


def test_robots_and_what_comes_after_now_do_not_count() -> None:
    seen = draw(
        "visitor | time | name | item | robot\nann | 1 08:00 | view_item | tv |\nbot | 1 08:00 | view_item | tv | agent"
    )
    late = look("eve|tv|11")
    rows = measure_stickiness(pl.concat([seen, late]), Order.create_empty(), SETTINGS, NOW)
    assert rows["people"].to_list() == [1]


def test_nothing_gives_nothing() -> None:
    assert measure_stickiness(draw("visitor | time | name"), Order.create_empty(), SETTINGS, NOW).is_empty()


def test_days_that_are_none_are_refused_all_at_once() -> None:
    with pytest.raises(ValueError, match=r"quiet_days.*horizon_days"):
        StickinessSettings(quiet_days=0, horizon_days=-1)
