"""The pipe to the clerk: parcels of JSON, each with its length before it."""

import asyncio
from typing import BinaryIO

LENGTH_BYTES = 4
MOST_BYTES = 64 << 20
"""Largest parcel; a report of a hundred thousand rows needs a tenth."""


def pack(content: bytes) -> bytes:
    """Put the length before a parcel; raises ValueError for one that is too large."""
    if len(content) > MOST_BYTES:
        raise ValueError(f"{len(content):,} bytes are more than the pipe takes: {MOST_BYTES:,}.")
    return len(content).to_bytes(LENGTH_BYTES, "big") + content


async def fetch_parcel(stream: asyncio.StreamReader) -> bytes:
    """Wait for a parcel; raises `asyncio.IncompleteReadError` where the other end was closed."""
    return await stream.readexactly(int.from_bytes(await stream.readexactly(LENGTH_BYTES), "big"))


def read_parcel(stream: BinaryIO) -> bytes | None:
    """Wait for a parcel; None where the other end was closed."""
    length = stream.read(LENGTH_BYTES)
    if len(length) < LENGTH_BYTES:
        return None
    size = int.from_bytes(length, "big")
    content = stream.read(size)
    return content if len(content) == size else None


def write_parcel(stream: BinaryIO, content: bytes) -> None:
    """Write a parcel and send it off."""
    stream.write(pack(content))
    stream.flush()
