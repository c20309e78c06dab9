"""What is true of every table of the path graph, whatever the log."""

from collections import Counter
from datetime import timedelta
from itertools import pairwise
from typing import Literal, TypeAlias, get_args

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest import Sessioned
from paths import (
    Context,
    Edge,
    EdgeDifference,
    Flow,
    PageWay,
    PathSettings,
    StepDifference,
    StepShare,
    compare_edges,
    compare_steps,
    count_contexts,
    count_edges,
    count_flows,
    count_steps,
    prune_edges,
    read_visits,
    trace_page,
)
from tests.drawing import DAY_ONE, make_events

Repeats: TypeAlias = Literal["collapsed", "kept"]
Time: TypeAlias = Literal["first", "last"]
Way: TypeAlias = tuple[str, list[tuple[str, int]]]
"""A session's channel, and its visits: page and second."""

rows = st.lists(
    st.fixed_dictionaries(
        {
            "visitor_id": st.just("v"),
            "channel": st.sampled_from(["web", "app"]),
            "occurred_at": st.integers(0, 60).map(lambda second: DAY_ONE + timedelta(seconds=second)),
            "page": st.sampled_from([None, "p", "p", "q", "r", "(other)"]),
            "session_id": st.sampled_from("stuv"),
            "campaign": st.sampled_from([None, None, "spring"]),
            "referrer": st.sampled_from([None, "https://a.example/x", "b.example", "-"]),
            "robot": st.sampled_from([None, None, None, "agent"]),
        }
    ),
    max_size=25,
)
drawn = rows.map(make_events)
ways = st.builds(
    PathSettings,
    repeats=st.sampled_from(get_args(Repeats)),
    time_of_run=st.sampled_from(get_args(Time)),
    most_steps=st.integers(1, 6),
    most_depths=st.integers(1, 6),
    pages_a_depth=st.integers(1, 3),
)
some = settings(deadline=None, max_examples=30)


def walk(events: pl.DataFrame, way: PathSettings) -> list[Way]:
    """Walk through the sessions one by one: the oracle."""
    sessions: dict[str, Way] = {}
    for event in events.sort("session_id", "step").iter_rows(named=True):
        if event["robot"] is not None:
            continue
        _, visits = sessions.setdefault(event["session_id"], (event["channel"], []))
        if event["page"] is None:
            continue
        second = (event["occurred_at"] - DAY_ONE).seconds
        if way.repeats == "collapsed" and visits and visits[-1][0] == event["page"]:
            if way.time_of_run == "last":
                visits[-1] = (event["page"], second)
            continue
        visits.append((event["page"], second))
    return [way for way in sessions.values() if way[1]]


def name_pages(way: Way) -> list[str]:
    return ["(entry)", *(page for page, _ in way[1]), "(exit)"]


@some
@given(drawn, ways)
def test_edges_and_contexts_are_what_one_counts_by_hand(events: pl.DataFrame, way: PathSettings) -> None:
    walked = walk(events, way)
    edges = Edge.validate(count_edges(Sessioned.cast(events), way))
    clicks = Counter(
        (channel, *pair)
        for channel, visits in walked
        for pair in zip(*(name_pages((channel, visits))[i:] for i in (0, 1)), strict=False)
    )
    assert {tuple(row[:3]): row[3] for row in edges.select("channel", "source", "target", "clicks").rows()} == clicks
    contexts = Context.validate(count_contexts(Sessioned.cast(events), way))
    triples = Counter(
        (channel, *three)
        for channel, visits in walked
        for three in zip(*(name_pages((channel, visits))[i:] for i in (0, 1, 2)), strict=False)
    )
    assert {
        tuple(row[:4]): row[4] for row in contexts.select("channel", "before", "source", "target", "clicks").rows()
    } == triples


@some
@given(drawn, ways)
def test_sessions_and_seconds_of_edges_are_what_one_counts_by_hand(events: pl.DataFrame, way: PathSettings) -> None:
    seconds: dict[tuple[str, str, str], list[int]] = {}
    sessions: Counter[tuple[str, str, str]] = Counter()
    for channel, visits in walk(events, way):
        took = [(channel, a, b) for (a, _), (b, _) in pairwise(visits)]
        sessions.update(set(took))
        for edge, (_, left), (_, came) in zip(took, visits, visits[1:], strict=False):
            seconds.setdefault(edge, []).append(came - left)
    edges = count_edges(Sessioned.cast(events), way).filter(pl.col("median_seconds").is_not_null())
    assert {row[:3]: row[3] for row in edges.select("channel", "source", "target", "sessions").rows()} == sessions
    for *edge, median, p95 in edges.select("channel", "source", "target", "median_seconds", "p95_seconds").rows():
        gaps = pl.Series(seconds[tuple(edge)])
        assert abs(median - gaps.median()) < 1e-9
        assert abs(p95 - gaps.quantile(0.95, "linear")) < 1e-9


