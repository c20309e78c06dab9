"""Landmarks of the path graph: the hubs that carry the traffic, and the dead ends that stop it."""

import dataframely as dy
import msgspec
import networkx as nx
import polars as pl

from paths.graph.edges import ENTRY, EXIT, Edge
from serving import wilson_bounds

ROLES = ("hub", "dead_end")
MOST_STEPS = 1_000_000
"""Betweenness costs pages × edges; beyond this it starts from a sample of the pages, drawn with a fixed seed."""
CENTRALITY = {"channel": pl.String, "page": pl.String, "pagerank": pl.Float64, "betweenness": pl.Float64}


class LandmarkSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What makes a page a landmark."""

    min_visits: int = 30
    """Fewer visits prove nothing."""
    hub_factor: float = 1.5
    """A hub holds this many times the attention (PageRank) of an average page of its channel."""
    hub_ways: int = 2
    """A hub has this many ways in and ways out: a page with a single one is a corridor, however busy."""


class PageRole(dy.Schema):
    """One page on one channel, and the part it plays in customers' ways."""

    channel = dy.String(primary_key=True, description="web, wap or app")
    page = dy.String(primary_key=True, description="The page, as the site map names it")
    visits = dy.Int64(nullable=False, min=1, description="How often customers came here")
    ways_in = dy.Int64(nullable=False, min=0, description="Other pages that lead here")
    ways_out = dy.Int64(nullable=False, min=0, description="Other pages that customers go on to from here")
    exit_share = dy.Float64(nullable=False, min=0, max=1, description="Visits after which the session ended here")
    exit_share_low = dy.Float64(
        nullable=False, min=0, max=1, description="Lower 95 % bound of the exit share: it is hardly smaller than this"
    )
    pagerank = dy.Float64(
        nullable=False,
        min=0,
        max=1,
        description="The share of time that someone spends here who follows the usual clicks for ever",
    )
    betweenness = dy.Float64(
        nullable=False,
        min=0,
        max=1,
        description="The share of shortest ways between two other pages that lead through this one",
    )
    role = dy.String(
        nullable=True,
        description="hub: many ways meet here; dead_end: sessions end here more often than elsewhere; null: neither",
    )

    @dy.rule()
    def role_is_known(cls) -> pl.Expr:
        """The role is hub or dead_end."""
        return cls.role.col.is_in(ROLES)


def rank_landmarks(
    edges: dy.LazyFrame[Edge] | dy.DataFrame[Edge], settings: LandmarkSettings | None = None
) -> dy.DataFrame[PageRole]:
    """Tell the hubs and dead ends of each channel; sorted by channel, PageRank (highest first) and page.

    Both need `min_visits`. A dead end is a page whose exit share is above its channel's beyond doubt: Wilson's lower
    bound exceeds the exits of the channel divided by its visits. The page after an order is one by nature. A hub is no
    dead end, has at least `hub_factor` times the mean PageRank of its channel, and at least `hub_ways` ways in and
    ways out. PageRank (Brin and Page, 1998; damping 0.85) is weighted by clicks and starts where sessions do;
    betweenness (Freeman, 1977; in large graphs from a sample of the pages) counts every edge as one click.
    """
    settings = settings or LandmarkSettings()
    counts = _count_pages(edges.lazy()).collect()
    channels = edges.lazy().sort("channel", "source", "target").collect().partition_by("channel", maintain_order=True)
    centrality = pl.concat([pl.DataFrame(schema=CENTRALITY), *map(_measure_centrality, channels)])
    pages = counts.join(centrality, on=["channel", "page"], how="left")
    low, _ = wilson_bounds(pages["exits"].to_numpy(), pages["visits"].to_numpy())
    return PageRole.cast(
        pages.with_columns(exit_share=pl.col("exits") / pl.col("visits"), exit_share_low=low)
        .with_columns(role=_tell_role(settings))
        .sort("channel", "pagerank", "page", descending=[False, True, False])
    )


def _count_pages(edges: pl.LazyFrame) -> pl.LazyFrame:
    """Count each page's visits and exits, and the other pages before and after it."""
    real, other = pl.col("source") != ENTRY, pl.col("source") != pl.col("target")
    into = edges.group_by("channel", page="target").agg(ways_in=(real & other).sum())
    exits = pl.col("target") == EXIT
    return (
        edges.filter(real)
        .group_by("channel", page="source")
        .agg(
            visits=pl.col("clicks").sum(),
            exits=pl.col("clicks").filter(exits).sum(),
            ways_out=(~exits & other).sum(),
        )
        .join(into, on=["channel", "page"], how="left")
    )


def _measure_centrality(edges: pl.DataFrame) -> pl.DataFrame:
    """Measure how central each page of one channel is."""
    real = (pl.col("source") != ENTRY) & (pl.col("target") != EXIT)
    entries = edges.filter(pl.col("source") == ENTRY, pl.col("target") != EXIT)
    graph = nx.DiGraph()
    graph.add_nodes_from(edges.filter(pl.col("source") != ENTRY)["source"].unique(maintain_order=True))
    graph.add_weighted_edges_from(edges.filter(real).select("source", "target", "clicks").iter_rows())
    starts = dict(entries.select("target", "clicks").iter_rows())
    pagerank = nx.pagerank(graph, personalization=starts, max_iter=1000)
    sample = min(len(graph), max(10, MOST_STEPS // max(1, graph.size())))
    betweenness = nx.betweenness_centrality(graph, k=sample, seed=0)
    return pl.DataFrame(
        {
            "channel": edges["channel"][0],
            "page": list(graph),
            "pagerank": [pagerank[page] for page in graph],
            "betweenness": [betweenness[page] for page in graph],
        },
        schema=CENTRALITY,
    )


def _tell_role(settings: LandmarkSettings) -> pl.Expr:
    """Tell each page's role from its measures and those of its channel."""
    enough = pl.col("visits") >= settings.min_visits
    usual_exit_share = (pl.col("exits").sum() / pl.col("visits").sum()).over("channel")
    dead_end = pl.col("exit_share_low") > usual_exit_share
    attention = pl.col("pagerank") >= settings.hub_factor * pl.col("pagerank").mean().over("channel")
    connected = [pl.col(ways) >= settings.hub_ways for ways in ("ways_in", "ways_out")]
    return (
        pl.when(enough & dead_end)
        .then(pl.lit("dead_end"))
        .when(enough & attention & pl.all_horizontal(connected))
        .then(pl.lit("hub"))
    )
