"""Products of a page: what could stand there, what one click on it is worth, and what is left out."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

import dataframely as dy
import polars as pl

from ingest import Product
from recommend.layout.offers import LayoutOffer
from recommend.layout.plan import LeftOut
from recommend.layout.settings import LayoutSettings, Material, PageSettings
from recommend.layout.showings import Showing
from recommend.stickiness.stickiness import Stickiness


class Chosen(NamedTuple):
    """What could stand on a page, and what cannot and why."""

    offers: dy.DataFrame[LayoutOffer]
    left_out: dy.DataFrame[LeftOut]


def choose_offers(
    here: dy.DataFrame[Showing],
    showings: dy.DataFrame[Showing],
    products: dy.DataFrame[Product],
    settings: LayoutSettings,
    page: str,
    now: datetime,
) -> Chosen:
    """Choose of all products that a page showed, or has pinned, those that all its readers may be shown and that earn.

    A page is planned for everybody: what has an age gate, requires another product, or may not be sold on a channel
    that showed the page is left out, as is what is not on sale or has no margin of 0 or more.
    Orders a click are counted over all pages and drawn towards their mean: (orders + k · mean) / (clicks + k), k being
    `prior_clicks`, as if the product had had so many clicks of the mean before (a Beta prior). Sorted by item.
    """
    asked = settings.pages.get(page, PageSettings())
    wanted = {*here["item_id"].unique().to_list(), *(pin.item_id for pin in asked.pins)}
    named = pl.DataFrame({"item_id": sorted(wanted)}, schema={"item_id": pl.String})
    listed = products.with_columns(listed=pl.lit(value=True))
    known = named.join(listed, on="item_id", how="left", maintain_order="left")
    judged = known.with_columns(reason=_bar(now, here["channel"].unique().to_list()))
    offered = judged.filter(pl.col("reason").is_null())
    fits = [_find_material(asked.material, *row) for row in offered.select("item_id", "category").iter_rows()]
    offers = offered.select("item_id", "category", "margin").with_columns(
        conversion=0.0,
        conversion_clicks=pl.lit(None, pl.Int64),
        stickiness=pl.lit(None, pl.Float64),
        kinds=pl.Series([fit.kinds and list(fit.kinds) for fit in fits], dtype=pl.List(pl.String)),
        least_size=pl.Series([fit.least_size for fit in fits], dtype=pl.Int64),
        most_size=pl.Series([fit.most_size for fit in fits], dtype=pl.Int64),
    )
    told = tell_conversion(LayoutOffer.cast(offers), showings, settings.prior_clicks)
    return Chosen(told, LeftOut.cast(judged.filter(pl.col("reason").is_not_null())))


def tell_conversion(
    offers: dy.DataFrame[LayoutOffer], showings: dy.DataFrame[Showing], prior_clicks: float
) -> dy.DataFrame[LayoutOffer]:
    """Tell each offer's orders a click by these showings; the mean of all for what nobody clicked on."""
    rates = measure_conversion(showings, prior_clicks)
    mean = rates["mean"].max() if rates.height else 0.0
    own = offers.select("item_id").join(rates, on="item_id", how="left", maintain_order="left")
    told = offers.with_columns(
        conversion=own["conversion"].fill_null(mean or 0.0),
        conversion_clicks=own["clicks"].fill_null(prior_clicks).cast(pl.Int64).clip(lower_bound=1),
    )
    return LayoutOffer.cast(told)


def weigh_stickiness(
    offers: dy.DataFrame[LayoutOffer], stickiness: dy.DataFrame[Stickiness], power: float
) -> dy.DataFrame[LayoutOffer]:
    """Tell each offer's factor for how it keeps its people: ratio^power; 1 for what nothing is known of."""
    told = stickiness.select("item_id", factor=pl.col("ratio") ** power)
    joined = offers.join(told, on="item_id", how="left", maintain_order="left")
    return LayoutOffer.cast(joined.with_columns(stickiness=pl.col("factor").fill_null(1.0)))


def measure_conversion(showings: dy.DataFrame[Showing], prior_clicks: float) -> pl.DataFrame:
    """Measure the orders a click of each item that was clicked on anywhere, drawn towards the mean of all."""
    clicked = showings.filter(pl.col("clicked"))
    counted = clicked.group_by("item_id").agg(own=pl.len(), orders=pl.col("bought").sum()).sort("item_id")
    mean = pl.col("orders").sum() / pl.col("own").sum()
    clicks = pl.col("own") + prior_clicks
    rate = (pl.col("orders") + prior_clicks * mean) / clicks
    return counted.select("item_id", conversion=rate, clicks=clicks.round(), mean=mean)


def _bar(now: datetime, channels: Sequence[str]) -> pl.Expr:
    """Say why a product cannot stand on a page that is shown on these channels, or null."""
    begun = pl.col("on_sale_from").is_null() | (pl.col("on_sale_from") <= now)
    goes_on = pl.col("on_sale_to").is_null() | (pl.col("on_sale_to") > now)
    needed = pl.col("requires").str.extract_all(r"\S+").list.set_difference(pl.concat_list("item_id"))
    unsold = pl.lit(list(channels)).list.set_difference(pl.col("channels").str.extract_all(r"\S+"))
    return (
        pl.when(pl.col("listed").is_null())
        .then(pl.lit("not in the catalogue"))
        .when(~(begun & goes_on))
        .then(pl.lit("not on sale"))
        .when(pl.col("min_age") > 0)
        .then(pl.lit("for some ages only"))
        .when(needed.list.len() > 0)
        .then(pl.lit("requires another product"))
        .when(unsold.list.len() > 0)
        .then(pl.lit("not sold on every channel of the page"))
        .when(pl.col("margin").is_null() | ~pl.col("margin").is_finite())
        .then(pl.lit("no margin in the catalogue"))
        .when(pl.col("margin") < 0)
        .then(pl.lit("sold at a loss"))
    )


def _find_material(material: tuple[Material, ...], item_id: str, category: str | None) -> Material:
    """Find what is said of a product, else of its category, else nothing."""
    own = [said for said in material if said.item_id == item_id]
    shared = [said for said in material if said.item_id is None and said.category == category]
    return next(iter([*own, *shared]), Material(item_id=item_id))
