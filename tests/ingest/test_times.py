from datetime import UTC, date, datetime

import polars as pl
import pytest

from ingest import map_fields
from tests.intake import map_columns

EIGHT = datetime(2026, 3, 2, 8, 0, 1, tzinfo=UTC)


def read(*values, order=None, **clock):
    """Read values as times; what does not read shows its reason."""
    if order:
        clock["order"] = "n"
    mapping = map_columns(fields={"occurred_at": "t", "visitor_id": "v"}, time=clock)
    rows = pl.DataFrame({"line": 1, "text": "", "log t": values, "log v": "x", "log n": order or [0] * len(values)})
    mapped = map_fields(rows, mapping)
    return [reason or moment for moment, reason in mapped.select("occurred_at", "reason").iter_rows()]


@pytest.mark.parametrize(
    "text",
    [
        "2026-03-02T08:00:01Z",
        "2026-03-02 08:00:01 Z",
        "2026-03-02 16:00:01+08",
        "2026-03-02 16:00:01 +0800",
        "2026-03-02T08:00:01,000Z",
        "20260302080001",
        "20260302T080001Z",
        "20260302 080001",
        "20260302080001000",
    ],
)
def test_every_way_to_write_one_moment(text):
    assert read(text) == [EIGHT]
    assert read("2026-03-02 08:00:01", text, None) == [EIGHT, EIGHT, "missing_field"]


def test_shorter_forms():
    assert read("2026-03-02 08:00", "2026-03-02", "20260302", "2026-03-02T16:00+08:00") == [
        datetime(2026, 3, 2, 8, tzinfo=UTC),
        datetime(2026, 3, 2, tzinfo=UTC),
        datetime(2026, 3, 2, tzinfo=UTC),
        datetime(2026, 3, 2, 8, tzinfo=UTC),
    ]


def test_a_leap_second_is_the_first_of_the_next_minute():
    assert read("2016-12-31T23:59:60Z") == [datetime(2017, 1, 1, tzinfo=UTC)]


@pytest.mark.parametrize(
    ("fraction", "microsecond"),
    [("5", 500_000), ("25", 250_000), ("123456", 123_456), ("1234564", 123_456), ("123456789", 123_457)],
)
def test_a_fraction_of_up_to_nine_digits_is_rounded_to_the_microsecond(fraction, microsecond):
    assert read(f"2026-03-02T08:00:01.{fraction}Z") == [EIGHT.replace(microsecond=microsecond)]
    assert read(f"20260302080001.{fraction}") == [EIGHT.replace(microsecond=microsecond)]


@pytest.mark.parametrize(
    "text",
    [
        "2026-03-02T08:00:01.1234567890Z",
        "2026-02-30 00:00:00",
        "202603020800",
        "1772438401",
        "46083.333",
        "1969-12-31T23:59:59Z",
        "2150-01-01",
        "2026-03-02T08:00:01+0",
        "2026-03-02 08:00:01 CET",
    ],
)
def test_what_is_no_time_is_no_time(text):
    assert read(text, "2026-03-02 08:00:01") == ["bad_time", EIGHT]


@pytest.mark.parametrize(
    ("unit", "value"),
    [
        ("s", 1772438401),
        ("s", "1772438401"),
        ("s", 1772438401.0),
        ("ms", 1772438401000),
        ("us", "1772438401000000"),
        ("ns", 1772438401000000000),
        ("ns", "1772438401000000999"),
    ],
)
def test_numbers_since_1970_in_any_unit(unit, value):
    assert read(value, unit=unit) == [EIGHT]


def test_a_number_with_a_fraction_is_read_to_the_microsecond():
    assert read("1772438401.250001", "1772438401", unit="s") == [EIGHT.replace(microsecond=250_001), EIGHT]
    assert read("1772438401000.5", unit="ms") == [EIGHT.replace(microsecond=500)]
    assert read(1772438401.5, float("inf"), unit="s") == [EIGHT.replace(microsecond=500_000), "bad_time"]


def test_a_format_of_strptime():
    assert read("2/3/2026 8:00", "02/03/2026 08:00", "2026-03-02", format="%d/%m/%Y %H:%M", zone="UTC") == [
        datetime(2026, 3, 2, 8, tzinfo=UTC),
        datetime(2026, 3, 2, 8, tzinfo=UTC),
        "bad_time",
    ]
    assert read("2026-03-02 16:00:01 +0800", format="%Y-%m-%d %H:%M:%S %z", zone="Europe/Berlin") == [EIGHT]
    assert read("02/Mar/2026 04:00:01 PM", format="%d/%b/%Y %I:%M:%S %p", zone="Asia/Shanghai") == [EIGHT]


def test_typed_columns_keep_their_meaning():
    assert read(date(2026, 3, 2), zone="Asia/Shanghai") == [datetime(2026, 3, 1, 16, tzinfo=UTC)]
    assert read(datetime(2026, 3, 2, 16, 0, 1), zone="Asia/Shanghai", unit="ms") == [EIGHT]
    assert read(EIGHT, zone="Asia/Shanghai") == [EIGHT]


def test_a_count_of_clicks_puts_them_in_order_within_their_day():
    assert read("2026-03-02", "2026-03-02", order=["2", "1"]) == [
        datetime(2026, 3, 2, microsecond=2, tzinfo=UTC),
        datetime(2026, 3, 2, microsecond=1, tzinfo=UTC),
    ]
    assert read("2026-03-02", "2026-03-02", order=["-1", "first"]) == ["bad_time", "bad_time"]
