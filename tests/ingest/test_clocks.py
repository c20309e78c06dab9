from datetime import UTC, datetime

import polars as pl
import pytest

from ingest.readers.clocks import read_any_clock, read_common_clock, read_epoch_clock, read_iso_clock

AT = datetime(2026, 3, 2, 0, 0, 1, tzinfo=UTC)


def tell(read, *clocks, **more):
    return pl.DataFrame({"clock": clocks}).select(read(pl.col("clock"), **more)).to_series().to_list()


@pytest.mark.parametrize(
    "clock",
    ["02/Mar/2026:08:00:01 +0800", "2026-03-02T08:00:01+08:00", "2026-03-02 08:00:01+0800", "2026-03-02T00:00:01Z",
     "2026-03-02T00:00:01", "1772409601", "1772409601000", "1772409601000000", "2026-03-02T08:00:01+08"],
)  # fmt: skip
def test_any_clock(clock):
    assert tell(read_any_clock, clock) == [AT]


def test_offsets_west_and_of_quarter_hours():
    assert tell(read_common_clock, "01/Mar/2026:20:30:01 -0330", "02/Mar/2026:12:45:01 +1245") == [AT, AT]


def test_what_no_common_clock_is():
    assert tell(read_common_clock, "02/Mar/2026:08:00:01", "02/Mar/2026:08:00:01 +9900", "", None) == [None] * 4


def test_fractions():
    half = AT.replace(microsecond=500_000)
    assert tell(read_iso_clock, "2026-03-02T00:00:01.5Z", "2026-03-02T00:00:01,500Z") == [half, half]
    assert tell(read_epoch_clock, "1772409601.5", "1772409601500", "1772409601500.0") == [half] * 3


def test_clock_changes_are_settled_as_in_a_mapped_table():
    read = tell(read_iso_clock, "2026-10-25 02:30:00", "2026-03-29 02:30:00", zone="Europe/Berlin")
    assert read == [datetime(2026, 10, 25, 0, 30, tzinfo=UTC), datetime(2026, 3, 29, 1, 30, tzinfo=UTC)]


def test_a_number_out_of_time():
    assert tell(read_epoch_clock, "-1", "99999999999", "soon", "") == [None] * 4
