"""Showings of any log: every event that shows or clicks is accounted for, and order does not matter."""

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest import Order
from recommend import Showing, ShowingSettings, collect_showings, count_showings
from tests.drawing import make_events

EVENTS = st.lists(
    st.fixed_dictionaries({
        "visitor_id": st.sampled_from(["ann", "bob"]),
        "name": st.sampled_from(["view_item_list", "view_item_list", "select_item", "view_item"]),
        "page": st.sampled_from(["home", None]),
        "slot": st.sampled_from(["hot", None]),
        "position": st.sampled_from([1, 2, None]),
        "item_id": st.sampled_from(["A", "B", None]),
        "recommendation_id": st.sampled_from(["r1", None]),
        "propensity": st.sampled_from([0.5, None]),
        "robot": st.sampled_from([None, None, None, "crawler"]),
        "occurred_at": st.sampled_from(["08:00", "08:05", "12:00"]),
    }),
    max_size=30,
)  # fmt: skip


@settings(max_examples=40)
@given(EVENTS)
def test_every_event_is_accounted_for_once(rows: list[dict[str, object]]) -> None:
    events = make_events(rows)
    found = collect_showings(events, Order.create_empty(), ShowingSettings())
    table, left_out = Showing.validate(found.table), found.left_out
    about = events.filter(pl.col("name") != "view_item", pl.col("item_id").is_not_null())
    people = about.filter(pl.col("robot").is_null())
    shows = people.filter(pl.col("name") == "view_item_list")
    assert left_out["by robots"] == len(about) - len(people)
    assert len(shows) == len(table) + left_out["shown again"] + left_out["shown without a place"]
    clicks = int(table["clicked"].sum()) + left_out["clicked again"] + left_out["clicked but never shown"]
    assert clicks == len(people) - len(shows)
    assert not table["bought"].any()
    shuffled = events.sample(fraction=1.0, shuffle=True, seed=3)
    assert collect_showings(shuffled, Order.create_empty(), ShowingSettings()).table.equals(table)


@settings(max_examples=20)
@given(EVENTS)
def test_counts_add_up_to_the_showings(rows: list[dict[str, object]]) -> None:
    table = collect_showings(make_events(rows), Order.create_empty(), ShowingSettings()).table
    pages = table["page"].unique().to_list()
    counted = [count_showings(table, page) for page in pages]
    assert sum(part["shown"].sum() for part in counted) == len(table)
    assert sum(part["clicked"].sum() for part in counted) == table["clicked"].sum()
