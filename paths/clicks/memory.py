"""Memory: on which pages it matters where people came from, and where they go then."""

import dataframely as dy
import msgspec
import numpy as np
import polars as pl
from scipy.special import chdtrc

from paths.graph.contexts import Context
from paths.graph.edges import EXIT
from serving import find_q_values, wilson_bounds

PAGE = ["channel", "page"]
LEAST_EXPECTED = 5.0
"""Clicks that every cell of the test expects at least: below, the chi-square distribution is a poor stand-in."""


class MemorySettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """When the page before counts."""

    most_false: float = 0.05
    """Share of pages that may be named by chance: the q-value up to which the page before is believed to matter."""

    def __post_init__(self) -> None:
        """Refuse what is no share."""
        if not 0 < self.most_false < 1:
            raise ValueError(f"`most_false` is {self.most_false}: give a share between 0 and 1, as 0.05.")


class PageMemory(dy.Schema):
    """One page on one channel: whether the next click depends on the page before."""

    channel = dy.String(primary_key=True, description="web, wap or app")
    page = dy.String(primary_key=True, description="The page they are on")
    clicks = dy.Int64(nullable=False, min=1, description="Clicks that go on from the page, exits not counted")
    tested = dy.Int64(nullable=False, min=0, description="Clicks in the table that is tested; rare ones may stay out")
    g_squared = dy.Float64(nullable=False, min=0, description="Likelihood ratio G² of two pages of memory against one")
    degrees = dy.Int64(nullable=False, min=0, description="Degrees of freedom: (pages before − 1) × (pages next − 1)")
    p_value = dy.Float64(nullable=False, min=0, max=1, description="Chance of such a G² if memory did not help")
    q_value = dy.Float64(nullable=False, min=0, max=1, description="Share of false finds if all down to this p count")
    bits = dy.Float64(nullable=False, min=0, description="What the page before tells of the next click, bits a click")
    remembers = dy.Bool(nullable=False, description="Whether the q-value says that memory helps")

    @dy.rule()
    def no_memory_without_a_test(cls) -> pl.Expr:
        """Where nothing could be compared, nothing is remembered."""
        return (cls.degrees.col > 0) | ~cls.remembers.col


class RememberedClick(dy.Schema):
    """One page that people go on to from one page, given the page they came from, where memory helps."""

    channel = dy.String(primary_key=True, description="web, wap or app")
    before = dy.String(primary_key=True, description="The page they came from; (entry) where the session began")
    page = dy.String(primary_key=True, description="The page they are on")
    next_page = dy.String(primary_key=True, description="The page they go to")
    rank = dy.Int64(nullable=False, min=1, description="Place among the next pages: most clicks first, then by name")
    clicks = dy.Int64(nullable=False, min=1, description="How often they went there right away")
    out_of = dy.Int64(nullable=False, min=1, description="How often they went on at all, coming from there")
    share = dy.Float64(nullable=False, min=0, max=1, description="Clicks, of those that go on")
    low = dy.Float64(nullable=False, min=0, max=1, description="Lower 95 % bound of the share (Wilson, 1927)")
    high = dy.Float64(nullable=False, min=0, max=1, description="Upper 95 % bound of the share (Wilson, 1927)")

    @dy.rule()
    def share_is_within_bounds(cls) -> pl.Expr:
        """The share lies between its bounds."""
        return (cls.low.col <= cls.share.col) & (cls.share.col <= cls.high.col)


