"""Departures: where those who left a cart went next."""

import dataframely as dy
import polars as pl

from paths.carts.journeys import GIVEN_UP, Journey
from serving import wilson_bounds

WHEN = ("same visit", "next visit", "not seen again")


class Departure(dy.Schema):
    """One page that those who left a cart on one channel went to, or that they were not seen again."""

    channel = dy.String(nullable=False, description="Channel on which the cart was left")
    when = dy.String(
        nullable=False,
        description="same visit (among its next five pages), next visit (its first page), or not seen again",
    )
    page = dy.String(nullable=True, description="The page; null where nobody was seen again")
    journeys = dy.Int64(nullable=False, min=1, description="Carts left whose customers went there")
    out_of = dy.Int64(nullable=False, min=1, description="Carts left on the channel")
    share = dy.Float64(nullable=False, min=0, max=1, description="Of the carts left on the channel")
    low = dy.Float64(nullable=False, min=0, max=1, description="Lower 95 % Wilson bound of the share")
    high = dy.Float64(nullable=False, min=0, max=1, description="Upper 95 % Wilson bound of the share")

    @dy.rule()
    def stands_once(cls) -> pl.Expr:
        """A page stands once for each channel and time."""
        return pl.struct(cls.channel.col, cls.when.col, cls.page.col).is_unique()

    @dy.rule()
    def when_is_known(cls) -> pl.Expr:
        """The time is one of the three."""
        return cls.when.col.is_in(WHEN)


def count_departures(journeys: dy.LazyFrame[Journey] | dy.DataFrame[Journey]) -> dy.DataFrame[Departure]:
    """Count where those who left a cart went: the pages after it in the same visit, else the next visit's first.

    A cart counts once for each page of the same visit, however often it was seen, so that shares may add up to more
    than 1. By channel, then the most first; ties by when and page. Looks at products that never came to a cart are not
    counted.
    """
    left = journeys.lazy().filter(pl.col("state").is_in(GIVEN_UP), pl.col("stage") != "page")
    stayed = pl.col("next_pages").list.len() > 0
    back = pl.col("next_page").is_not_null()
    when = pl.when(stayed).then(pl.lit(WHEN[0])).when(back).then(pl.lit(WHEN[1])).otherwise(pl.lit(WHEN[2]))
    page = pl.when(stayed).then(pl.col("next_pages").list.unique()).otherwise(pl.concat_list("next_page"))
    counted = (
        left.select("channel", when=when, page=page, out_of=pl.len().over("channel"))
        .explode("page", empty_as_null=True, keep_nulls=True)
        .group_by("channel", "when", "page")
        .agg(journeys=pl.len(), out_of=pl.col("out_of").first())
        .with_columns(share=pl.col("journeys") / pl.col("out_of"))
        .sort("channel", "journeys", "when", "page", descending=[False, True, False, False])
        .collect()
    )
    low, high = wilson_bounds(counted["journeys"].to_numpy(), counted["out_of"].to_numpy())
    return Departure.cast(counted.with_columns(low=pl.Series(low), high=pl.Series(high)))
