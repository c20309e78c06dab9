"""Communities: pages among which customers go to and fro, and from which they seldom leave for others."""

import dataframely as dy
import networkx as nx
import polars as pl

from paths.graph.edges import ENTRY, EXIT, Edge

MOST_LINKS = 100_000
"""Pairs of pages of a channel that are looked at, the busiest: the method walks through them in Python, many times."""


class Community(dy.Schema):
    """One group of pages on one channel; each page is in exactly one."""

    channel = dy.String(primary_key=True, description="Channel of the sessions' first events")
    community = dy.String(primary_key=True, description="Its busiest page, which it is named after")
    pages = dy.List(dy.String(nullable=False), nullable=False, description="All of its pages, the busiest first")
    visits = dy.Int64(nullable=False, min=1, description="Visits to its pages")
    visit_share = dy.Float64(nullable=False, min=0, max=1, description="Of all visits on the channel")
    stay_share = dy.Float64(
        nullable=True,
        min=0,
        max=1,
        description="Clicks from its pages to another page that stay inside; null where nobody goes on",
    )
    modularity = dy.Float64(
        nullable=False,
        min=-0.5,
        max=1,
        description="How well the channel falls apart into its communities; below about 0.3 hardly at all",
    )
    looked_at = dy.Float64(
        nullable=False,
        min=0,
        max=1,
        description="Clicks between two pages that were looked at, of all on the channel; 1 but in very large graphs",
    )


def find_communities(edges: dy.LazyFrame[Edge] | dy.DataFrame[Edge]) -> dy.DataFrame[Community]:
    """Find the communities of each channel; sorted by channel, visits (most first) and community.

    Clicks from page to page count both ways alike; entries, exits and reloads do not count. The partition is that of
    the Louvain method (Blondel, Guillaume, Lambiotte and Lefebvre, 2008) with a fixed seed, which looks for the highest

        modularity Q = Σ over communities (inside / all − (ends / 2 all)²)

    (Newman and Girvan, 2004): the share of clicks inside communities beyond what the same pages would have if clicks
    joined them at random. Pages without a click to or from another are communities of their own. Looked at are the
    MOST_LINKS busiest pairs of pages of each channel, and `looked_at` says how many of the clicks these are.
    """
    channels = edges.lazy().sort("channel", "source", "target").collect().partition_by("channel", maintain_order=True)
    members = [_divide(channel) for channel in channels]
    schema = {"channel": pl.String, "page": pl.String, "visits": pl.Int64, "number": pl.Int64}
    schema |= {"modularity": pl.Float64, "looked_at": pl.Float64}
    pages = pl.concat([pl.DataFrame(schema=schema), *members], how="vertical_relaxed")
    return Community.cast(
        _sum_up(pages)
        .join(_count_stays(edges.lazy().collect(), pages), on=["channel", "number"], how="left")
        .sort("channel", "visits", "community", descending=[False, True, False])
    )


def _divide(edges: pl.DataFrame) -> pl.DataFrame:
    """Give each page of one channel the number of its community."""
    visits = edges.filter(pl.col("source") != ENTRY).group_by(page="source").agg(visits=pl.col("clicks").sum())
    visits = visits.sort("page").with_row_index("node")
    node = visits.select("page", "node")
    between = edges.join(node, left_on="source", right_on="page").join(node, left_on="target", right_on="page")
    graph = nx.Graph()
    graph.add_nodes_from(range(len(visits)))
    pairs = (
        between.filter(pl.col("node") != pl.col("node_right"))
        .group_by(low=pl.min_horizontal("node", "node_right"), high=pl.max_horizontal("node", "node_right"))
        .agg(pl.col("clicks").sum())
        .sort("clicks", "low", "high", descending=[True, False, False])
    )
    busiest = pairs.head(MOST_LINKS).sort("low", "high")
    graph.add_weighted_edges_from(busiest.iter_rows())
    groups = nx.community.louvain_communities(graph, seed=0) if graph.size() else [{one} for one in graph]
    looked_at = int(busiest["clicks"].sum()) / max(int(pairs["clicks"].sum()), 1) if graph.size() else 1.0
    modularity = nx.community.modularity(graph, groups) if graph.size() else 0.0
    number = {page: place for place, group in enumerate(groups) for page in group}
    return visits.select(
        channel=pl.lit(edges["channel"][0]),
        page="page",
        visits="visits",
        number=pl.Series([number[page] for page in range(len(visits))], dtype=pl.Int64),
        modularity=pl.lit(modularity),
        looked_at=pl.lit(looked_at),
    )


def _sum_up(pages: pl.DataFrame) -> pl.DataFrame:
    """Make one row of each community's pages."""
    share = pl.col("visits") / pl.col("visits").sum().over("channel")
    return (
        pages.sort("channel", "visits", "page", descending=[False, True, False])
        .group_by("channel", "number", maintain_order=True)
        .agg(
            community=pl.col("page").first(),
            pages=pl.col("page"),
            visits=pl.col("visits").sum(),
            modularity=pl.col("modularity").first(),
            looked_at=pl.col("looked_at").first(),
        )
        .with_columns(visit_share=share)
    )


def _count_stays(edges: pl.DataFrame, pages: pl.DataFrame) -> pl.DataFrame:
    """Count for each community the share of its clicks to other pages that stay inside."""
    member = pages.select("channel", "page", "number")
    return (
        edges.filter(pl.col("source") != pl.col("target"), pl.col("source") != ENTRY, pl.col("target") != EXIT)
        .join(member, left_on=["channel", "source"], right_on=["channel", "page"])
        .join(member, left_on=["channel", "target"], right_on=["channel", "page"], suffix="_to")
        .group_by("channel", "number")
        .agg(stay_share=pl.col("clicks").filter(pl.col("number") == pl.col("number_to")).sum() / pl.col("clicks").sum())
    )
