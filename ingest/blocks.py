"""Blocks: a stream of bytes cut at line breaks into pieces of bounded size, each knowing where it lies."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

LONGEST_LINE_BYTES = 64 << 10
BLOCK_BYTES = 16 << 20
TAIL_BYTES = 4 << 10


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
    """Whole lines with their breaks; a line beyond 64 KiB is cut to one byte more."""
    first_line: int
    """The number of its first line in the source, from 1."""
    end: Place | None
    """The place behind it; none behind a last line without a break, which may still grow."""


def cut_blocks(
    chunks: Iterable[bytes], begin: Place = START, block_bytes: int = BLOCK_BYTES, finished: bool = True
) -> Iterator[Block]:
    """Yield the lines of a stream that goes on from a place, about a block at a time.

    A last line without a break comes as a block of its own where the source is finished, and waits where it is not.
    """
    cutter = _Cutter(begin)
    for chunk in chunks:
        cutter.take(chunk)
        if cutter.size >= block_bytes:
            yield cutter.cut()
    if cutter.size:
        yield cutter.cut()
    if finished and cutter.open:
        yield Block(cutter.open, cutter.place.lines + 1, None)


class _Cutter:
    """Gathers whole lines until they are a block.

    `open` is what has come of the line under way, over-long lines cut; `place` is the place behind the last block.
    """

    def __init__(self, place: Place) -> None:
        self.place, self.open, self.size = place, b"", 0
        self._waiting: list[bytes] = []
        self._bytes, self._closed = place.offset, place.offset
        self._tail, self._rest = place.tail, b""

    def take(self, chunk: bytes) -> None:
        """Take in more bytes, however they are cut."""
        head, newline, rest = chunk.rpartition(b"\n")
        self._bytes += len(chunk)
        if newline:
            self._close(head + newline)
            self._closed, self.open, self._rest = self._bytes - len(rest), b"", b""
        self.open = (self.open + rest)[: LONGEST_LINE_BYTES + 1]
        self._rest = (self._rest + rest[-TAIL_BYTES:])[-TAIL_BYTES:]

    def cut(self) -> Block:
        """Hand out the whole lines gathered, as a block."""
        content = b"".join(self._waiting)
        first_line = self.place.lines + 1
        self.place = Place(self._closed, self.place.lines + content.count(b"\n"), self._tail)
        self._waiting, self.size = [], 0
        return Block(content, first_line, self.place)

    def _close(self, lines: bytes) -> None:
        """Gather whole lines, of which the first may have begun before."""
        self._waiting.append(self.open + lines)
        self.size += len(self._waiting[-1])
        self._tail = (self._tail + self._rest + lines[-TAIL_BYTES:])[-TAIL_BYTES:]
