"""The bundle plan: from orders, views and the catalogue to what to sell together, and why the rest was left out."""

from typing import NamedTuple

import dataframely as dy
import polars as pl

from echannel.plans.naming import read_names
from echannel.training.tables import Tables
from echannel.tree import Settings
from ingest import Product
from recommend import (
    BundlePlan,
    BundlePlanSettings,
    Candidate,
    Offer,
    bar_unpriced,
    count_pairs,
    fill_prices,
    find_candidates,
    find_flaws,
    find_substitutes,
    plan_bundles,
    price_offers,
    take_purchases,
    take_views,
)

SIGN = " + "
"""Between the items of one bundle."""
EVIDENCE = ("baskets", "expected", "ratio", "q_value")
REASONS = (
    "kept out",
    "not on sale",
    "excluded",
    "no channel",
    "same category",
    "substitutes",
    "no price",
    "no margin",
    "few buyers",
    "sold at a loss",
    "earns nothing more",
    "no discount pays",
    "no test shows it",
    "in another bundle",
)
"""Why a candidate is not in the plan; the first that holds."""


class BundleDraft(NamedTuple):
    """A plan, what it rests on, and what it leaves out. No person is in any of it."""

    plan: pl.DataFrame
    """`BundlePlan`, and of each bundle its `EVIDENCE`, `names` and `bundle`, its items in one text."""
    left_out: pl.DataFrame
    """The other candidates with `names`, `bundle`, `EVIDENCE` and the `reason`; the surest first."""
    products: dy.DataFrame[Product]
    """The catalogue, with the prices and margins that were filled in."""


def draft_bundles(tables: Tables, settings: Settings) -> BundleDraft:
    """Plan bundles from all orders of the lake, at the moment when its events end."""
    candidates, products = find_candidates_of(tables, settings)
    offers = price_offers(candidates, tables.orders, products, settings.bundles.offers)
    plan = plan_bundles(offers, settings.bundles.plan)
    planned = name_sets(plan, products).join(key_sets(candidates).select("bundle", *EVIDENCE), on="bundle", how="left")
    return BundleDraft(
        planned.sort("advice", "gain_low", "rise_gain", "bundle", descending=[False, True, True, False]),
        _tell_left_out(name_sets(candidates, products), offers, plan, settings.bundles.plan),
        products,
    )


def count_reasons(left_out: pl.DataFrame) -> dict[str, int]:
    """Count the candidates left out by their reason, in the order of `REASONS`; without those that hold for none."""
    counts = dict(left_out["reason"].value_counts().iter_rows())
    return {reason: counts[reason] for reason in REASONS if reason in counts}


def find_candidates_of(tables: Tables, settings: Settings) -> tuple[dy.DataFrame[Candidate], dy.DataFrame[Product]]:
    """Find the candidates, what stands against each, and the products with what is known of their prices."""
    own = settings.bundles
    products = fill_prices(tables.products, tables.orders, own.prices)
    bought = take_purchases(tables.orders, settings.baskets, settings.evidence).baskets
    pairs = count_pairs(bought, settings.pairs)
    viewed = count_pairs(take_views(tables.sessioned, settings.evidence).baskets, settings.pairs)
    substitutes = find_substitutes(viewed, bought, own.substitutes)
    now = tables.ends_at
    return bar_unpriced(find_candidates(pairs, bought, substitutes, products, own.candidates, now), products), products


def _tell_left_out(
    named: pl.DataFrame, offers: dy.DataFrame[Offer], plan: dy.DataFrame[BundlePlan], settings: BundlePlanSettings
) -> pl.DataFrame:
    """Tell of each candidate that is not planned why."""
    flaws = key_sets(find_flaws(offers, settings)).select("bundle", "flaw", offered=True)
    return (
        named.join(key_sets(plan).select("bundle"), on="bundle", how="anti")
        .join(flaws, on="bundle", how="left")
        .with_columns(
            reason=pl.when(pl.col("barred").is_not_null())
            .then("barred")
            .when(pl.col("offered").is_null())
            .then(pl.lit("few buyers"))
            .otherwise(pl.coalesce("flaw", pl.lit("in another bundle")))
        )
        .sort("q_value", "ratio", "bundle", descending=[False, True, False])
    )


def key_sets(sets: pl.DataFrame) -> pl.DataFrame:
    """Add `bundle`, the items in one text, by which sets are joined."""
    return sets.with_columns(bundle=pl.col("items").list.join(SIGN))


def name_sets(sets: pl.DataFrame, products: dy.DataFrame[Product]) -> pl.DataFrame:
    """Add `bundle` and `names`, the items' names in one text; an item without a name keeps its id."""
    names = pl.col("items").list.eval(pl.element().replace(read_names(products))).list.join(SIGN)
    return key_sets(sets).with_columns(names=names)
