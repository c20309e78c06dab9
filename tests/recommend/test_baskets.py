import polars as pl
import pytest

from ingest import Order
from recommend import Basket, BasketSettings, EvidenceSettings, bought_baskets, take_views
from recommend.baskets import sort_baskets
from tests.drawing import draw


def test_only_looks_at_items_make_a_viewed_basket() -> None:
    events = draw("""
        visitor | time  | name        | item
        ann     | 08:00 | view_item   | plan
        ann     | 08:01 | add_to_cart | pack
        ann     | 08:02 | view_item   |
    """)
    assert Basket.validate(take_views(events, EvidenceSettings()).baskets)["item_id"].to_list() == ["plan"]


def test_no_orders_make_no_baskets() -> None:
    assert Basket.validate(bought_baskets(Order.create_empty(), BasketSettings())).is_empty()


def test_rows_of_one_basket_come_to_stand_beside_each_other() -> None:
    rows = {"basket": ["2", "1", "2"], "item_id": ["b", "a", "a"], "person_id": ["ann", None, "ann"]}
    mixed = Basket.validate(pl.DataFrame(rows))
    assert sort_baskets(mixed).rows() == [("1", "a", None), ("2", "a", "ann"), ("2", "b", "ann")]


def test_a_period_of_no_hours_is_refused() -> None:
    with pytest.raises(ValueError, match="`period_hours` is 0: give 1 or more"):
        BasketSettings(period_hours=0)
