"""Clock changes: what a log without offsets means in the hours that come twice, or never."""

from datetime import UTC, datetime

import pytest

from tests.intake import map_columns, take_table

NAMES = ["local", "visitor"]


def utc(text, zone):
    mapping = map_columns(columns=NAMES, fields={"occurred_at": "local", "visitor_id": "visitor"}, time={"zone": zone})
    return take_table(f"{text},ann", mapping=mapping).rows["occurred_at"].to_list()


@pytest.mark.parametrize(
    ("zone", "local", "moment"),
    [
        ("Europe/Berlin", "2026-03-29 01:59:59", datetime(2026, 3, 29, 0, 59, 59, tzinfo=UTC)),
        ("Europe/Berlin", "2026-03-29 03:00:00", datetime(2026, 3, 29, 1, 0, tzinfo=UTC)),
        ("Europe/Berlin", "2026-10-25 01:59:59", datetime(2026, 10, 24, 23, 59, 59, tzinfo=UTC)),
        ("Europe/Berlin", "2026-10-25 03:00:00", datetime(2026, 10, 25, 2, 0, tzinfo=UTC)),
        ("Asia/Shanghai", "1991-04-14 00:00:00", datetime(1991, 4, 13, 16, 0, tzinfo=UTC)),
        ("Asia/Shanghai", "1991-07-01 12:00:00", datetime(1991, 7, 1, 3, 0, tzinfo=UTC)),
        ("Asia/Shanghai", "2026-07-01 12:00:00", datetime(2026, 7, 1, 4, 0, tzinfo=UTC)),
    ],
)
def test_outside_of_a_change_there_is_one_answer(zone, local, moment):
    assert utc(local, zone) == [moment]


@pytest.mark.parametrize(
    ("zone", "local", "moment"),
    [
        ("Europe/Berlin", "2026-10-25 02:30:00", datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
        ("Asia/Shanghai", "1991-09-15 01:30:00", datetime(1991, 9, 14, 16, 30, tzinfo=UTC)),
        ("Australia/Lord_Howe", "2026-04-05 01:45:00", datetime(2026, 4, 4, 14, 45, tzinfo=UTC)),
    ],
)
def test_a_time_that_comes_twice_is_the_first_of_the_two(zone, local, moment):
    assert utc(local, zone) == [moment]


@pytest.mark.parametrize(
    ("zone", "local", "moment"),
    [
        ("Europe/Berlin", "2026-03-29 02:30:00", datetime(2026, 3, 29, 1, 30, tzinfo=UTC)),
        ("Asia/Shanghai", "1991-04-14 02:30:00", datetime(1991, 4, 13, 18, 30, tzinfo=UTC)),
        ("Pacific/Apia", "2011-12-30 10:00:00", datetime(2011, 12, 30, 20, 0, tzinfo=UTC)),
    ],
)
def test_a_time_that_is_skipped_is_read_with_the_offset_from_before(zone, local, moment):
    assert utc(local, zone) == [moment]


def test_an_offset_in_the_log_leaves_nothing_to_decide():
    assert utc("2026-10-25T02:30:00+01:00", "Europe/Berlin") == [datetime(2026, 10, 25, 1, 30, tzinfo=UTC)]
