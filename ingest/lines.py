"""Lines: a stream of bytes, cut into numbered lines of text without ever trusting it."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

import dataframely as dy
import polars as pl

LONGEST_LINE_BYTES = 64 << 10
BLOCK_BYTES = 16 << 20
WINDOW_BYTES = 1 << 16
BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class Line(dy.Schema):
    """One line of a log that is text."""

    line = dy.Int64(nullable=False, min=1, description="Line in the source, from 1")
    text = dy.String(nullable=False, description="The line, without its line break")


class Rejected(dy.Schema):
    """One line that could not be understood."""

    line = dy.Int64(nullable=False, min=1, description="Line in the source, from 1")
    reason = dy.String(nullable=False, description="Why, as one of the documented codes")
    raw = dy.String(nullable=False, description="The line, unreadable bytes escaped")


class Batch(NamedTuple):
    """Some lines of one source, every one of them in exactly one of three places."""

    lines: dy.DataFrame[Line]
    rejected: dy.DataFrame[Rejected]
    blank: int

    @property
    def size(self) -> int:
        """Count the lines read, whatever became of them."""
        return len(self.lines) + len(self.rejected) + self.blank


def split_lines(chunks: Iterable[bytes], block_bytes: int = BLOCK_BYTES) -> Iterator[Batch]:
    """Yield a stream's lines in bounded batches: text, rejected (too long, not UTF-8, NUL), or blank.

    Memory stays within a few blocks whatever the stream holds: a line beyond 64 KiB is cut there and rejected.
    """
    before = 0
    for block in _cut_blocks(chunks, block_bytes):
        batch = _sort_lines(_read_block(block, before + 1))
        before += batch.size
        yield batch


def _cut_blocks(chunks: Iterable[bytes], block_bytes: int) -> Iterator[bytes]:
    """Yield whole lines, about a block at a time, over-long lines cut to one byte beyond the limit."""
    waiting: list[bytes] = []
    size, first = 0, True
    tail = b""
    for chunk in chunks:
        body = chunk.removeprefix(BYTE_ORDER_MARK) if first else chunk
        first = False
        head, newline, rest = body.rpartition(b"\n")
        if newline:
            waiting.append(tail + head + newline)
            size += len(waiting[-1])
            tail = rest
        else:
            tail += rest
        tail = tail[: LONGEST_LINE_BYTES + 1]
        if size >= block_bytes:
            yield b"".join(waiting)
            waiting, size = [], 0
    if last := b"".join([*waiting, tail]):
        yield last


def _read_block(block: bytes, first_line: int) -> pl.DataFrame:
    """Number the lines of a block; `text` is null where the bytes are not UTF-8, and `raw` holds them then."""
    broken = list(_find_broken(block))
    lines = _number_lines(_blank(block, broken), first_line)
    places = [line.place for line in broken if line.end - line.start <= LONGEST_LINE_BYTES]
    raw = [block[line.start : line.end].decode(errors="backslashreplace") for line in broken]
    shown = pl.Series([text for text, line in zip(raw, broken, strict=True) if line.place in places], dtype=pl.String)
    return lines.with_columns(text=lines["text"].scatter(places, None), raw=lines["raw"].scatter(places, shown))


def _number_lines(pieces: Iterable[bytes], first_line: int) -> pl.DataFrame:
    """Read the pieces of a block of UTF-8 as numbered lines.

    polars unpacks what begins like gzip, zstd or zlib (the text `x^` does), without any bound: a line break goes
    before the block, and its empty line is dropped.
    """
    block = b"".join([b"\n", *pieces])
    lines = pl.read_lines(block, name="text", row_index_name="line", row_index_offset=first_line - 1)
    return lines[1:].with_columns(pl.col("line").cast(pl.Int64), raw=pl.lit(None, pl.String))


class _Span(NamedTuple):
    """Where a line lies in its block: its number from 0, and its bytes."""

    place: int
    start: int
    end: int


def _find_broken(block: bytes) -> Iterator[_Span]:
    """Find the lines that are not UTF-8, decoding the block once: from each fault on after the fault's line."""
    view, begin, place = memoryview(block), 0, 0
    while begin < len(block):
        until = _end_line(block, min(begin + WINDOW_BYTES, len(block))) + 1
        try:
            str(view[begin:until], "utf-8")
        except UnicodeDecodeError as fault:
            start = block.rfind(b"\n", 0, begin + fault.start) + 1
            end = _end_line(block, start)
            place += block.count(b"\n", begin, start)
            yield _Span(place, start, end)
            begin, place = end + 1, place + 1
        else:
            place += block.count(b"\n", begin, until)
            begin = until


def _end_line(block: bytes, place: int) -> int:
    """Return where the line ends that holds a place."""
    end = block.find(b"\n", place)
    return len(block) if end < 0 else end


def _blank(block: bytes, spans: Iterable[_Span]) -> Iterator[bytes]:
    """Yield a block in pieces, signs that stand for nothing in the place of lines, so that the others can be read."""
    begin = 0
    for span in spans:
        yield block[begin : span.start]
        yield b"?" * (span.end - span.start)
        begin = span.end
    yield block[begin:]


def _sort_lines(numbered: pl.DataFrame) -> Batch:
    reason = (
        pl.when(pl.col("text").is_null()).then(pl.lit("not_utf8"))
        .when(pl.col("text").str.len_bytes() > LONGEST_LINE_BYTES).then(pl.lit("line_too_long"))
        .when(pl.col("text").str.contains("\0", literal=True)).then(pl.lit("nul_byte"))
    )  # fmt: skip
    judged = numbered.with_columns(reason=reason)
    blank = judged["text"].str.strip_chars() == ""
    rejected = judged.filter(pl.col("reason").is_not_null()).with_columns(
        raw=pl.coalesce("raw", pl.col("text").str.slice(0, 2048))
    )
    return Batch(
        lines=Line.cast(judged.filter(pl.col("reason").is_null() & ~blank)),
        rejected=Rejected.cast(rejected),
        blank=int(blank.sum()),
    )
