"""What is true of every path graph, next click and journey."""

from datetime import timedelta
from typing import Literal, TypeAlias, get_args

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest import Sessioned
from paths import (
    AbandonmentSettings,
    AbandonmentStage,
    Edge,
    Journey,
    NextClick,
    PageRole,
    PathSettings,
    count_abandonment,
    count_edges,
    count_next_clicks,
    rank_landmarks,
    trace_journeys,
)
from tests.drawing import DAY_ONE, make_events

DATA_END = DAY_ONE + timedelta(hours=100)
QUIET = AbandonmentSettings(quiet_hours=24)

rows = st.lists(
    st.fixed_dictionaries(
        {
            "visitor_id": st.sampled_from("abc"),
            "customer_id": st.sampled_from([None, "x", "y"]),
            "channel": st.sampled_from(["web", "app"]),
            "occurred_at": st.integers(0, 100).map(lambda hours: DAY_ONE + timedelta(hours=hours)),
            "name": st.sampled_from(
                ["view_item", "add_to_cart", "remove_from_cart", "add_shipping_info", "purchase", "page_view"]
            ),
            "page": st.sampled_from([None, "p", "q", "r"]),
            "session_id": st.sampled_from("stuv"),
            "item_id": st.sampled_from([None, "i", "j"]),
            "quantity": st.sampled_from([None, 0, 1, 2]),
            "price": st.sampled_from([None, 5.0]),
            "robot": st.sampled_from([None, None, None, "agent"]),
        }
    ),
    max_size=25,
)
drawn = rows.map(make_events)
Repeats: TypeAlias = Literal["collapsed", "kept"]
repeats = st.sampled_from(get_args(Repeats))


@settings(deadline=None, max_examples=30)
@given(drawn, repeats)
def test_the_ways_into_a_page_and_out_of_it_equal_its_visits(events: pl.DataFrame, repeats: Repeats) -> None:
    edges = Edge.validate(count_edges(Sessioned.cast(events), PathSettings(repeats=repeats)))
    out = edges.group_by(page="source").agg(out=pl.col("clicks").sum())
    into = edges.group_by(page="target").agg(into=pl.col("clicks").sum())
    pages = out.join(into, on="page")
    assert (pages["out"] == pages["into"]).all()
    if repeats == "kept":
        visits = events.filter(pl.col("robot").is_null(), pl.col("page").is_not_null())["page"].value_counts()
        assert dict(pages.select("page", "out").iter_rows()) == dict(visits.iter_rows())


@settings(deadline=None, max_examples=30)
@given(drawn)
def test_as_many_sessions_come_as_go(events: pl.DataFrame) -> None:
    edges = count_edges(Sessioned.cast(events))
    people = events.filter(pl.col("robot").is_null(), pl.col("page").is_not_null())
    entries = edges.filter(source="(entry)")["clicks"].sum()
    assert entries == edges.filter(target="(exit)")["clicks"].sum() == people["session_id"].n_unique()


@settings(deadline=None, max_examples=30)
@given(drawn)
def test_shares_out_of_a_page_make_one_and_next_clicks_are_whole(events: pl.DataFrame) -> None:
    edges = count_edges(Sessioned.cast(events))
    assert ((edges.group_by("channel", "source").agg(pl.col("share_out").sum())["share_out"] - 1).abs() < 1e-9).all()
    clicks = NextClick.validate(count_next_clicks(edges))
    assert clicks.group_by("channel", "page").agg(pl.col("clicks").sum() == pl.col("out_of").first())["clicks"].all()
    PageRole.validate(rank_landmarks(edges))


@settings(deadline=None, max_examples=30)
@given(drawn)
def test_journeys_are_bought_given_up_or_open_and_the_report_counts_each_once(events: pl.DataFrame) -> None:
    journeys = Journey.validate(trace_journeys(Sessioned.cast(events), QUIET, DATA_END))
    report = AbandonmentStage.validate(count_abandonment(journeys))
    bought = report.filter(stage="purchase")["reached"].sum()
    assert bought == (journeys["state"] == "bought").sum()
    assert bought + report["gave_up"].sum() + report["open"].sum() == journeys.height
    left = journeys.filter(pl.col("state").is_in(["emptied", "abandoned"]))["value_left"].sum()
    assert report["value_left"].sum() == left


@settings(deadline=None, max_examples=30)
@given(st.data(), drawn)
def test_the_order_of_the_rows_does_not_matter(data: st.DataObject, events: pl.DataFrame) -> None:
    shuffled = events[data.draw(st.permutations(range(events.height)))] if events.height else events
    one, other = Sessioned.cast(events), Sessioned.cast(shuffled)
    assert count_edges(one).equals(count_edges(other))
    assert trace_journeys(one, QUIET, DATA_END).equals(trace_journeys(other, QUIET, DATA_END))


@settings(deadline=None, max_examples=30)
@given(drawn)
def test_the_journeys_of_a_person_do_not_overlap(events: pl.DataFrame) -> None:
    journeys = trace_journeys(Sessioned.cast(events), QUIET, DATA_END)
    earlier = journeys.with_columns(next_opened_at=pl.col("opened_at").shift(-1).over("person_id")).drop_nulls(
        "next_opened_at"
    )
    assert (earlier["last_changed_at"] <= earlier["next_opened_at"]).all()
    assert (earlier["state"] != "open").all()
