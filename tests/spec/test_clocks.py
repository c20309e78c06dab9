"""When an event happened, whatever the clock of its device says."""

from datetime import UTC, datetime, timedelta

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from ingest.trackers import correct_clocks, flag_future
from tests.trackers import posthog, snowplow, spool, spool_batch, take_spool

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
TIMES = pl.Datetime("us", "UTC")


def seconds(count: float) -> timedelta:
    return timedelta(seconds=count)


def draw_batch(device: list[float], *, sent: float | None, received: float = 0, batch: str = "b") -> pl.DataFrame:
    """Draw a batch by its times, as seconds from noon."""
    frame = pl.DataFrame({"batch": batch, "device_at": [NOON + seconds(at) for at in device]})
    return frame.with_columns(
        sent_at=pl.lit(None if sent is None else NOON + seconds(sent), TIMES),
        received_at=pl.lit(NOON + seconds(received), TIMES),
    ).with_columns(pl.col("device_at").cast(TIMES))


def correct(device: list[float], **times) -> list[float]:
    """Return when a batch's events happened, as seconds from noon."""
    return [(at - NOON).total_seconds() for at in correct_clocks(draw_batch(device, **times))["occurred_at"]]


def test_a_clock_that_is_an_hour_fast_is_set_back_by_an_hour():
    assert correct([3590.0, 3595.5], sent=3600, received=0) == [-10.0, -4.5]


def test_a_clock_that_began_again_in_1970_is_believed_to_run_right():
    since_1970 = -(NOON - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds()
    assert correct([since_1970 + 60], sent=since_1970 + 90) == [-30.0]


def test_what_the_network_takes_moves_nothing():
    assert correct([-8.0, -7.0], sent=-4.9, received=0) == [-8.0, -7.0]
    assert correct([-8.0, -7.0], sent=-5, received=0) == [-3.0, -2.0]


def test_a_time_of_sending_cut_to_whole_seconds_does_not_fold_a_batch():
    assert correct([-0.9, -0.5, -0.1], sent=-1, received=0.2) == [-0.9, -0.5, -0.1]


def test_without_a_time_of_sending_nothing_is_moved():
    assert correct([3590.0], sent=None) == [3590.0]


def test_an_event_without_a_time_happened_when_it_was_received():
    batch = draw_batch([1.0], sent=0, received=2).with_columns(device_at=pl.lit(None, TIMES))
    assert correct_clocks(batch)["occurred_at"].item() == NOON + seconds(2)


def test_a_batch_has_one_offset_though_its_events_name_several_times_of_sending():
    batch = draw_batch([-30.0, -20.0, -10.0], sent=0, received=100)
    spread = batch.with_columns(sent_at=pl.Series([NOON - seconds(2), NOON, NOON - seconds(1)], dtype=TIMES))
    assert correct_clocks(spread)["occurred_at"].to_list() == [NOON + seconds(at) for at in (70, 80, 90)]


def test_a_batch_that_came_twice_is_corrected_by_each_time_it_came():
    first, again = (draw_batch([-30.0], sent=0, received=received) for received in (100, 1900))
    happened = correct_clocks(pl.concat([first, again]))["occurred_at"].to_list()
    assert happened == [NOON + seconds(70), NOON + seconds(1870)]


offsets = st.integers(-(10**9), 10**9)
gaps = st.lists(st.integers(-(10**6), 0), min_size=1, max_size=8)


@given(gaps, offsets, st.integers(0, 3000))
def test_order_and_gaps_inside_a_batch_never_change(device, clock, way_ms):
    before = draw_batch([at + clock for at in device], sent=clock, received=way_ms / 1000)
    after = correct_clocks(before)
    assert after["occurred_at"].diff().to_list() == before["device_at"].diff().to_list()


@given(gaps, offsets, offsets, st.integers(0, 3000))
def test_moving_a_devices_clock_moves_no_event(device, clock, other, way_ms):
    first, second = (
        correct([at + shift for at in device], sent=shift, received=way_ms / 1000) for shift in (clock, other)
    )
    believed = [abs(way_ms / 1000 - shift) < 5 for shift in (clock, other)]
    most = 5 if any(believed) else 1e-6
    assert all(abs(one - two) <= most for one, two in zip(first, second, strict=True))


@given(st.lists(st.tuples(gaps, offsets), min_size=1, max_size=4), st.integers(1, 5))
def test_how_the_spool_is_cut_into_chunks_changes_nothing(batches, chunk):
    whole = pl.concat(
        draw_batch([at + clock for at in device], sent=clock, batch=f"b{number}")
        for number, (device, clock) in enumerate(batches)
    )
    parts = [correct_clocks(whole[start : start + chunk]) for start in range(0, len(whole), chunk)]
    assert pl.concat(parts).equals(correct_clocks(whole))


def flag(occurred: float, received: float | None, now: float | None) -> str | None:
    records = pl.DataFrame(
        {
            "occurred_at": [NOON + seconds(occurred)],
            "received_at": [None if received is None else NOON + seconds(received)],
        },
        schema={"occurred_at": TIMES, "received_at": TIMES},
    )
    return flag_future(records, None if now is None else NOON + seconds(now))["clock"].item()


def test_an_event_is_of_the_future_when_it_is_more_than_ten_minutes_after_its_receipt():
    assert flag(600, 0, None) is None
    assert flag(600.000001, 0, None) == "future"


def test_without_a_receipt_the_time_of_reading_counts():
    assert flag(601, None, 0) == "future"
    assert flag(601, 1, 0) is None
    assert flag(601, None, None) is None


def test_a_trackers_event_keeps_its_own_time_beside_the_corrected_one():
    sent = "2026-03-02T09:00:10.000000Z"
    said = snowplow("pv", dtm="1772442005250")
    event = take_spool([spool("snowplow", said, sent_at=sent, received_at="2026-03-02T08:00:10.000000Z")]).rows
    assert event["device_at"].item() == datetime(2026, 3, 2, 9, 0, 5, 250_000, UTC)
    assert event["occurred_at"].item() == datetime(2026, 3, 2, 8, 0, 5, 250_000, UTC)
    assert event["clock"].item() is None


def test_a_trackers_event_of_next_week_is_kept_and_flagged():
    said = {**posthog(), "timestamp": "2026-03-09T08:00:00Z"}
    rows = take_spool([spool("posthog", said, sent_at="2026-03-02T08:00:09Z")]).rows
    assert rows["clock"].to_list() == ["future"]


def test_a_batch_of_the_python_tracker_keeps_its_order():
    """Its `stm` is cut to whole seconds: each event less `stm` would put all of them onto one instant."""
    events = [
        snowplow("pv", eid=eid, dtm=f"17724384002{place}6", stm="1772438400000") for place, eid in enumerate("abc")
    ]
    rows = take_spool(spool_batch("snowplow", *events, sent_at="2026-03-02T08:00:00Z")).rows.sort("occurred_at")
    assert rows["event_id"].to_list() == ["a", "b", "c"]
    assert rows["occurred_at"].n_unique() == 3
