"""What tells a merchandiser what goes with what, and what is set aside."""

import polars as pl
import pytest

from recommend import (
    BasketSettings,
    EvidenceSettings,
    PairSettings,
    count_pairs,
    take_purchases,
    take_views,
)
from tests.drawing import draw
from tests.shop_baskets import buy
from tests.shop_orders import order


def take(orders: pl.DataFrame, **limits: int):
    return take_purchases(orders, BasketSettings(), EvidenceSettings(**limits))


def test_what_people_bought_is_evidence() -> None:
    evidence = take(buy("often | items\n 3 | phone case\n 2 | film"))
    assert evidence.baskets["basket"].n_unique() == 5
    assert (evidence.large, evidence.repeated, evidence.gifts) == (0, 0, 0)


def test_a_wholesale_order_of_ten_thousand_items_ties_nothing_together() -> None:
    shop = buy("often | items\n 30 | phone case\n 30 | phone\n 30 | case\n 30 | film")
    wholesale = shop.head(1).join(
        pl.DataFrame({"item_id": ["phone", "case", "film", *(f"i{number}" for number in range(9_997))]}), how="cross"
    ).select(order_id=pl.lit("W1"), item_id="item_id_right", ordered_at="ordered_at", person_id=pl.lit("dealer"), channel="channel", quantity="quantity", price="price")  # fmt: skip
    evidence = take(pl.concat([shop, wholesale]))
    assert evidence.large == 1
    assert evidence.baskets.equals(take(shop).baskets)
    pairs = count_pairs(evidence.baskets, PairSettings())
    assert pairs.filter(pl.col("q_value") < 0.05).select("item_a", "item_b").rows() == [("case", "phone")]


def test_one_visitor_with_half_of_all_orders_counts_with_the_latest_only() -> None:
    """A dealer buys toy and film a hundred times; nobody else ever does."""
    others = buy("often | items\n 25 | phone case\n 25 | phone\n 25 | toy\n 25 | film")
    dealer = buy("often | items\n 100 | toy film").with_columns(
        order_id="d" + pl.col("order_id"),
        person_id=pl.lit("dealer"),
        ordered_at=pl.col("ordered_at") + pl.duration(minutes=pl.col("order_id").str.slice(1).cast(pl.Int64)),
    )
    evidence = take(pl.concat([others, dealer]), most_baskets=3)
    assert evidence.repeated == 97
    kept = evidence.baskets.filter(pl.col("basket").str.starts_with("d"))["basket"].unique().sort().to_list()
    assert kept == ["do97", "do98", "do99"]
    sure = count_pairs(evidence.baskets, PairSettings()).filter(pl.col("q_value") < 0.05)
    assert sure.select("item_a", "item_b").rows() == [("case", "phone")]


def test_fifty_equal_orders_of_one_dealer_are_no_habit_of_the_shop() -> None:
    """Sim and bag are bought by the dealer alone; phone and case by thirty people, once each."""
    singles = "\n".join(f"60 | {item}" for item in ("phone", "case", "film", "plan", "pack", "radio", "cable", "toy"))
    others = buy(f"often | items\n 30 | phone case\n {singles}")
    dealer = buy("often | items\n 50 | sim bag").with_columns(
        order_id="d" + pl.col("order_id"), person_id=pl.lit("dealer")
    )
    many = dealer.with_columns(person_id=pl.col("order_id"))
    told = count_pairs(take(pl.concat([others, dealer])).baskets, PairSettings())
    of_many = count_pairs(take(pl.concat([others, many])).baskets, PairSettings())
    assert told.select("item_a", "item_b", "baskets", "people").rows() == [
        ("bag", "sim", 50, 1),
        ("case", "phone", 30, 30),
    ]
    assert told["q_value"][0] > 0.05
    assert of_many.select("baskets", "people").row(0) == (50, 50)
    assert of_many["q_value"][0] < 1e-6
    columns = ["item_a", "item_b", "baskets", "expected", "p_value"]
    assert told.select(columns).row(1) == of_many.select(columns).row(1)


def test_what_came_for_nothing_was_not_chosen_and_a_price_not_known_is_none_of_zero() -> None:
    lines = order("""
        person | time    | order | item | price
        ann    | 1 08:00 | O1    | sim  | 0
        ann    | 1 08:00 | O1    | plan | 59
        bob    | 1 09:00 | O2    | plan |
    """)
    evidence = take(lines)
    assert evidence.gifts == 1
    assert evidence.baskets.rows() == [("O1", "plan", "ann"), ("O2", "plan", "bob")]


def test_views_are_chosen_the_same_way() -> None:
    looks = draw("""
        visitor | time  | name      | item
        ann     | 08:00 | view_item | A
        ann     | 08:01 | view_item | B
        ann     | 08:02 | view_item | C
        bob     | 08:00 | view_item | A
        bob     | 08:01 | view_item | B
    """)
    evidence = take_views(looks, EvidenceSettings(most_items=2))
    assert evidence.large == 1
    assert evidence.baskets["item_id"].to_list() == ["A", "B"]


def test_wrong_limits_are_refused_with_all_their_faults() -> None:
    with pytest.raises(ValueError, match=r"`most_items` is 1: .*`most_baskets` is 0: "):
        EvidenceSettings(1, 0)