@some
@given(drawn, ways)
def test_contexts_add_up_to_the_edges_into_their_source_and_out_of_it(events: pl.DataFrame, way: PathSettings) -> None:
    visits = read_visits(Sessioned.cast(events))
    edges, contexts = count_edges(visits, way), count_contexts(visits, way)
    keys = ["channel", "source", "target"]
    out = contexts.group_by(keys).agg(pl.col("clicks").sum()).sort(keys)
    assert out.equals(edges.filter(pl.col("source") != "(entry)").select(*keys, "clicks"))
    into = contexts.group_by("channel", source="before", target="source").agg(pl.col("clicks").sum()).sort(keys)
    assert into.equals(edges.filter(pl.col("target") != "(exit)").select(*keys, "clicks"))


@some
@given(drawn)
def test_collapsed_edges_are_the_kept_ones_without_clicks_of_a_page_to_itself(events: pl.DataFrame) -> None:
    visits = read_visits(Sessioned.cast(events))
    keys = ["channel", "source", "target", "clicks", "sessions"]
    kept = count_edges(visits, PathSettings(repeats="kept")).filter(pl.col("source") != pl.col("target"))
    assert count_edges(visits).select(keys).equals(kept.select(keys))


@some
@given(drawn)
def test_the_mean_lift_weighted_by_chance_is_one(events: pl.DataFrame) -> None:
    """Over all pairs, those never seen among them, expected clicks make as many as there are."""
    edges = count_edges(Sessioned.cast(events))
    for _, channel in edges.group_by("channel"):
        total = channel["clicks"].sum()
        out, into = (channel.group_by(side).agg(pl.col("clicks").sum())["clicks"] for side in ("source", "target"))
        assert abs(sum(a * b / total for a in out for b in into) - total) < 1e-6
        expected = (channel["clicks"] / channel["lift"]).sum()
        assert expected <= total + 1e-6


@some
@given(drawn, ways)
def test_everyone_is_somewhere_at_each_step(events: pl.DataFrame, way: PathSettings) -> None:
    steps = StepShare.validate(count_steps(Sessioned.cast(events), way))
    told = steps.group_by("channel", "step").agg(pl.col("sessions").sum(), pl.col("out_of").first())
    assert (told["sessions"] == told["out_of"]).all()
    walked = walk(events, way)
    assert steps.filter(step=1)["sessions"].sum() == len(walked)
    where = Counter(
        (channel, step, visits[step - 1][0] if step <= len(visits) else "(exit)")
        for channel, visits in walked
        for step in range(1, way.most_steps + 1)
    )
    assert {row[:3]: row[3] for row in steps.select("channel", "step", "page", "sessions").rows()} == where


@some
@given(drawn, ways, st.sampled_from([{}, {"start": "p"}, {"end": "p"}, {"end": "(exit)"}, {"start": "(other)"}]))
def test_as_many_sessions_flow_into_a_page_as_out_of_it(
    events: pl.DataFrame, way: PathSettings, anchor: dict[str, str]
) -> None:
    picture = count_flows(Sessioned.cast(events), way, **anchor)
    flows = Flow.validate(picture.table)
    node = ["channel", "depth", "page"]
    into = flows.group_by("channel", pl.col("depth") + 1, page="target").agg(into=pl.col("sessions").sum())
    out = flows.group_by("channel", "depth", page="source").agg(out=pl.col("sessions").sum())
    inner = flows["depth"].min(), (flows["depth"].max() or 0) + 1
    nodes = into.join(out, on=node, how="full", coalesce=True).filter(
        pl.col("depth").is_between(*inner, closed="none"), ~pl.col("page").is_in(["(entry)", "(exit)"])
    )
    assert nodes["into"].equals(nodes["out"])
    assert (
        flows.filter(pl.col("source") != "(other)")
        .group_by("channel", "depth")
        .agg(pl.col("source").filter(pl.col("source") != "(entry)").n_unique())["source"]
        .to_list()
        <= [way.pages_a_depth] * flows.height
    )
    assert 0 <= picture.shown <= picture.of == count_edges(Sessioned.cast(events), way)["clicks"].sum()


