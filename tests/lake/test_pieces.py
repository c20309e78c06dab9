import polars as pl
import pytest

from lake import Piece, keep_near, slice_rows
from tests.drawing import draw

PIECES = Piece.cast(
    pl.DataFrame(
        {"file": ["a", "b", "c"], "rows": [1, 1, 1], "size": [1, 1, 1], "first": [0, 10, None], "last": [5, 15, None]}
    )
)


@pytest.mark.parametrize(
    ("spans", "near"),
    [
        ([(0, 0)], "ac"),
        ([(5, 9)], "ac"),
        ([(6, 9)], "c"),
        ([(6, 10)], "bc"),
        ([(16, 99)], "c"),
        ([(99, 99), (-9, 20)], "abc"),
        ([(-9, -1), (15, 15)], "bc"),
        ([], ""),
    ],
)
def test_files_that_cover_a_span_are_near_and_those_unknown(spans, near):
    starts, ends = (pl.Series([span[side] for span in spans], dtype=pl.Int64) for side in (0, 1))
    assert "".join(keep_near(PIECES, starts, ends)["file"]) == near


def test_sessions_stay_whole_and_what_goes_on_comes_last():
    rows = draw("""
        event_id | visitor | time
        a1       | ann     | 08:00
        a2       | ann     | 08:29
        a3       | ann     | 08:58
        b1       | bob     | 08:00
        b2       | bob     | 08:01
        c1       | cid     | 08:05
    """)
    parts = [part["event_id"].to_list() for part in slice_rows(rows, "session_id", "occurred_at", most=3)]
    assert parts == [["b1", "b2", "c1"], ["a1", "a2", "a3"]]


def test_no_rows_make_no_part():
    assert list(slice_rows(draw("visitor | time\na | 08:00").clear(), "session_id", "occurred_at", 3)) == []
