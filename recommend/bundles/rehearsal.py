"""Rehearsal: what a plan would have met in orders that it was not made from."""

import dataframely as dy
import polars as pl

from ingest import Order, Product
from recommend.bundles.buyers import count_buyers
from recommend.bundles.offers import Offer
from recommend.bundles.prices import take_prices

SLACK = 1e-9
"""Part of a person by which a count may miss a whole number, for the last bits of a quotient."""


class Rehearsal(dy.Schema):
    """One bundle of a plan in orders that came after those it was planned from."""

    items = dy.List(dy.String(), nullable=False, description="The items, sorted")
    discount = dy.Float64(nullable=False, min=0, max_exclusive=1, description="Share of the full price taken off")
    people = dy.Int64(nullable=False, min=0, description="People who bought any of the items")
    people_all = dy.Int64(nullable=False, min=0, description="Of them, those who bought all without an offer")
    share_low = dy.Float64(nullable=False, min=0, max=1, description="Lower bound of their share, as planned")
    share_seen = dy.Float64(nullable=True, min=0, max=1, description="people_all / people; null: nobody bought any")
    held = dy.Bool(nullable=True, description="Whether the share seen was at least the lower bound")
    given_away = dy.Float64(nullable=False, min=0, description="Discount they would have got for nothing, in currency")
    takers_needed = dy.Int64(
        nullable=True,
        min=0,
        description="People more who would have had to take the bundle to earn as much; null: all are not enough",
    )


def rehearse_plan(
    plan: dy.DataFrame[Offer], later: dy.DataFrame[Order], products: dy.DataFrame[Product]
) -> dy.DataFrame[Rehearsal]:
    """Tell what the plan's bundles would have met in `later` orders (方案预演), in the plan's order.

    Known is what the discount would have cost, and how many more takers would have paid for it:

        takers needed = K · dP / (M - s - dP), rounded up

    with the letters of `price_offers`. Who would have come for the price is not in past orders: a trial tells it.
    """
    prices = take_prices(products, plan["items"].explode().drop_nulls())
    met = count_buyers(plan.select("items", "discount", "share_low"), prices, later)
    off = pl.col("discount") * pl.col("price_full")
    seen = pl.when(pl.col("people") > 0).then(pl.col("people_all") / pl.col("people"))
    paid = pl.col("margin_full") - pl.col("margin_some") - off
    needed = (pl.col("people_all") * off / paid - SLACK).ceil()
    enough = (paid > 0) & (needed <= pl.col("people") - pl.col("people_all"))
    return Rehearsal.cast(
        met.with_columns(
            share_seen=seen,
            held=seen >= pl.col("share_low"),
            given_away=off * pl.col("people_all"),
            takers_needed=pl.when(enough).then(needed).cast(pl.Int64),
        )
    )
