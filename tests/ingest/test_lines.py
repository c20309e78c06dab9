"""Lines are text in the encoding of their source, or rejected one by one."""

import polars as pl
import pytest

from ingest import ENCODINGS, split_lines
from tests.intake import chop

TEXTS = ["plain", "套餐 5G 畅享", "", "网厅，手厅", "繁體：寬頻", "a\tb"]


def read(content: bytes, encoding: str = "utf-8", block: int = 64) -> tuple[dict[int, str], dict[int, str], int]:
    batches = list(split_lines(chop(content, 16), block, encoding))
    lines = pl.concat([batch.lines for batch in batches])
    rejected = pl.concat([batch.rejected for batch in batches])
    return (
        dict(lines.select("line", "text").iter_rows()),
        dict(rejected.select("line", "reason").iter_rows()),
        sum(batch.blank for batch in batches),
    )


@pytest.mark.parametrize("encoding", ["utf-8", "gbk", "gb18030", "big5"])
def test_lines_are_read_in_the_encoding_of_their_source(encoding):
    texts = [text for text in TEXTS if encoding != "big5" or ("畅" not in text and "网" not in text)]
    content = "".join(f"{text}\n" for text in texts).encode(encoding)
    expected = {number: text for number, text in enumerate(texts, 1) if text}
    assert read(content, encoding) == (expected, {}, 1)


@pytest.mark.parametrize(
    ("encoding", "broken"),
    [("utf-8", "网厅".encode("gbk")), ("gbk", b"ab\xff\xffcd"), ("gbk", b"cut \x81"), ("big5", b"\x80\x80")],
)
def test_a_line_that_is_not_in_it_is_rejected_alone(encoding, broken):
    good = "一\n".encode(encoding)
    lines, rejected, _ = read(good + broken + b"\n" + good, encoding)
    assert lines == {1: "一", 3: "一"}
    assert rejected == {2: ENCODINGS[encoding].reason}


def test_a_byte_order_mark_is_no_part_of_the_first_line_however_it_is_cut():
    content = b"\xef\xbb\xbffirst\nsecond\n"
    for chunk in (1, 2, 3, 100):
        batches = list(split_lines(chop(content, chunk), 4))
        assert pl.concat([batch.lines for batch in batches])["text"].to_list() == ["first", "second"]


def test_a_line_break_ends_a_line_and_nothing_else_does():
    assert read("a\u0085b\u2028c\x0bd\re\n".encode())[0] == {1: "a\u0085b\u2028c\x0bd\re"}
    assert read("a\u0085b\n".encode("gb18030"), "gbk")[0] == {1: "a\u0085b"}


def test_a_line_that_is_too_long_and_not_in_the_encoding_is_too_long_and_the_same_each_time():
    content = b"a\n" + b"x" * 70_000 + b"\xff\n" + b"\xff\nb\n"
    (batch,) = split_lines([content])
    assert dict(batch.lines.iter_rows()) == {1: "a", 4: "b"}
    long, broken = batch.rejected.sort("line").iter_rows(named=True)
    assert (long["line"], long["reason"], set(long["raw"])) == (2, "line_too_long", {ord("?")})
    assert broken == {"line": 3, "reason": "not_utf8", "raw": b"\xff"}
