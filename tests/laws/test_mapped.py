"""What is true of every line that a mapping reads: its neighbours do not matter, and none is lost."""

import json
from functools import partial

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest import Line, read_csv, read_ndjson
from tests.intake import map_columns

JSON = {"occurred_at": "t", "visitor_id": "v", "item_id": "o.i", "price": "p"}
COLUMNS = ["t", "v", "i", "p", "more"]
TABLE = {"occurred_at": "t", "visitor_id": "v", "item_id": "i", "price": "p"}
EXPLODED = {"occurred_at": "t", "visitor_id": "v", "item_id": "o.i"}

scalars = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False), st.text(max_size=5)
)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("tvopixy"), inner, max_size=4),
    max_leaves=12,
)
documents = st.dictionaries(st.sampled_from(["t", "v", "o", "p", "x", "y"]), values, max_size=6)
json_lines = st.one_of(
    documents.map(json.dumps),
    documents.map(lambda document: json.dumps(document, ensure_ascii=False)),
    st.builds(lambda document, cut: json.dumps(document)[:cut], documents, st.integers(1, 30)),
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\n\r\0"), min_size=1, max_size=12),
    st.sampled_from(['{"t":1,"v":"x"}', '{"t":1},{"t":2}', '{"x":[{}', "{}]}", '{"t":1,"v":"\\ud800"}', '{"v":{"a":']),
)
csv_lines = st.one_of(
    st.lists(st.sampled_from(["1", "x", '"a,b"', '""', '"', "", "5.5", 'a"b', "|@|", "é"]), max_size=7).map(",".join),
    st.lists(st.sampled_from(["1", "x", '"a|@|b"', '""', '"', "", ","]), min_size=4, max_size=6).map("|@|".join),
)
UNIT = {"unit": "s"}


def read_csv_of(**more):
    return partial(read_csv, columns=COLUMNS, mapping=map_columns(columns=COLUMNS, fields=TABLE, time=UNIT, **more))


READERS = {
    "ndjson": (json_lines, partial(read_ndjson, mapping=map_columns(fields=JSON, time=UNIT))),
    "exploded": (json_lines, partial(read_ndjson, mapping=map_columns(fields=EXPLODED, time=UNIT, explode="o"))),
    "csv": (csv_lines, read_csv_of()),
    "separators of several signs": (csv_lines, read_csv_of(separator="|@|")),
}


def number(lines):
    return Line.cast(
        pl.DataFrame({"line": range(1, len(lines) + 1), "text": lines}, schema_overrides={"text": pl.String})
    )


def lay_out(read):
    return read.select(sorted(read.columns)).sort("line", *(["part"] if "part" in read.columns else []))


@pytest.mark.parametrize("reader", READERS)
@given(data=st.data())
@settings(max_examples=60, deadline=None)
def test_a_line_reads_the_same_alone_and_among_others(reader, data):
    lines, read = READERS[reader]
    numbered = number(data.draw(st.lists(lines, min_size=1, max_size=12)))
    together = lay_out(read(numbered))
    alone = lay_out(pl.concat([read(numbered[place : place + 1]) for place in range(len(numbered))]))
    assert together.equals(alone)


@pytest.mark.parametrize("reader", READERS)
@given(data=st.data())
@settings(max_examples=40, deadline=None)
def test_every_line_is_there_and_a_rejected_one_is_there_once(reader, data):
    lines, read = READERS[reader]
    numbered = number(data.draw(st.lists(lines, max_size=12)))
    told = read(numbered)
    assert set(told["line"]) == set(numbered["line"])
    rejected = told.filter(pl.col("reason").is_not_null())
    assert rejected["line"].is_unique().all()
    assert not set(rejected["line"]) & set(told.filter(pl.col("reason").is_null())["line"])


@given(documents)
@settings(max_examples=100, deadline=None)
def test_what_is_kept_aside_is_what_nobody_reads(document):
    read = READERS["ndjson"][1](number([json.dumps(document)]))
    if read["reason"][0] in (None, "missing_field"):
        kept = json.loads(read["extra"][0] or "{}")
        other = {key: value for key, value in document.items() if key in "xy" and value not in (None, "")}
        assert {key: value for key, value in kept.items() if key in "xy"} == other
        assert not {"t", "v", "p"} & set(kept)
