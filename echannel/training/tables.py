"""Tables: what models and reports are made from, as the lake holds it."""

from datetime import datetime
from typing import NamedTuple, Self

import dataframely as dy
import polars as pl

from echannel.exits import Exit, Stop
from echannel.sessions.refresh import scan_sessioned
from echannel.tree import Settings
from evaluation import SplitError, choose_split, split_orders, split_sessions
from ingest import ORDER, Order, Product, ReturnCount, Sessioned, Settled, complete_products, settle_orders
from lake import Lake


class Moves(NamedTuple):
    """What was bought and what was given back, as the order system and the logs tell it."""

    orders: dy.DataFrame[Order]
    events: dy.DataFrame[Sessioned]

    def settle(self) -> Settled:
        """Take from the order lines what was given back."""
        return settle_orders(self.orders, self.events)

    def forget_returns(self, since: datetime) -> Self:
        """Forget what was given back at or after a moment: what nobody could know then."""
        known, told = pl.col("ordered_at") < since, pl.col("occurred_at") < since
        return type(self)(
            Order.cast(self.orders.filter((pl.col("quantity") > 0) | known)),
            Sessioned.cast(self.events.filter((pl.col("name") != "refund") | told)),
        )


class Tables(NamedTuple):
    """What models and reports are made from."""

    sessioned: dy.LazyFrame[Sessioned]
    """In no order; read from the disk anew each time, and then only the columns that are asked for."""
    orders: dy.DataFrame[Order]
    products: dy.DataFrame[Product]
    returns: ReturnCount = ReturnCount()
    """What became of the order lines that were given back; they are no longer in `orders`."""
    moves: Moves | None = None
    """What the orders were settled from; None where nothing was given back."""

    @property
    def ends_at(self) -> datetime:
        """Return the moment of the last event: what counts as now, so that a build can be made again."""
        moment: datetime = self.sessioned.select(pl.col("occurred_at").max()).collect().item()
        return moment


def read_tables(lake: Lake, settings: Settings) -> Tables:
    """Read the lake's tables; raises `Stop` where they hold no people's events."""
    sessioned = scan_sessioned(lake, settings)
    if sessioned.filter(pl.col("robot").is_null()).select("robot").head(1).collect().is_empty():
        raise Stop(
            Exit.NOTHING_TO_DO, "no events of people in this lake", str(lake.folder), "Run `echannel ingest` first."
        )
    products = complete_products(lake.scan("products").sort("item_id").collect())
    moves = read_moves(lake, sessioned)
    settled = moves.settle()
    return Tables(sessioned, settled.orders, products, settled.returns, moves if settled.returns.lines else None)


def read_moves(lake: Lake, sessioned: dy.LazyFrame[Sessioned]) -> Moves:
    """Read every order line and every return that the order system or the logs know."""
    events = sessioned.filter(pl.col("name").is_in(["purchase", "refund"])).sort("visitor_id", *ORDER).collect()
    return Moves(Order.cast(lake.scan("orders").collect()), Sessioned.cast(events))


def split_tables(tables: Tables, share: float) -> tuple[Tables, Tables]:
    """Split off the last share of the sessions, and the orders of that time: to learn from, and to be judged by.

    What was given back at the split or after it still stands in the earlier orders, as it did then. Raises `Stop` where
    all sessions begin at once.
    """
    try:
        moment = choose_split(tables.sessioned, share)
    except SplitError as fault:
        raise Stop(Exit.NOTHING_TO_DO, "too few sessions to judge models by", "the lake", str(fault)) from None
    sessions, later = split_sessions(tables.sessioned, moment), split_orders(tables.orders, moment).test
    moves = tables.moves and tables.moves.forget_returns(moment)
    earlier = split_orders(moves.settle().orders if moves else tables.orders, moment).train
    return (
        Tables(sessions.train, earlier, tables.products, moves=moves),
        Tables(sessions.test, later, tables.products),
    )
