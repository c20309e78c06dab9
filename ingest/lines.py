"""Lines: a block of whole lines, read as numbered lines of text without ever trusting it."""

from collections.abc import Iterable, Iterator
from secrets import token_hex
from typing import NamedTuple, cast

import dataframely as dy
import polars as pl

from ingest.blocks import BLOCK_BYTES, LONGEST_LINE_BYTES, START, Block, Place, cut_blocks

WINDOW_BYTES = 1 << 16
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
DOUBTFUL = (b"", b"\x1f", b"\x28", b"x")
"""Beginnings of a block that polars could take for gzip, zstd or zlib, or for no lines at all."""


MARK = f"\0{token_hex(16)}"
"""Stands for a moment where a line was that cannot be read; no log can know it."""


class Encoding(NamedTuple):
    """How text was written as bytes."""

    codec: str
    reason: str
    """The reason that a line bears which is not written so."""


ENCODINGS = {
    "utf-8": Encoding("utf-8", "not_utf8"),
    "gbk": Encoding("gb18030", "not_gbk"),
    "gb18030": Encoding("gb18030", "not_gbk"),
    "big5": Encoding("big5hkscs", "not_big5"),
}
"""Encodings by name; of GBK and Big5 the widest reading is taken (GB 18030, and Big5 with Hong Kong's signs, as
browsers do). None of them uses the byte of a line break for anything else."""


class Line(dy.Schema):
    """One line of a log that is text."""

    line = dy.Int64(nullable=False, min=1, description="Line in the source, from 1")
    text = dy.String(nullable=False, description="The line, without its line break")


class Rejected(dy.Schema):
    """One line that could not be understood."""

    line = dy.Int64(nullable=False, min=1, description="Line in the source, from 1")
    reason = dy.String(nullable=False, description="Why, as one of the documented codes")
    raw = dy.Binary(nullable=False, description="The line as UTF-8; as it came, where it could not be decoded")


class Batch(NamedTuple):
    """Some lines of one source, every one of them in exactly one of three places."""

    lines: dy.DataFrame[Line]
    rejected: dy.DataFrame[Rejected]
    blank: int
    end: Place | None = None
    """How far into the source these lines reach; none where the last of them may still grow."""

    @property
    def size(self) -> int:
        """Count the lines read, whatever became of them."""
        return len(self.lines) + len(self.rejected) + self.blank


def split_lines(chunks: Iterable[bytes], block_bytes: int = BLOCK_BYTES, encoding: str = "utf-8") -> Iterator[Batch]:
    """Yield a whole stream's lines in bounded batches: text, rejected (too long, not readable, NUL), or blank.

    Memory stays within a few blocks whatever the stream holds: a line beyond 64 KiB is cut there and rejected.
    """
    return number_lines(read_block(block, encoding) for block in cut_blocks(chunks, START, block_bytes))


def number_lines(batches: Iterable[Batch], before: int = 0) -> Iterator[Batch]:
    """Number the lines of a source's batches, each numbered from 1, on from those before them."""
    for batch in batches:
        further = pl.col("line") + before
        lines, rejected = batch.lines.with_columns(further), batch.rejected.with_columns(further)
        end = batch.end and batch.end._replace(lines=before + batch.size)
        before += batch.size
        yield Batch(cast("dy.DataFrame[Line]", lines), cast("dy.DataFrame[Rejected]", rejected), batch.blank, end)


def read_block(block: Block, encoding: str = "utf-8") -> Batch:
    """Read a block's lines, numbered from 1; blocks may be read in any order, and several at once."""
    coded = ENCODINGS[encoding]
    content = block.content if block.begin else block.content.removeprefix(BYTE_ORDER_MARK)
    batch = _sort_lines(_read(content, coded.codec), coded.reason, has_nul=b"\0" in content)
    return batch if block.end is None else batch._replace(end=Place(block.end, batch.size, block.tail))


