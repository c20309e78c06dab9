"""Texts, numbers and times as trackers write them."""

import pytest

from ingest.trackers.values import Unreadable, read_count, read_moment, read_number, read_text

NOON = 1_772_438_400_000_000


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (" a ", "a"),
        ("", None),
        (" ", None),
        (7, "7"),
        (7.0, "7"),
        (7.5, "7.5"),
        (True, "true"),
        (None, None),
        ([], None),
    ],
)
def test_text(value, text):
    assert read_text(value) == text


@pytest.mark.parametrize(
    ("value", "number"), [(None, None), ("", None), (0, 0.0), ("129", 129.0), (" 1.5 ", 1.5), (-3, -3.0)]
)
def test_number(value, number):
    assert read_number(value) == number


@pytest.mark.parametrize("value", ["dear", True, [], {}, "nan", "inf", 10**16, 10**400, float("nan")])
def test_what_is_no_number(value):
    with pytest.raises(Unreadable, match="bad_number"):
        read_number(value)


def test_a_count_is_whole():
    assert read_count("2.0") == 2
    with pytest.raises(Unreadable, match="bad_number"):
        read_count(2.5)


@pytest.mark.parametrize(
    "value",
    [
        1_772_438_400_000, "1772438400000", 1_772_438_400_000.0, "2026-03-02T08:00:00Z", "2026-03-02T08:00:00",
        "2026-03-02T16:00:00.000+08:00", "2026-03-02 08:00:00.000000", " 2026-03-02T08:00:00+0000 ",
    ],
)  # fmt: skip
def test_moment(value):
    assert read_moment(value) == NOON


def test_a_moment_keeps_its_microseconds():
    assert read_moment("2026-03-02T08:00:00.000001Z") == NOON + 1


@pytest.mark.parametrize(
    "value",
    ["soon", -1, "-1", True, [], float("inf"), float("nan"), 4_102_444_800_001, "1969-12-31T23:59:59Z", "2026-02-30"],
)
def test_what_is_no_moment(value):
    with pytest.raises(Unreadable, match="bad_time"):
        read_moment(value)