@some
@given(drawn, ways)
def test_all_flows_from_the_entry_are_all_clicks_if_the_table_is_large_enough(
    events: pl.DataFrame, way: PathSettings
) -> None:
    large = PathSettings(repeats=way.repeats, most_depths=30, pages_a_depth=9)
    for anchor in ({}, {"end": "(exit)"}):
        picture = count_flows(Sessioned.cast(events), large, **anchor)
        edges = count_edges(Sessioned.cast(events), large)
        assert picture.table["sessions"].sum() == picture.of
        ends = edges.filter(~pl.any_horizontal(pl.col("source", "target") == "(other)"))
        assert picture.shown == ends["clicks"].sum()


@some
@given(drawn)
def test_the_view_of_one_page_adds_up_on_both_sides_and_agrees_with_the_edges(events: pl.DataFrame) -> None:
    seen = events.filter(pl.col("robot").is_null(), page="p").height
    told = PageWay.validate(trace_page(Sessioned.cast(events), "p"))
    sides = dict(told.group_by("side").agg(pl.col("views").sum()).rows())
    assert sides == ({"in": seen, "out": seen} if seen else {})
    edges = count_edges(Sessioned.cast(events), PathSettings(repeats="kept"))
    into = edges.filter(target="p").group_by("channel").agg(pl.col("clicks").sum()).sort("channel")
    out_of = told.group_by("channel").agg(pl.col("out_of").first().alias("clicks")).sort("channel")
    assert into.equals(out_of)
    reloads = edges.filter(source="p", target="p")["clicks"].sum()
    assert [told.filter(side=side, kind="reload")["views"].sum() for side in ("in", "out")] == [reloads] * 2
    assert told.filter(kind="exit")["views"].sum() == edges.filter(source="p", target="(exit)")["clicks"].sum()
    entered = told.filter(side="in", kind="campaign")["views"].sum()
    entered += told.filter(side="in", kind="referrer")["views"].sum() + told.filter(kind="direct")["views"].sum()
    assert entered == edges.filter(source="(entry)", target="p")["clicks"].sum()


@some
@given(drawn, drawn)
def test_two_groups_swapped_differ_as_much_the_other_way(one: pl.DataFrame, other: pl.DataFrame) -> None:
    keys = ["channel", "source", "target"]
    told = EdgeDifference.validate(compare_edges(Sessioned.cast(one), Sessioned.cast(other))).sort(keys)
    back = compare_edges(Sessioned.cast(other), Sessioned.cast(one)).sort(keys)
    assert (told["difference"] == -back["difference"]).all()
    assert told["q_value"].is_null().equals(back["q_value"].is_null())
    assert ((told["q_value"] - back["q_value"]).abs().drop_nulls() < 1e-12).all()
    assert told["sessions_a"].equals(back["sessions_b"])
    edges = count_edges(Sessioned.cast(one))
    assert (
        told.filter(pl.col("sessions_a") > 0)
        .select(*keys, sessions="sessions_a")
        .equals(edges.select(*keys, "sessions"))
    )
    StepDifference.validate(compare_steps(Sessioned.cast(one), Sessioned.cast(other)))


@some
@given(st.data(), drawn, ways)
def test_order_and_chunks_of_the_log_do_not_matter(
    data: st.DataObject, events: pl.DataFrame, way: PathSettings
) -> None:
    shuffled = events[data.draw(st.permutations(range(events.height)))] if events.height else events
    cut = data.draw(st.integers(0, events.height))
    chunked = pl.concat([shuffled[:cut], shuffled[cut:]], rechunk=False)
    one, other = Sessioned.cast(events), Sessioned.cast(chunked)
    assert count_edges(one, way).equals(count_edges(other, way))
    assert count_contexts(one, way).equals(count_contexts(other, way))
    assert count_steps(one, way).equals(count_steps(other, way))
    assert count_flows(one, way).table.equals(count_flows(other, way).table)
    assert trace_page(one, "p").equals(trace_page(other, "p"))


@some
@given(drawn, st.floats(0.01, 1), st.integers(1, 5))
def test_a_pruned_picture_shows_no_less_than_asked_and_no_edge_too_many(
    events: pl.DataFrame, share: float, most: int
) -> None:
    edges = count_edges(Sessioned.cast(events))
    enough = prune_edges(edges, share=share)
    assert enough.share >= share or not edges.height
    assert enough.shown - (enough.table["clicks"].min() or 0) <= share * enough.of
    few = prune_edges(edges, most=most)
    assert few.table.height == min(most, edges.height)
    assert few.shown == few.table["clicks"].sum() <= few.of == edges["clicks"].sum()
