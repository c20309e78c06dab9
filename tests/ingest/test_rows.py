import json
from datetime import UTC, datetime

import polars as pl
import pytest

from ingest import BadInput, Batch, Rejected, number_rows, open_rows
from tests.intake import map_columns

TABLE = pl.DataFrame({
    "when": [datetime(2026, 3, 2, 8), datetime(2026, 3, 2, 9), None],
    "who": [13085.0, None, 7.0], "price": [5.0, float("nan"), float("inf")],
    "raw": [b"\xff", None, b""], "tags": [["a"], [], None], "phone": ["13800138000", None, None],
})  # fmt: skip
MAPPING = map_columns(
    fields={"occurred_at": "when", "visitor_id": "who", "price": "price"}, time={"zone": "Asia/Shanghai"}
)


def read(table, mapping=MAPPING, before=0):
    batch = Batch(number_rows(table, before), Rejected.create_empty(), 0)
    ((given, reader),) = open_rows(batch, mapping, "x.parquet")([batch])
    return reader(given.lines)


def test_types_keep_their_meaning():
    told = read(TABLE)
    assert told.select("occurred_at", "visitor_id", "price", "reason").rows() == [
        (datetime(2026, 3, 2, 0, tzinfo=UTC), "13085", 5.0, None),
        (datetime(2026, 3, 2, 1, tzinfo=UTC), None, None, "missing_field"),
        (None, "7", None, "bad_number"),
    ]


def test_a_rows_text_is_the_row_as_json_without_what_is_empty():
    lines = number_rows(TABLE, 7)
    assert lines["line"].to_list() == [8, 9, 10]
    assert [json.loads(text) for text in lines["text"]] == [
        {"when": "2026-03-02 08:00:00.000000", "who": 13085.0, "price": 5.0, "raw": "/w==", "tags": ["a"], "phone": "13800138000"},
        {"when": "2026-03-02 09:00:00.000000", "tags": []},
        {"who": 7.0, "raw": ""},
    ]  # fmt: skip


def test_what_nobody_mapped_is_kept_but_for_what_tells_who_somebody_is():
    assert [text and json.loads(text) for text in read(TABLE)["extra"]] == [
        {"raw": "/w==", "tags": ["a"]}, {"tags": []}, {"raw": ""},
    ]  # fmt: skip


def test_a_table_without_the_columns_that_every_row_needs_is_refused():
    with pytest.raises(BadInput, match=r"no column when \(did you mean wen\?\); its columns are price, wen, who"):
        read(TABLE.select("who", "price", wen="when"))
