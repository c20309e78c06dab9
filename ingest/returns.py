"""Returns: what was given back or cancelled, and the order lines that it takes away (退货与取消)."""

from typing import NamedTuple

import dataframely as dy
import polars as pl

from ingest.orders import Order, merge_orders
from ingest.sessions import Sessioned

KEYS = (("order_id", "item_id"), ("person_id", "item_id", "price"))
"""What a line and its return share: the order, if the return names it; else person, item and price."""


class ReturnCount(NamedTuple):
    """What became of the lines given back; their sum is all of them."""

    matched: int = 0
    """All pieces were found in earlier order lines."""
    partly: int = 0
    """Some pieces were."""
    unmatched: int = 0
    """None were: bought before the data begins, by somebody else, or at another price."""

    @property
    def lines(self) -> int:
        """Return how many lines were given back."""
        return self.matched + self.partly + self.unmatched


class Settled(NamedTuple):
    """What was bought and kept, and what became of the returns."""

    orders: dy.DataFrame[Order]
    returns: ReturnCount


def settle_orders(orders: dy.DataFrame[Order], sessioned: dy.DataFrame[Sessioned]) -> Settled:
    """Join all order lines (`merge_orders`) and take from them what was given back.

    Given back is what the order system lists with a quantity below 0, and what a `refund` event names. A return takes
    pieces of the order that it names, of the item; one that names no item takes the whole order. What then is left of
    it takes pieces that the same person had bought earlier, of the same item at the same price, the latest first. A
    line of which nothing is left was not bought; a line of which a part is left stays with it. (The rule is ours: a
    source that numbers its cancellations anew, as the invoices `C…` of the gift shop do, does not say which order they
    mean.) Ordered like `merge_orders`.
    """
    bought = merge_orders(Order.cast(orders.filter(pl.col("quantity") > 0)), sessioned)
    back = _list_returns(orders, sessioned)
    if back.is_empty():
        return Settled(bought, ReturnCount())
    whole = back.filter(pl.col("item_id").is_null())
    cancelled = bought.select(pl.col("order_id").is_in(whole["order_id"].drop_nulls().unique().to_list())).to_series()
    void = whole.select(pl.col("order_id").is_in(bought["order_id"].drop_nulls().unique().to_list())).to_series()
    lines = bought.filter(~cancelled.fill_null(False)).with_row_index("line").with_columns(left="quantity")
    asked = back.filter(pl.col("item_id").is_not_null()).with_row_index("line").with_columns(left="quantity")
    for key in KEYS:
        lines, asked = _take_back(lines, asked, list(key))
    kept = lines.filter(pl.col("left") > 0).with_columns(quantity="left").sort("line").select(Order.column_names())
    return Settled(Order.cast(kept), _count(asked, int(void.sum()), len(whole)))


def _list_returns(orders: pl.DataFrame, sessioned: pl.DataFrame) -> pl.DataFrame:
    """List what was given back, each item of a numbered return once, with the pieces above 0."""
    named = pl.col("item_id").is_not_null() | pl.col("order_id").is_not_null()
    events = sessioned.filter(pl.col("name") == "refund", pl.col("robot").is_null(), named)
    columns = ["order_id", "item_id", "ordered_at", "person_id", "quantity", "price"]
    from_logs = events.rename({"occurred_at": "ordered_at"}).select(columns)
    both = pl.concat([orders.filter(pl.col("quantity") < 0).select(columns), from_logs]).with_columns(
        pl.col("quantity").fill_null(1).abs().clip(lower_bound=1)
    )
    numbered = both.filter(pl.col("order_id").is_not_null())
    once = numbered.unique(["order_id", "item_id"], keep="first", maintain_order=True)
    return pl.concat([once, both.filter(pl.col("order_id").is_null())]).sort("ordered_at", "person_id", "item_id")


def _take_back(lines: pl.DataFrame, back: pl.DataFrame, key: list[str]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Take pieces given back from earlier lines of the same key, the latest first; both keep what is `left`.

    Of one key the pieces held are a pile: buying lays on top, giving back takes from the top, and what is taken from
    the empty floor was never there. A line's own pieces that are left are those below the lowest the pile sinks after
    it.
    """
    told = ["line", "ordered_at", "left", *key]
    asked = back.select(key).unique()
    moves = pl.concat(
        [
            lines.select(told).join(asked, on=key, how="semi", nulls_equal=True).with_columns(back=False),
            back.select(told).with_columns(back=True),
        ]
    ).sort(*key, "ordered_at", "back", "line")
    change = pl.when("back").then(-pl.col("left")).otherwise("left")
    piled = moves.with_columns(sum=change.cum_sum().over(key)).with_columns(
        pile=pl.col("sum") - pl.min_horizontal(pl.col("sum").cum_min().over(key), 0)
    )
    told_after = piled.with_columns(
        lowest=pl.col("pile").cum_min(reverse=True).over(key), before=pl.col("pile").shift(1, fill_value=0).over(key)
    )
    own = (pl.col("lowest") - (pl.col("pile") - pl.col("left"))).clip(0, pl.col("left"))
    rest = pl.col("left") - (pl.col("before") - pl.col("pile"))
    settled = told_after.select("line", "back", rest=pl.when("back").then(rest).otherwise(own))
    return _leave(lines, settled.filter(~pl.col("back"))), _leave(back, settled.filter("back"))


def _leave(rows: pl.DataFrame, settled: pl.DataFrame) -> pl.DataFrame:
    joined = rows.join(settled.select("line", "rest"), on="line", how="left")
    return joined.with_columns(left=pl.coalesce("rest", "left")).drop("rest").sort("line")


def _count(asked: pl.DataFrame, void: int, whole: int) -> ReturnCount:
    matched = int((asked["left"] == 0).sum())
    untouched = int((asked["left"] == asked["quantity"]).sum())
    return ReturnCount(matched + void, len(asked) - matched - untouched, untouched + whole - void)
