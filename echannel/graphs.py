"""Graphs: the path graph as a file for tools that draw it, GraphML or JSON."""

from pathlib import Path

import msgspec
import networkx as nx

from echannel.console import notes
from echannel.outlet import write_text
from echannel.reports import Desk
from paths import count_edges, draw_graph, prune_edges

FORMATS = ("graphml", "graph")


def export_graph(desk: Desk, form: str, out: Path | None) -> None:
    """Write the path graph as GraphML (`graphml`) or as JSON of nodes and links (`graph`), to a file or the screen.

    It holds the `most_edges` busiest edges, and says in `share_of_clicks` how much of all clicks they are.
    """
    edges = count_edges(desk.tables.sessioned, desk.settings.paths)
    graph = draw_graph(prune_edges(edges, most=desk.settings.paths.most_edges))
    text = write_graphml(graph) if form == "graphml" else write_links(graph)
    write_text(text + "\n", out)
    if out is not None:
        notes.print(f"{graph.graph['share_of_clicks']:.1%} of all clicks are in it")


def write_graphml(graph: nx.DiGraph) -> str:
    """Write a graph as GraphML, which Gephi, yEd, Cytoscape and networkx read."""
    return "\n".join(["<?xml version='1.0' encoding='utf-8'?>", *nx.generate_graphml(graph)])


def write_links(graph: nx.DiGraph) -> str:
    """Write a graph as JSON of nodes and links, which D3, ECharts and `networkx.node_link_graph` read."""
    return msgspec.json.encode(nx.node_link_data(graph, edges="links")).decode()
