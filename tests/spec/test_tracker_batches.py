"""A tracker's event has one id however often it is sent; what is no event waits in quarantine with its reason."""

import pytest

from ingest import REASONS
from tests.trackers import BATCH, posthog, segment, sensors, snowplow, spool, spool_batch, take_spool


def test_an_event_sent_again_has_the_same_id_and_stands_once_in_a_batch_of_its_own():
    first = take_spool(spool_batch("sensors", sensors("$pageview"), sensors("AddToCart"))).rows
    again = take_spool(
        [spool("sensors", sensors("AddToCart"), batch="f" * 32, received_at="2026-03-02T08:01:00Z")]
    ).rows
    assert again["event_id"].item() == first["event_id"][1]


@pytest.mark.parametrize("time", [1772438400000, None])
def test_an_event_without_an_id_gets_one_from_its_batch_and_place(time):
    """Whenever it is received, and whatever its corrected time is then."""
    plain = {**{key: value for key, value in sensors("AddToCart").items() if key != "_track_id"}, "time": time}
    sent = {"sent_at": "2026-03-02T07:00:00Z"}
    ids = take_spool(spool_batch("sensors", plain, plain, **sent)).rows["event_id"]
    again = take_spool(spool_batch("sensors", plain, plain, received_at="2026-03-02T09:00:00Z", **sent)).rows
    elsewhere = take_spool([spool("sensors", plain, batch="f" * 32, **sent)]).rows["event_id"]
    assert ids.n_unique() == 2
    assert again["event_id"].to_list() == ids.to_list()
    assert not set(elsewhere) & set(ids)


def test_an_event_stands_in_its_batch_not_in_a_file():
    rows = take_spool(spool_batch("posthog", posthog("$pageview"), posthog("$pageleave"))).rows
    assert rows.select("source", "line").rows() == [(BATCH, 1), (BATCH, 2)]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("{", "not_spool"),
        ('{"tracker":"snowplow"}', "not_spool"),
        (spool("matomo", {}), "not_spool"),
        (spool("snowplow", {}, received_at="soon"), "not_spool"),
        (spool("snowplow", None, fault="bad_json", raw="{"), "bad_json"),
        (spool("segment", None, fault="not_an_event", raw="7"), "not_an_event"),
        (spool("posthog", None, fault="event_too_long", raw="{"), "event_too_long"),
        (spool("snowplow", None), "not_an_event"),
        (spool("snowplow", {"eid": "1"}), "not_an_event"),
        (spool("snowplow", snowplow("ue", ue_pr="no json")), "not_an_event"),
        (spool("sensors", {"event": "x"}), "not_an_event"),
        (spool("segment", {"type": "dance"}), "not_an_event"),
        (spool("segment", segment(event=None)), "missing_field"),
        (spool("posthog", {"event": {"name": "x"}}), "not_an_event"),
        (spool("snowplow", snowplow(dtm="yesterday")), "bad_time"),
        (spool("sensors", {**sensors(), "time": 9e18}), "bad_time"),
        (spool("segment", segment(event="Product Added", properties={"price": "dear"})), "bad_number"),
        (spool("segment", segment(event="Product Added", properties={"quantity": 1.5})), "bad_number"),
    ],
)
def test_what_is_no_event_goes_into_quarantine_with_its_reason(line, reason):
    taken = take_spool([line])
    assert (len(taken.rows), taken.quarantined["reason"].to_list()) == (0, [reason])
    assert taken.quarantined["raw"].item().decode() == line
    assert reason in REASONS
