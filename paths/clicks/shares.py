"""The next click: where customers go from a page, and the list of it that is served."""

import dataframely as dy
import polars as pl

from paths.graph.edges import ENTRY, EXIT, Edge
from serving import RankedLists, wilson_bounds


class NextClick(dy.Schema):
    """One page that customers go on to from one page on one channel."""

    channel = dy.String(primary_key=True, description="web, wap or app")
    page = dy.String(primary_key=True, description="The page they are on")
    next_page = dy.String(primary_key=True, description="The page they go to")
    rank = dy.Int64(nullable=False, min=1, description="Place among the page's next pages: most clicks first")
    clicks = dy.Int64(nullable=False, min=1, description="How often they went there right away")
    out_of = dy.Int64(
        nullable=False, min=1, description="How often they went on from the page at all, exits not counted"
    )
    share = dy.Float64(nullable=False, min=0, max=1, description="Clicks, of those that go on")
    low = dy.Float64(nullable=False, min=0, max=1, description="Lower 95 % bound of the share (Wilson, 1927)")
    high = dy.Float64(nullable=False, min=0, max=1, description="Upper 95 % bound of the share (Wilson, 1927)")

    @dy.rule()
    def share_is_within_bounds(cls) -> pl.Expr:
        """The share lies between its bounds."""
        return (cls.low.col <= cls.share.col) & (cls.share.col <= cls.high.col)

    @dy.rule()
    def clicks_are_among_all(cls) -> pl.Expr:
        """No more clicks to one page than to all."""
        return cls.clicks.col <= cls.out_of.col


def count_next_clicks(edges: dy.LazyFrame[Edge] | dy.DataFrame[Edge]) -> dy.DataFrame[NextClick]:
    """Count where customers go on from each page: first-order shares; sorted by channel, page and rank.

    Entries and exits are no clicks. Pages that equally many go to are ranked by name. Whether a page can follow itself
    was decided when the edges were counted.
    """
    order = pl.struct(-pl.col("clicks"), "next_page")
    shares = (
        edges.lazy()
        .filter(pl.col("source") != ENTRY, pl.col("target") != EXIT)
        .select("channel", "clicks", page="source", next_page="target")
        .with_columns(out_of=pl.col("clicks").sum().over("channel", "page"))
        .with_columns(share=pl.col("clicks") / pl.col("out_of"))
        .with_columns(rank=order.rank("ordinal").over("channel", "page"))
        .sort("channel", "page", "rank")
        .collect()
    )
    low, high = wilson_bounds(shares["clicks"].to_numpy(), shares["out_of"].to_numpy())
    return NextClick.cast(shares.with_columns(low=low, high=high))


def rank_next_clicks(next_clicks: dy.LazyFrame[NextClick] | dy.DataFrame[NextClick], most: int = 50) -> RankedLists:
    """Make the served lists: for each channel and page (key "channel<TAB>page") the `most` common next pages.

    The score is the share, so that channels weighted by their clicks make the share over all channels; within one page
    the Wilson bound would rank alike. `together` holds the clicks, `alone` all clicks that go on from the page.
    """
    rows = next_clicks.lazy().with_columns(key=pl.concat_str("channel", pl.lit("\t"), "page")).collect()
    columns = {name: rows[name].to_numpy() for name in ("share", "clicks", "out_of")}
    return RankedLists.from_rows(
        rows["key"].to_list(),
        rows["next_page"].to_list(),
        score=columns["share"],
        together=columns["clicks"],
        alone=columns["out_of"],
        most=most,
    )
