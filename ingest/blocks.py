"""Blocks: a stream of bytes cut at line breaks into pieces of bounded size, each knowing where it lies."""

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import NamedTuple

LONGEST_LINE_BYTES = 64 << 10
BLOCK_BYTES = 16 << 20
TAIL_BYTES = 4 << 10
LINE_BYTES = 64
"""What a line weighs beside its bytes: so a block of empty lines is bounded too."""
MANY_LINES_BYTES = 128 << 10
"""A chunk that is mostly line breaks is taken in pieces of so many bytes."""
SAMPLE_BYTES = 4 << 10
SAMPLED = 16
"""One sample of so many is looked at to learn how many lines there are: to count all of them takes time."""


class Place(NamedTuple):
    """A place in a source, between two lines."""

    offset: int
    """Plain (unpacked) bytes before it."""
    lines: int
    """Lines before it."""
    tail: bytes = b""
    """The last bytes before it, at most 4 KiB: by them the place is known again."""


START = Place(0, 0)


class Block(NamedTuple):
    """Some lines of a source."""

    content: bytes
    """Whole lines with their breaks; a line beyond 64 KiB is cut to little more."""
    begin: int
    """Plain bytes before it."""
    end: int | None
    """Plain bytes up to its end; none behind a last line without a break, which may still grow."""
    tail: bytes
    """The last bytes before its end, at most 4 KiB."""


def cut_blocks(
    chunks: Iterable[bytes], begin: Place = START, block_bytes: int = BLOCK_BYTES, finished: bool = True
) -> Iterator[Block]:
    """Yield the lines of a stream that goes on from a place, about a block at a time.

    A last line without a break comes as a block of its own where the source is finished, and waits where it is not.
    """
    cutter = _Cutter(begin)
    for chunk in chain.from_iterable(map(_divide, chunks)):
        cutter.take(chunk)
        if cutter.size >= block_bytes:
            yield cutter.cut()
    if cutter.size:
        yield cutter.cut()
    if finished and cutter.open:
        yield Block(cutter.open, cutter.cut_at, None, b"")


class _Cutter:
    """Gathers whole lines until they are a block.

    `open` is what has come of the line under way, an over-long one cut; `cut_at` is where the last block ends.
    """

    def __init__(self, place: Place) -> None:
        self.cut_at, self.open, self.size = place.offset, b"", 0
        self._waiting: list[bytes | memoryview] = []
        self._bytes, self._closed = place.offset, place.offset
        self._tail, self._rest = place.tail, b""

    def take(self, chunk: bytes) -> None:
        """Take in more bytes, however they are cut."""
        whole = chunk.rfind(b"\n") + 1
        if whole:
            self._close(chunk, whole)
        rest = chunk[whole:]
        self._bytes += len(chunk)
        self.open = (self.open + rest)[: LONGEST_LINE_BYTES + 1]
        self._rest = (self._rest + rest[-TAIL_BYTES:])[-TAIL_BYTES:]

    def cut(self) -> Block:
        """Hand out the whole lines gathered, as a block."""
        block = Block(b"".join(self._waiting), self.cut_at, self._closed, self._tail)
        self.cut_at, self._waiting, self.size = self._closed, [], 0
        return block

    def _close(self, chunk: bytes, whole: int) -> None:
        """Gather whole lines, of which the first may have begun before."""
        self._waiting += [self.open, memoryview(chunk)[:whole]]
        self.size += len(self.open) + whole + _weigh_lines(chunk, whole)
        self._closed = self._bytes + whole
        self._tail = (self._tail + self._rest + chunk[max(0, whole - TAIL_BYTES) : whole])[-TAIL_BYTES:]
        self.open, self._rest = b"", b""


def _divide(chunk: bytes) -> Iterator[bytes]:
    """Cut a chunk of very many lines into pieces, so that no block grows far beyond its weight."""
    step = MANY_LINES_BYTES if _weigh_lines(chunk, len(chunk)) > 2 * len(chunk) else max(1, len(chunk))
    return (chunk[begin : begin + step] for begin in range(0, len(chunk), step))


def _weigh_lines(chunk: bytes, whole: int) -> int:
    """Estimate what the lines of a chunk weigh beside their bytes."""
    samples = range(0, whole, SAMPLED * SAMPLE_BYTES)
    seen = sum(chunk.count(b"\n", begin, min(begin + SAMPLE_BYTES, whole)) for begin in samples)
    return LINE_BYTES * seen * whole // max(1, sum(min(SAMPLE_BYTES, whole - begin) for begin in samples))
