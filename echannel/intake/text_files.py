"""Text files: plain, gzip or zstd, read from any place on, while they are written and renamed."""

import os
import shutil
import tempfile
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import BinaryIO

from echannel.ahead import map_ahead
from ingest import START, TAIL_BYTES, BadInput, Batch, Place, cut_blocks, is_packed, number_lines, read_block, unpack

CHUNK_BYTES = 1 << 20
HEAD_BYTES = 1 << 20
INPUT_NAME = "stdin"

Watch = Callable[[int], None]
"""Told the bytes read of a file, as they are read."""


class TextFile:
    """A file of lines, as long as it is when it is opened; it stays open, so that renaming it changes nothing."""

    identity = None

    def __init__(self, name: str, descriptor: int, encoding: str, watch: Watch, grows: bool = True) -> None:
        self.name = name
        self._descriptor, self._encoding, self._watch = descriptor, encoding, watch
        self._size = os.fstat(descriptor).st_size
        self._head = os.pread(descriptor, TAIL_BYTES, 0)
        self._packed = is_packed(self._head)
        self._grows = grows and not self._packed
        self._checked = False

    def close(self) -> None:
        """Give the file back."""
        os.close(self._descriptor)

    @property
    def changed_at(self) -> float | None:
        """Return when it was last written to, in seconds since 1970; none where it is whole: packed files are."""
        return os.fstat(self._descriptor).st_mtime if self._grows else None

    def read_head(self, finished: bool) -> Batch | None:
        """Return its first lines, about 1 MiB of them; none where it has no whole line."""
        blocks = cut_blocks(self._read_plain(0, quiet=True), block_bytes=HEAD_BYTES, finished=finished)
        block = next(blocks, None)
        return read_block(block, self._encoding) if block else None

    def read_tail(self, offset: int) -> bytes | None:
        """Return the bytes before a place, at most 4 KiB; none where the file does not reach so far."""
        begin = max(0, offset - TAIL_BYTES)
        tail = b"".join(_take(self._read_plain(begin, quiet=True), offset - begin))
        return tail if len(tail) == offset - begin else None

    def read(self, begin: Place, through: bool, finished: bool) -> Iterator[Batch]:
        """Yield its lines from a place on; with `through` those before it too, in batches that end there.

        A last line without a line break waits where the file is not finished.
        """
        encoded = partial(read_block, encoding=self._encoding)
        if through and begin != START:
            before = cut_blocks(_take(self._read_plain(0), begin.offset), finished=False)
            yield from number_lines(map_ahead(encoded, before))
        rest = cut_blocks(self._read_plain(begin.offset), begin, finished=finished)
        yield from number_lines(map_ahead(encoded, rest), begin.lines)

    def count_waiting(self, place: Place) -> int:
        """Count the bytes behind a place; a packed file has none."""
        return self._size - place.offset if self._grows else 0

    def tell_missing(self, place: Place) -> list[str]:  # noqa: ARG002
        """Say what is gone: of a file that is there, nothing."""
        return []

    def check(self, more_to_come: bool) -> None:
        """Make sure, before anything read of it is written, that it is what it was when reading began.

        A packed file of which a part is to be written while the rest is not read yet is unpacked whole, once.
        Raises `BadInput` where it is damaged, or was emptied while it was read.
        """
        if self._packed and more_to_come and not self._checked:
            deque(self._read_plain(0, quiet=True), maxlen=0)
            self._checked = True
        if not self._packed and os.pread(self._descriptor, len(self._head), 0) != self._head:
            raise BadInput(
                "it was emptied and written anew while it was read",
                self.name,
                "Run the command again, on its copy too if there is one; what was read last was not taken.",
            )

    def _read_plain(self, offset: int, quiet: bool = False) -> Iterator[bytes]:
        """Yield plain bytes from a place on."""
        if self._packed:
            return _skip(unpack(self._read_raw(0, quiet), self.name), offset)
        return self._read_raw(offset, quiet)

    def _read_raw(self, offset: int, quiet: bool) -> Iterator[bytes]:
        while chunk := os.pread(self._descriptor, min(CHUNK_BYTES, self._size - offset), offset):
            yield chunk
            offset += len(chunk)
            if not quiet:
                self._watch(len(chunk))


def open_text(file: Path, encoding: str, watch: Watch) -> TextFile:
    """Open a file of lines."""
    return TextFile(file.name, os.open(file, os.O_RDONLY), encoding, watch)


def open_input(stream: BinaryIO, encoding: str, watch: Watch) -> TextFile:
    """Open standard input, by way of a nameless file: it can be read again, and is gone when the command is.

    Its lines come in clear, and so they lie in that file until the command ends, however it ends.
    """
    with tempfile.TemporaryFile() as copy:
        shutil.copyfileobj(stream, copy, CHUNK_BYTES)
        copy.flush()
        return TextFile(INPUT_NAME, os.dup(copy.fileno()), encoding, watch, grows=False)


def _take(chunks: Iterable[bytes], size: int) -> Iterator[bytes]:
    """Yield the first bytes of a stream."""
    for chunk in chunks:
        yield chunk[:size]
        size -= len(chunk)
        if size <= 0:
            return


def _skip(chunks: Iterable[bytes], size: int) -> Iterator[bytes]:
    """Yield a stream without its first bytes."""
    for chunk in chunks:
        if size < len(chunk):
            yield chunk[size:]
        size = max(0, size - len(chunk))
