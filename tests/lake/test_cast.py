from datetime import UTC, datetime

import dataframely as dy
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest import Event, Quarantine
from lake import TABLES, Lake
from tests.drawing import draw

texts = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=20)
times = st.datetimes(datetime(1970, 1, 1), datetime(2099, 1, 1), timezones=st.just(UTC))


@settings(deadline=None, max_examples=40)
@given(
    st.lists(
        st.tuples(texts, st.none() | texts, times, st.none() | st.floats(0, 1e12), st.none() | st.integers(0, 2**53)),
        min_size=1,
        max_size=5,
    )
)
def test_every_value_comes_back_as_it_went_in(tmp_path_factory, rows):
    lake = Lake(tmp_path_factory.mktemp("lake"))
    frame = draw("visitor | time\nann | 08:00").select(Event.column_names())
    frame = Event.cast(
        pl.concat([frame] * len(rows)).with_columns(
            event_id=pl.Series([f"e{place}" for place in range(len(rows))]),
            page=pl.Series([row[0] for row in rows]),
            campaign=pl.Series([row[1] for row in rows], dtype=pl.String),
            occurred_at=pl.Series([row[2] for row in rows], dtype=pl.Datetime("us", "UTC")),
            price=pl.Series([row[3] for row in rows], dtype=pl.Float64),
            quantity=pl.Series([row[4] for row in rows], dtype=pl.Int64),
        )
    )
    lake.replace("events", frame)
    assert lake.scan("events").sort("event_id").collect().equals(frame.sort("event_id"))


@settings(deadline=None, max_examples=20)
@given(st.lists(st.binary(max_size=20), min_size=1, max_size=5))
def test_every_byte_of_a_quarantined_line_comes_back(tmp_path_factory, lines):
    lake = Lake(tmp_path_factory.mktemp("lake"))
    frame = pl.DataFrame({"raw": lines, "line": range(1, len(lines) + 1)}).with_columns(
        pl.col("line").cast(pl.String).alias("quarantine_id"),
        *(pl.lit("x").alias(name) for name in ("source", "format", "channel", "reason", "recipe")),
    )
    lake.append_new("quarantine", [Quarantine.cast(frame)])
    assert lake.scan("quarantine").sort("line").collect()["raw"].to_list() == lines


@pytest.mark.parametrize("name", TABLES)
def test_every_table_uses_types_that_delta_keeps(tmp_path, name):
    lake = Lake(tmp_path)
    lake.replace(name, TABLES[name].schema.create_empty())
    assert lake.scan(name).collect_schema() == TABLES[name].schema.create_empty().schema


def test_a_type_that_delta_would_change_is_refused(tmp_path, monkeypatch):
    class Wrong(dy.Schema):
        kind = dy.Enum(["a"])

    monkeypatch.setitem(TABLES, "wrong", TABLES["events"]._replace(schema=Wrong))
    with pytest.raises(TypeError, match=r"Wrong\.kind"):
        Lake(tmp_path).replace("wrong", Wrong.create_empty())
