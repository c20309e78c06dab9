"""The rehearsal of a bundle plan: planned from earlier orders, shown later ones (方案预演)."""

from datetime import datetime
from typing import NamedTuple

import dataframely as dy
import polars as pl
from msgspec.structs import replace

from echannel.exits import Stop
from echannel.plans.bundles import find_candidates_of, key_sets, name_sets
from echannel.training.tables import Tables, split_tables
from echannel.tree import Settings
from ingest import Order, Product
from recommend import BundlePlan, Candidate, Offer, OfferSettings, Rehearsal, plan_bundles, price_offers, rehearse_plan


class BundleRehearsal(NamedTuple):
    """What a plan from earlier orders would have met in later ones."""

    rows: pl.DataFrame
    """`Rehearsal`, and of each bundle `names` and `bundle`."""
    since: datetime | None
    """When the later orders begin; None where there are none."""
    later: int
    """Lines ordered since."""


def rehearse_bundles(tables: Tables, settings: Settings) -> BundleRehearsal:
    """Plan bundles from the earlier orders and show them the later ones, those of the last `holdout_share` of sessions.

    The earlier plan knows nothing of what came later, neither orders nor views nor prices paid. The longer one looks,
    the more people have bought all; so the lower bound that the later share is held to is that of the last earlier
    orders over as long a time. Bundles that nobody bought whole in that time are left out.
    """
    try:
        earlier, later = split_tables(tables, settings.bundles.holdout_share)
    except Stop:
        return BundleRehearsal(name_sets(Rehearsal.create_empty(), tables.products), None, 0)
    candidates, products = find_candidates_of(earlier, settings)
    offers = price_offers(candidates, earlier.orders, products, settings.bundles.offers)
    plan = plan_bundles(offers, settings.bundles.plan)
    since, lasts = later.orders.select(since=pl.col("ordered_at").min(), lasts=_last()).row(0)
    before = Order.cast(earlier.orders.filter(pl.col("ordered_at") >= since - lasts)) if since else earlier.orders
    bounded = _bound_again(plan, before, products, settings.bundles.offers)
    return BundleRehearsal(
        name_sets(rehearse_plan(bounded, later.orders, products), products), since, later.orders.height
    )


def _last() -> pl.Expr:
    return pl.col("ordered_at").max() - pl.col("ordered_at").min()


def _bound_again(
    plan: dy.DataFrame[BundlePlan],
    orders: dy.DataFrame[Order],
    products: dy.DataFrame[Product],
    settings: OfferSettings,
) -> dy.DataFrame[Offer]:
    """Work out the planned offers anew from some orders, in the plan's order."""
    kept = pl.DataFrame({"items": plan["items"], "discount": plan["discount"], "place": range(plan.height)})
    sets = key_sets(kept).select("bundle", "discount", "place")
    asked = Candidate.cast(
        kept.select(
            "items", baskets=1, people_together=1, expected=1.0, ratio=2.0, q_value=0.0, barred=pl.lit(None, pl.String)
        )
    )
    again = price_offers(asked, orders, products, replace(settings, min_people=1))
    return Offer.cast(key_sets(again).join(sets, on=["bundle", "discount"]).sort("place").drop("bundle", "place"))
