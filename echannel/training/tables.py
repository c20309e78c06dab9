"""Tables: what models and reports are made from, as the lake holds it."""

from datetime import datetime
from typing import NamedTuple

import dataframely as dy
import polars as pl

from echannel.exits import Exit, Stop
from echannel.sessions.refresh import scan_sessioned
from echannel.tree import Settings
from evaluation import SplitError, choose_split, split_orders, split_sessions
from ingest import ORDER, Order, Product, ReturnCount, Sessioned, Settled, complete_products, settle_orders
from lake import Lake


class Tables(NamedTuple):
    """What models and reports are made from."""

    sessioned: dy.LazyFrame[Sessioned]
    """In no order; read from the disk anew each time, and then only the columns that are asked for."""
    orders: dy.DataFrame[Order]
    products: dy.DataFrame[Product]
    returns: ReturnCount = ReturnCount()
    """What became of the order lines that were given back; they are no longer in `orders`."""

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
    settled = read_orders(lake, sessioned)
    return Tables(sessioned, settled.orders, products, settled.returns)


def read_orders(lake: Lake, sessioned: dy.LazyFrame[Sessioned]) -> Settled:
    """Return every order line that the order system or the logs know, less what was given back."""
    moves = sessioned.filter(pl.col("name").is_in(["purchase", "refund"])).sort("visitor_id", *ORDER).collect()
    return settle_orders(Order.cast(lake.scan("orders").collect()), Sessioned.cast(moves))


def split_tables(tables: Tables, share: float) -> tuple[Tables, Tables]:
    """Split off the last share of the sessions, and the orders of that time: to learn from, and to be judged by.

    Raises `Stop` where all sessions begin at once.
    """
    try:
        moment = choose_split(tables.sessioned, share)
    except SplitError as fault:
        raise Stop(Exit.NOTHING_TO_DO, "too few sessions to judge models by", "the lake", str(fault)) from None
    sessions, orders = split_sessions(tables.sessioned, moment), split_orders(tables.orders, moment)
    return (
        Tables(sessions.train, orders.train, tables.products),
        Tables(sessions.test, orders.test, tables.products),
    )
