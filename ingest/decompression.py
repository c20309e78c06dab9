"""Decompression in bounded steps: a log may be packed, and a packed log may be a bomb."""

import zlib
from collections.abc import Callable, Iterable, Iterator
from itertools import chain

import zstandard

from ingest.refusals import BadInput

GZIP_MAGIC = b"\x1f\x8b"
ZSTD_MAGIC = b"\x28\xb5\x2f\xfd"
STEP_BYTES = 4 << 20
ZSTD_STEP_BYTES = 1 << 10  # one block of 4 bytes may unpack to 128 KiB: at most 32 MiB a step
UNGUARDED_BYTES = 10 << 20
HIGHEST_RATIO = 200


def is_packed(head: bytes) -> bool:
    """Tell by its first bytes whether a stream is gzip or zstd."""
    return head.startswith((GZIP_MAGIC, ZSTD_MAGIC))


def unpack(chunks: Iterable[bytes], source: str) -> Iterator[bytes]:
    """Yield the plain bytes of a gzip, zstd or plain stream, told apart by its first bytes.

    Raises `BadInput` where the packed data is cut short or damaged, and where it grows more than 200-fold
    beyond its first 10 MB (a bomb; access logs pack 10- to 30-fold).
    """
    stream = iter(chunks)
    head = next(stream, b"")
    whole = chain([head], stream)
    if head.startswith(GZIP_MAGIC):
        return _guard(whole, source, _gunzip)
    if head.startswith(ZSTD_MAGIC):
        return _guard(whole, source, _unzstd)
    return whole


class _Counted:
    """Chunks that are counted as they are taken."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks, self.bytes = iter(chunks), 0

    def __iter__(self) -> Iterator[bytes]:
        for chunk in self._chunks:
            self.bytes += len(chunk)
            yield chunk


def _guard(
    chunks: Iterable[bytes], source: str, unpacker: Callable[[Iterable[bytes]], Iterator[bytes]]
) -> Iterator[bytes]:
    packed, plain_bytes = _Counted(chunks), 0
    try:
        for plain in unpacker(packed):
            plain_bytes += len(plain)
            if plain_bytes > UNGUARDED_BYTES and plain_bytes > HIGHEST_RATIO * packed.bytes:
                raise BadInput(
                    f"it unpacks to more than {HIGHEST_RATIO} times its size, as a decompression bomb does",
                    source,
                    "Look at where it came from; if it is a true log, unpack it yourself and pass the plain file.",
                )
            yield plain
    except (zlib.error, zstandard.ZstdError, EOFError) as fault:
        raise BadInput(
            f"the compressed data is cut short or damaged ({fault})",
            source,
            "Fetch the file again; nothing of it was taken.",
        ) from fault


def _gunzip(chunks: Iterable[bytes]) -> Iterator[bytes]:
    member, finished = zlib.decompressobj(wbits=31), True
    for chunk in chunks:
        while chunk:
            finished = False
            yield member.decompress(chunk, STEP_BYTES)
            chunk = member.unconsumed_tail
            if member.eof:
                chunk, finished = member.unused_data.lstrip(b"\0"), True
                member = zlib.decompressobj(wbits=31)
    while not finished and (rest := member.decompress(member.unconsumed_tail, STEP_BYTES)):
        yield rest
    if not finished and not member.eof:
        raise EOFError("the end is missing")


def _unzstd(chunks: Iterable[bytes]) -> Iterator[bytes]:
    frame, finished = zstandard.ZstdDecompressor().decompressobj(), True
    for chunk in chunks:
        for start in range(0, len(chunk), ZSTD_STEP_BYTES):
            rest = chunk[start : start + ZSTD_STEP_BYTES]
            while rest:
                if finished:
                    frame, finished = zstandard.ZstdDecompressor().decompressobj(), False
                yield frame.decompress(rest)
                rest, finished = frame.unused_data, frame.eof
    if not finished:
        raise EOFError("the end is missing")
