"""What an item costs and earns, where the catalogue does not tell all."""

import polars as pl
import pytest

from ingest import Product
from recommend import Candidate, PaidSettings, bar_unpriced, fill_prices
from tests.shop_baskets import buy, candidates, catalogue

SHELVES = """
    item  | price | margin
    ------+-------+-------
    phone | 100   | 40
    case  |       | 5
    film  | 10    |
    toy   |       |
"""


def pay(**prices: list[float]) -> pl.DataFrame:
    """Orders of one piece each, at these prices."""
    drawn = buy("often | items\n" + "\n".join(f"1 | {item}" for item, paid in prices.items() for _ in paid))
    return drawn.with_columns(price=pl.Series([price for paid in prices.values() for price in paid], dtype=pl.Float64))


def fill(shelves: str, margin_share: float | None = None, **prices: list[float]) -> dict[str, tuple[float | None, ...]]:
    filled = Product.validate(fill_prices(catalogue(shelves), pay(**prices), PaidSettings(margin_share)))
    return {row["item_id"]: (row["price"], row["margin"]) for row in filled.iter_rows(named=True)}


def test_what_the_catalogue_tells_stays_and_what_it_lacks_is_the_median_price_paid() -> None:
    filled = fill(SHELVES, phone=[1], case=[18, 20, 500], toy=[])
    assert filled == {"case": (20, 5), "film": (10, None), "phone": (100, 40), "toy": (None, None)}


def test_a_gift_is_no_price() -> None:
    assert fill(SHELVES, case=[0, 0, 0, 18])["case"][0] == 18


def test_a_margin_is_assumed_only_where_somebody_says_so() -> None:
    assert fill(SHELVES, 0.4, case=[20])["film"] == (10, 4)
    assert fill(SHELVES, 0.4, case=[20])["case"] == (20, 5)


def test_without_a_catalogue_all_that_was_ordered_is_on_sale_and_with_one_what_it_lacks_is_not() -> None:
    assert fill("item", radio=[30]) == {"radio": (30, None)}
    assert "radio" not in fill(SHELVES, radio=[30])


def test_sets_without_usable_prices_are_barred_and_say_what_is_missing() -> None:
    wrong = """
        item  | price | margin
        ------+-------+-------
        phone | 100   | 40
        case  | 20    | 15
        gift  | 0     | 0
        film  | 10    |
        plan  | 10    | 11
        toy   |       |
    """
    sets = candidates("phone case", "phone gift", "phone film", "phone plan", "phone toy", "phone gone", "film toy")
    barred = sets.with_columns(barred=pl.when(pl.col("items").list.contains("plan")).then(pl.lit("substitutes")))
    told = Candidate.validate(bar_unpriced(barred, catalogue(wrong)))
    assert dict(told.select(pl.col("items").list.join(" "), "barred").rows()) == {
        "case phone": None,
        "gift phone": "no price",
        "film phone": "no margin",
        "phone plan": "substitutes",
        "phone toy": "no price",
        "gone phone": "not on sale",
        "film toy": "no price",
    }


def test_a_share_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="`margin_share` is 40: give a share"):
        PaidSettings(40)