def _read(content: bytes, codec: str) -> pl.DataFrame:
    """Read the lines of a block; `text` is null where the bytes cannot be read, and `raw` holds them then."""
    broken = [] if content.isascii() else list(_find_broken(content, codec))
    lines = _read_text(_recode(_mark(content, broken), codec))
    raw = [content[span.start : span.end] for span in broken if not span.is_too_long]
    if not raw:
        return lines
    places = lines["text"].str.starts_with(MARK).arg_true()
    return lines.with_columns(
        text=lines["text"].scatter(places, None), raw=lines["raw"].scatter(places, pl.Series(raw, dtype=pl.Binary))
    )


def _read_text(pieces: Iterable[bytes]) -> pl.DataFrame:
    """Read the pieces of a block of UTF-8 as lines, numbered from 1.

    polars unpacks what begins like gzip, zstd or zlib (the text `x^` does), without any bound: a line break goes
    before such a block, and its empty line is dropped.
    """
    first, *others = pieces
    guard = [b"\n"] if first[:1] in DOUBTFUL else []
    block = b"".join([*guard, first, *others]) if guard or others else first
    lines = pl.read_lines(block, name="text", row_index_name="line", row_index_offset=1 - len(guard))
    return lines[len(guard) :].with_columns(pl.col("line").cast(pl.Int64), raw=pl.lit(None, pl.Binary))


def _recode(pieces: Iterable[bytes], codec: str) -> Iterable[bytes]:
    return pieces if codec == "utf-8" else (str(piece, codec).encode() for piece in pieces)


class _Span(NamedTuple):
    """Where a line lies in its block."""

    start: int
    end: int

    @property
    def is_too_long(self) -> bool:
        return self.end - self.start > LONGEST_LINE_BYTES


def _find_broken(block: bytes, codec: str) -> Iterator[_Span]:
    """Find the lines that cannot be read, decoding the block once: from each fault on after the fault's line."""
    begin = 0
    while begin < len(block):
        until = _end_line(block, min(begin + WINDOW_BYTES, len(block))) + 1
        window = block[begin:until]
        fault = None if window.isascii() else _find_fault(window, codec)
        if fault is not None:
            span = _Span(block.rfind(b"\n", 0, begin + fault) + 1, _end_line(block, begin + fault))
            yield span
            until = span.end + 1
        begin = until


def _find_fault(window: bytes, codec: str) -> int | None:
    """Return the place of the first byte that cannot be read; none where all can."""
    try:
        window.decode(codec)
    except UnicodeDecodeError as fault:
        return fault.start
    return None


def _end_line(block: bytes, place: int) -> int:
    """Return where the line ends that holds a place."""
    end = block.find(b"\n", place)
    return len(block) if end < 0 else end


def _mark(block: bytes, broken: Iterable[_Span]) -> Iterator[bytes]:
    """Yield a block in pieces, marks in the place of broken lines, so that the others can be read."""
    begin = 0
    for span in broken:
        yield block[begin : span.start]
        yield b"?" * (span.end - span.start) if span.is_too_long else MARK.encode()
        begin = span.end
    yield block[begin:]


def _sort_lines(numbered: pl.DataFrame, unreadable: str, has_nul: bool) -> Batch:
    text = pl.col("text")
    reason = (
        pl.when(text.is_null()).then(pl.lit(unreadable))
        .when(text.str.len_bytes() > LONGEST_LINE_BYTES).then(pl.lit("line_too_long"))
        .when(text.str.contains("\0", literal=True) if has_nul else pl.lit(False)).then(pl.lit("nul_byte"))
    )  # fmt: skip
    judged = numbered.with_columns(reason=reason)
    blank = _find_blank(judged["text"])
    good = judged["reason"].is_null()
    rejected = judged.filter(~good).with_columns(raw=pl.coalesce("raw", text.cast(pl.Binary)))
    return Batch(
        lines=Line.cast(judged.filter(good & ~blank)),
        rejected=Rejected.cast(rejected),
        blank=int(blank.sum()),
    )


def _find_blank(text: pl.Series) -> pl.Series:
    """Tell which lines hold nothing but white space: only those that begin with none of ASCII's signs can."""
    open_ended = (text < "!") | (text > "~")
    places = open_ended.arg_true()
    return open_ended.scatter(places, text.gather(places).str.strip_chars() == "")
