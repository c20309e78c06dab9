from datetime import UTC, date, datetime

import polars as pl
import pytest

from ingest import BadInput, Batch, Line, Rejected, check_columns, map_fields, open_csv
from tests.intake import map_columns

NONE_REJECTED = Rejected.create_empty()


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


def map_rows(columns, **document):
    """Map columns given as lists."""
    rows = pl.DataFrame({"line": 1, "text": "", **{f"log {name}": values for name, values in columns.items()}})
    return map_fields(rows, map_columns(**document))


WHO = {"occurred_at": "t", "visitor_id": "v"}


def test_a_time_may_stand_in_several_columns():
    fields = {"occurred_at": ["y", "m", "d"], "visitor_id": ["ip", "agent"]}
    columns = {"y": [2026, 2026], "m": [3, None], "d": [2, 2], "ip": ["1.1.1.1", "2"], "agent": [" x ", "y"]}
    told = map_rows(columns, fields=fields, time={"format": "%Y %m %d"})
    assert told.select("occurred_at", "visitor_id", "reason").rows() == [
        (EIGHT, "1.1.1.1 x", None), (None, "2 y", "missing_field"),
    ]  # fmt: skip


def test_the_column_that_counts_clicks_is_needed():
    mapping = map_columns(fields=WHO, time={"order": "n"})
    with pytest.raises(BadInput, match="no column n;"):
        check_columns(["t", "v"], mapping, "x.csv")


def test_a_default_stands_where_the_log_says_nothing():
    columns = {"t": [EIGHT] * 3, "v": ["x"] * 3, "what": ["buy", "", None]}
    more = {"names": {"buy": "purchase"}, "defaults": {"name": "view_item", "region": "north"}}
    told = map_rows(columns, fields={**WHO, "name": "what"}, **more)
    assert told["name"].to_list() == ["purchase", "view_item", "view_item"]
    assert told["region"].to_list() == ["north"] * 3


@pytest.mark.parametrize(
    ("url", "location"),
    [
        ("https://wap.telco.example/plan/P1?x=/y", "/plan/P1?x=/y"), ("wap.telco.example/plan", "/plan"),
        ("wap.telco.example", "wap.telco.example"), ("/plan", "/plan"), ("", None),
    ],
)  # fmt: skip
def test_a_url_is_where_its_path_leads(url, location):
    told = map_rows({"t": [EIGHT], "v": ["x"], "u": [url]}, fields={**WHO, "url": "u"})
    assert told["location"].to_list() == [location]


def test_what_is_given_back_is_counted_as_what_came_back():
    columns = {"t": [EIGHT] * 2, "v": ["x"] * 2, "name": ["refund", "purchase"], "n": ["-3", "-3"]}
    assert map_rows(columns, fields={**WHO, "name": "name", "quantity": "n"})["quantity"].to_list() == [3, -3]


def test_a_zone_given_by_hand_goes_before_the_mappings():
    mapping = map_columns(fields=WHO, time={"zone": "Asia/Shanghai"})
    batch = Batch(Line.cast(pl.DataFrame({"line": [1, 2], "text": ["t,v", "2026-03-02 08:00,x"]})), NONE_REJECTED, 0)
    for zone, hour in ((None, 0), ("Europe/Berlin", 7), ("UTC", 8)):
        ((rows, reader),) = open_csv(batch, mapping, "x.csv", zone)([batch])
        assert reader(rows.lines)["occurred_at"][0].hour == hour
