from datetime import UTC, date, datetime

import polars as pl
import pytest

from ingest import BadInput, check_columns, map_fields
from tests.intake import map_columns


def read(values, **clock):
    mapping = map_columns(fields={"occurred_at": "t", "visitor_id": "v"}, time=clock)
    rows = pl.DataFrame(
        {"line": [1] * len(values), "text": [""] * len(values), "log t": values, "log v": ["x"] * len(values)}
    )
    mapped = map_fields(rows, mapping)
    return [reason or moment for moment, reason in mapped.select("occurred_at", "reason").iter_rows()]


EIGHT = datetime(2026, 3, 2, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "2026-03-02T08:00:00+08:00",
        "2026-03-02T08:00:00+0800",
        "2026-03-02 00:00:00Z",
        "2026-03-01T20:30:00-03:30",
        "2026-03-02T08:00:00",
        "2026-03-02 08:00:00.000",
        " 2026-03-02 08:00:00 ",
    ],
)
def test_iso_times_in_all_their_forms(text):
    assert read([text], unit="iso", zone="Asia/Shanghai") == [EIGHT]


def test_a_date_is_its_first_moment():
    assert read(["2026-03-02"], zone="UTC") == [EIGHT]


def test_fractions_are_kept_to_the_microsecond():
    assert read(["2026-03-02T00:00:00.123456789Z"]) == [EIGHT.replace(microsecond=123457)]


@pytest.mark.parametrize("text", ["2026-13-02 00:00:00", "2026-03-02T00:00:00 east", "soon", "2026-03-02T25:00:00Z"])
def test_what_is_no_time_is_no_time(text):
    assert read([text]) == ["bad_time"]


def test_the_hour_that_comes_twice_is_the_first_and_the_hour_that_is_skipped_is_the_next():
    assert read(["2026-10-25 02:30:00", "2026-03-29 02:30:00"], zone="Europe/Berlin") == [
        datetime(2026, 10, 25, 0, 30, tzinfo=UTC),
        datetime(2026, 3, 29, 1, 30, tzinfo=UTC),
    ]


@pytest.mark.parametrize(("unit", "value"), [("s", 1772409600), ("ms", 1772409600000), ("us", "1772409600000000")])
def test_numbers_since_1970(unit, value):
    assert read([value], unit=unit) == [EIGHT]


@pytest.mark.parametrize("value", [-1, 5_000_000_000_000])
def test_numbers_out_of_range(value):
    assert read([value], unit="s") == ["bad_time"]


def test_typed_columns_keep_their_meaning():
    assert read([date(2026, 3, 2)], zone="UTC") == [EIGHT]
    assert read([datetime(2026, 3, 2, 8)], zone="Asia/Shanghai") == [EIGHT]
    assert read([EIGHT]) == [EIGHT]


def test_an_empty_value_is_missing():
    assert read([""]) == ["missing_field"]


def test_a_table_without_a_mapped_column_is_refused_with_what_it_has():
    mapping = map_columns(fields={"occurred_at": "t", "visitor_id": "v"})
    with pytest.raises(BadInput, match=r"no column t, v; its columns are a, b"):
        check_columns(["a", "b"], mapping, "x.csv")
