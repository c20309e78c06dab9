"""Drawing: the path graph with its pages as nodes, for tools that draw graphs."""

import networkx as nx

from paths.graph.edges import ENTRY, EXIT, Edge
from paths.graph.pictures import Picture

KINDS = {ENTRY: "entry", EXIT: "exit"}
NO_XML = {code: f"\\x{code:02x}" for code in (*range(9), 11, 12, *range(14, 32), 0xFFFE, 0xFFFF)}
"""Characters that no XML document may hold, and so no page's name in it."""


def draw_graph(picture: Picture[Edge]) -> nx.DiGraph:
    """Draw the edges that a picture shows as a directed graph; one node is one page on one channel.

    Nodes are called `channel/page` and bear `channel`, `page`, `kind` (entry, page or exit), `clicks_in` and
    `clicks_out`, of those shown. Edges bear the measures of `Edge`; virtual pages have no times. The graph itself bears
    `clicks_shown`, `clicks_of` and `share_of_clicks`. Nodes and edges lie in the order of the table.
    """
    graph = nx.DiGraph(clicks_shown=picture.shown, clicks_of=picture.of, share_of_clicks=picture.share)
    for edge in picture.table.iter_rows(named=True):
        channel, *pages = (edge.pop(name).translate(NO_XML) for name in ("channel", "source", "target"))
        source, target = (_find_node(graph, channel, page) for page in pages)
        graph.add_edge(source, target, **{name: value for name, value in edge.items() if value is not None})
        graph.nodes[source]["clicks_out"] += edge["clicks"]
        graph.nodes[target]["clicks_in"] += edge["clicks"]
    return graph


def _find_node(graph: nx.DiGraph, channel: str, page: str) -> str:
    """Find the node of a page, or add one without clicks."""
    name = f"{channel}/{page}"
    if name not in graph:
        kind = KINDS.get(page, "page")
        graph.add_node(name, channel=channel, page=page, kind=kind, clicks_in=0, clicks_out=0)
    return name
