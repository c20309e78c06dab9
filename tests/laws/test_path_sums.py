"""What adds up in every path graph, whatever the log: visits, shares, and what a pruned picture says that it shows."""

from collections import Counter

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest import Sessioned
from paths import (
    PathSettings,
    compare_edges,
    compare_steps,
    count_contexts,
    count_edges,
    count_flows,
    count_next_clicks,
    count_remembered,
    draw_graph,
    find_memory,
    prune_edges,
    rank_landmarks,
    trace_page,
)
from tests.laws.test_path_graph import drawn, some, walk, ways


@some
@given(drawn, ways)
def test_clicks_out_of_a_page_with_its_exits_and_into_it_with_its_entries_are_its_visits(
    events: pl.DataFrame, way: PathSettings
) -> None:
    edges = count_edges(Sessioned.cast(events), way)
    visits = Counter((channel, page) for channel, visits in walk(events, way) for page, _ in visits)
    for side, virtual in (("source", "(entry)"), ("target", "(exit)")):
        told = edges.filter(pl.col(side) != virtual).group_by("channel", side).agg(pl.col("clicks").sum())
        assert {(channel, page): clicks for channel, page, clicks in told.iter_rows()} == visits


@some
@given(drawn, ways)
def test_shares_of_clicks_make_one(events: pl.DataFrame, way: PathSettings) -> None:
    edges, contexts = (count(Sessioned.cast(events), way) for count in (count_edges, count_contexts))
    groups = {
        "share_out": (edges, ["channel", "source"]),
        "share_in": (edges, ["channel", "target"]),
        "share_of_all": (edges, ["channel"]),
    }
    for share, (table, group) in groups.items():
        assert table.group_by(group).agg(pl.col(share).sum())[share].to_list() == pytest.approx(
            [1.0] * table.n_unique(group) if table.height else []
        )
    told = contexts.group_by("channel", "before", "source").agg(pl.col("share_out").sum())["share_out"]
    assert told.to_list() == pytest.approx([1.0] * told.len())


@some
@given(drawn, st.sampled_from("pqr"))
def test_what_came_to_a_page_went_away_from_it_and_reloads_are_on_both_sides(events: pl.DataFrame, page: str) -> None:
    told = trace_page(Sessioned.cast(events), page)
    views = events.filter(pl.col("robot").is_null(), page=page).height
    for side, ends in (("in", ("campaign", "referrer", "direct")), ("out", ("exit",))):
        ways = dict(told.filter(side=side).group_by("kind").agg(pl.col("views").sum()).iter_rows())
        assert ways.get("page", 0) + ways.get("reload", 0) + sum(ways.get(end, 0) for end in ends) == views
    assert told.group_by("channel", "side").agg(pl.col("share").sum())["share"].to_list() == pytest.approx(
        [1.0] * told.n_unique(["channel", "side"]) if told.height else []
    )


@some
@given(drawn, ways, st.integers(1, 5), st.floats(0.01, 1))
def test_a_picture_says_the_share_of_clicks_that_it_shows_and_never_more_than_all(
    events: pl.DataFrame, way: PathSettings, most: int, share: float
) -> None:
    edges = count_edges(Sessioned.cast(events), way)
    everything = edges["clicks"].sum()
    pictures = [prune_edges(edges, most=most), prune_edges(edges, share=share), prune_edges(edges)]
    for picture in pictures:
        shown = picture.table["clicks"].sum() / max(everything, 1)
        assert picture.share == draw_graph(picture).graph["share_of_clicks"] == pytest.approx(shown)
        assert 0 <= picture.share <= 1
    assert pictures[-1].share == (1 if everything else 0)
    for anchor in ({}, {"start": "p"}, {"end": "(exit)"}):
        assert 0 <= count_flows(Sessioned.cast(events), way, **anchor).share <= 1


@some
@given(st.data(), drawn, drawn, ways)
def test_order_and_chunks_of_the_log_do_not_matter_to_what_is_told_of_the_graph(
    data: st.DataObject, events: pl.DataFrame, others: pl.DataFrame, way: PathSettings
) -> None:
    shuffled = events[data.draw(st.permutations(range(events.height)))] if events.height else events
    cut = data.draw(st.integers(0, events.height))
    chunked = pl.concat([shuffled[:cut], shuffled[cut:]], rechunk=False)
    for one, other in zip(_tell(events, others, way), _tell(chunked, others, way), strict=True):
        assert one.equals(other)


def _tell(events: pl.DataFrame, others: pl.DataFrame, way: PathSettings) -> list[pl.DataFrame]:
    walks, rest = Sessioned.cast(events), Sessioned.cast(others)
    edges, contexts = count_edges(walks, way), count_contexts(walks, way)
    memory = find_memory(contexts)
    graph = [rank_landmarks(edges), count_next_clicks(edges), memory, count_remembered(contexts, memory)]
    return [*graph, compare_edges(walks, rest, way), compare_steps(walks, rest, way)]