def find_memory(
    contexts: dy.LazyFrame[Context] | dy.DataFrame[Context], settings: MemorySettings | None = None
) -> dy.DataFrame[PageMemory]:
    """Test for each page whether the next click depends on the page before; sorted by channel and page.

    With n(a, b) the clicks from the page to b that came from a, and e(a, b) = n(a) · n(b) / n,

        G² = 2 Σ n(a, b) · ln(n(a, b) / e(a, b)),    degrees = (kinds of a − 1) · (kinds of b − 1)

    the likelihood ratio of a chain of order two against one of order one, page by page (T. W. Anderson and L. A.
    Goodman, 1957; P. Billingsley, 1961). Degrees are counted on pages that exist there. Pages before, and next, with
    fewer than √(5 n) clicks are put together as one, and left out if they are still fewer, so that each cell expects
    5 clicks. Exits are no clicks. The q-values are Benjamini and Hochberg's over all pages that could be tested.
    """
    settings = settings or MemorySettings()
    cells = _pool(_list_clicks(contexts))
    size, before, after = (pl.col("clicks").sum().over(*PAGE, *more) for more in ((), ("before",), ("next_page",)))
    told = cells.with_columns(surprise=2 * pl.col("clicks") * (pl.col("clicks") * size / (before * after)).log())
    tests = told.group_by(PAGE).agg(
        g_squared=pl.col("surprise").sum().clip(lower_bound=0),
        degrees=(pl.col("before").n_unique().cast(pl.Int64) - 1) * (pl.col("next_page").n_unique().cast(pl.Int64) - 1),
        tested=pl.col("clicks").sum(),
    )
    pages = _list_clicks(contexts).group_by(PAGE).agg(pl.col("clicks").sum())
    rows = pages.join(tests, on=PAGE, how="left").with_columns(pl.col("g_squared", "degrees", "tested").fill_null(0))
    return PageMemory.cast(_judge(rows.sort(PAGE), settings.most_false))


def count_remembered(
    contexts: dy.LazyFrame[Context] | dy.DataFrame[Context], memory: dy.DataFrame[PageMemory]
) -> dy.DataFrame[RememberedClick]:
    """Count where people go on, by the page they came from, on the pages where memory helps.

    Sorted by channel, page, page before and rank.
    """
    helped = memory.filter("remembers").select(PAGE)
    group = ["channel", "page", "before"]
    order = pl.struct(-pl.col("clicks"), "next_page")
    shares = (
        _list_clicks(contexts)
        .join(helped, on=PAGE, how="semi")
        .with_columns(out_of=pl.col("clicks").sum().over(group), rank=order.rank("ordinal").over(group))
        .with_columns(share=pl.col("clicks") / pl.col("out_of"))
        .sort(*group, "rank")
    )
    low, high = wilson_bounds(shares["clicks"].to_numpy(), shares["out_of"].to_numpy())
    return RememberedClick.cast(shares.with_columns(low=low, high=high))


def _list_clicks(contexts: dy.LazyFrame[Context] | dy.DataFrame[Context]) -> pl.DataFrame:
    clicks = contexts.lazy().filter(pl.col("target") != EXIT)
    return (
        clicks.select("channel", "before", "clicks", page="source", next_page="target")
        .sort("channel", "page", "before", "next_page")
        .collect()
    )


def _pool(clicks: pl.DataFrame) -> pl.DataFrame:
    """Put rare pages before, and rare next pages, together, and leave out what is rare even so."""
    least = (LEAST_EXPECTED * pl.col("clicks").sum().over(PAGE)).sqrt()
    for column in ("before", "next_page"):
        frequent = pl.col("clicks").sum().over(*PAGE, column) >= pl.col("least")
        clicks = clicks.with_columns(least=least).with_columns(pl.when(frequent).then(column))
        clicks = clicks.filter(pl.col("clicks").sum().over(*PAGE, column) >= pl.col("least"))
    return clicks.group_by(*PAGE, "before", "next_page").agg(pl.col("clicks").sum()).sort(*PAGE, "before", "next_page")


def _judge(rows: pl.DataFrame, most_false: float) -> pl.DataFrame:
    degrees, statistic = rows["degrees"].to_numpy(), rows["g_squared"].to_numpy()
    testable = degrees > 0
    p_value, q_value = np.ones(len(rows)), np.ones(len(rows))
    p_value[testable] = chdtrc(degrees[testable], statistic[testable])
    if testable.any():
        q_value[testable] = find_q_values(p_value[testable])
    bits = pl.col("g_squared") / (2 * np.log(2) * pl.col("tested").clip(lower_bound=1))
    return rows.with_columns(p_value=p_value, q_value=q_value, bits=bits).with_columns(
        remembers=(pl.col("q_value") <= most_false) & (pl.col("degrees") > 0)
    )
