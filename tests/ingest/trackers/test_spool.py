"""Whatever trackers send, no line is lost and no line stops the others."""

import json

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest import Line
from ingest.trackers import TrackerSettings, make_dictionary, read_spool
from tests.trackers import BATCH, RECEIVED, posthog, segment, sensors, snowplow, spool, take_spool

WORDS = make_dictionary(TrackerSettings())
NAMES = [
    "e", "ue_pr", "co", "data", "schema", "se_ca", "dtm", "eid", "duid", "url", "tv", "p", "type", "event", "time", "distinct_id",
    "properties", "$lib", "$url", "identities", "_track_id", "lib", "userId", "messageId", "context", "library", "name", "products",
    "price", "quantity", "position", "product_id", "timestamp", "uuid", "$time", "$device_id", "alias", "traits", "page", "device",
]  # fmt: skip
scalars = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8),
    st.sampled_from(["ue", "track", "page", "$pageview", "Order Completed", "http://[::1", "iglu:a/b/c", "2026-02-30", "1e400", "js-4"]),
)  # fmt: skip
documents = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES) | st.text(max_size=5), inner, max_size=6)
    ),
    max_leaves=25,
)
trackers = st.sampled_from(["snowplow", "sensors", "segment", "posthog"])
events = st.dictionaries(st.sampled_from(NAMES), documents, max_size=10)
seeds = {"snowplow": snowplow(), "sensors": sensors(), "segment": segment(event="AddToCart"), "posthog": posthog()}


@st.composite
def lines(draw):
    tracker = draw(trackers)
    event = {**draw(st.sampled_from([{}, seeds[tracker]])), **draw(events)}
    return spool(tracker, event, index=draw(st.integers(0, 5)), sent_at=draw(st.sampled_from([None, RECEIVED])))


@given(st.lists(lines() | st.text(max_size=20).filter(lambda text: "\n" not in text and "\r" not in text), max_size=5))
@settings(max_examples=300, deadline=None)
def test_every_line_becomes_events_or_a_reason_or_is_ignored(drawn):
    taken = take_spool([line.encode("utf-8", "replace").decode() for line in drawn])
    assert taken.lines == len(taken.rows) - taken.further + len(taken.quarantined) + taken.ignored


@given(st.lists(lines(), min_size=1, max_size=6), st.integers(1, 400))
@settings(max_examples=60, deadline=None)
def test_chunks_and_neighbours_change_nothing(drawn, chunk):
    whole = take_spool(drawn).rows
    alone = [take_spool([line], chunk=chunk).rows for line in drawn]
    assert pl.concat(alone).equals(whole)


def test_a_document_deeper_than_any_stack_is_put_aside():
    deep = '{"tracker":"snowplow","event":' + '{"a":' * 9000 + "1" + "}" * 9001
    assert take_spool([deep]).quarantined["reason"].to_list() == ["not_spool"]


def test_a_place_beyond_all_counting_is_put_aside():
    assert take_spool([spool("snowplow", snowplow(), index=2**70)]).quarantined["reason"].to_list() == ["not_spool"]


def test_no_line_gives_no_record():
    read = read_spool(
        Line.cast(pl.DataFrame({"line": [], "text": []}, schema={"line": pl.Int64, "text": pl.String})), WORDS
    )
    assert read.is_empty()
    assert {"reason", "occurred_at", "location"} <= set(read.columns)


def test_the_order_of_fields_in_a_line_does_not_matter():
    line = json.loads(spool("snowplow", snowplow()))
    turned = json.dumps(dict(reversed(line.items())))
    assert take_spool([turned]).rows.equals(take_spool([json.dumps(line)]).rows)
    assert take_spool([turned]).rows["source"].to_list() == [BATCH]
