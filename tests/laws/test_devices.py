"""What is true of every map of devices and customers."""

from datetime import UTC, datetime, timedelta

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest import IdentityLink, link_devices, name_persons, undo_links

START = datetime(2026, 3, 1, tzinfo=UTC)
NOW = datetime(2026, 4, 1, tzinfo=UTC)
NONE = IdentityLink.create_empty()
event = st.tuples(
    st.sampled_from(["vD1", "vD2", "vD3"]), st.sampled_from([None, None, "cX", "cY", "cZ"]), st.integers(0, 50)
)
events = st.lists(event, max_size=15)


def frame(rows):
    return pl.LazyFrame(
        {
            "visitor_id": [row[0] for row in rows],
            "customer_id": [row[1] for row in rows],
            "occurred_at": [START + timedelta(minutes=row[2]) for row in rows],
        },
        schema={"visitor_id": pl.String, "customer_id": pl.String, "occurred_at": pl.Datetime("us", "UTC")},
    )


def link(rows, earlier=NONE, now=NOW):
    return IdentityLink.validate(link_devices(frame(rows), earlier, now))


def persons(rows, links):
    return name_persons(frame(rows), links.lazy()).collect()["person_id"].to_list()


def undated(links):
    return links.drop("linked_at", "undone_at")


@given(events, st.randoms())
@settings(deadline=None)
def test_the_order_of_events_and_of_their_coming_does_not_matter(rows, random):
    shuffled = random.sample(rows, len(rows))
    cut = random.randint(0, len(rows))
    in_two = link(shuffled, link(shuffled[:cut]))
    assert undated(link(rows)).equals(undated(in_two))
    assert sorted(persons(rows, link(rows))) == sorted(persons(shuffled, in_two))


@given(events)
@settings(deadline=None)
def test_a_device_is_linked_if_and_only_if_one_customer_was_ever_seen_on_it(rows):
    links = link(rows)
    for device in {row[0] for row in rows}:
        customers = {row[1] for row in rows if row[0] == device and row[1]}
        linked = links.filter((pl.col("visitor_id") == device) & pl.col("apart").is_null())["customer_id"].to_list()
        assert linked == (list(customers) if len(customers) == 1 else [])


@given(events)
@settings(deadline=None)
def test_an_anonymous_event_is_its_devices_only_customers_and_no_other_event_changes_hands(rows):
    for (device, customer, _), person in zip(rows, persons(rows, link(rows)), strict=True):
        others = {row[1] for row in rows if row[0] == device and row[1]}
        assert person == (customer or (others.pop() if len(others) == 1 else device))


@given(events, events, st.sampled_from(["vD1", "vD2", "cX", "cY"]))
@settings(deadline=None)
def test_what_is_undone_stays_undone_whatever_comes_later(before, after, meant):
    undone = undo_links(link(before), [meant], NOW)
    later = link(before + after, undone, NOW + timedelta(days=1))
    known = link(before).filter((pl.col("visitor_id") == meant) | (pl.col("customer_id") == meant))
    still = later.join(known, on=["visitor_id", "customer_id"], how="semi")
    assert still["apart"].to_list() == ["undone"] * len(known)
    assert undated(link(after, undone)).filter(pl.col("apart") == "undone").height == len(known)


@given(events, events)
@settings(deadline=None)
def test_dates_say_when_a_link_began_and_when_it_ended(before, after):
    tomorrow = NOW + timedelta(days=1)
    early, late = link(before), link(before + after, link(before), tomorrow)
    assert set(early["linked_at"].drop_nulls()) <= {NOW}
    assert early["linked_at"].is_null().equals(early["apart"].is_not_null(), check_names=False)
    ended = late.filter(pl.col("undone_at").is_not_null())
    assert set(ended["linked_at"]) <= {NOW}
    assert set(ended["undone_at"]) <= {tomorrow}
    assert link(before + after, late, NOW + timedelta(days=2)).equals(late)
