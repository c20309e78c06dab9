"""Unpacking: gzip, whatever was said about it, and never more than there is room for."""

import contextlib
import zlib

GZIP_MAGIC = b"\x1f\x8b"
GZIP = 16 + zlib.MAX_WBITS
STEP = 16_384
"""Bytes unpacked at a time."""


class TooLargeError(ValueError):
    """More than may be unpacked."""


class UnreadableError(ValueError):
    """Something that cannot be opened; `opened` is as much of it as can be read."""

    def __init__(self, opened: bytes) -> None:
        super().__init__("this cannot be opened")
        self.opened = opened


def unpack(content: bytes, most_bytes: int) -> bytes:
    """Unpack gzip, told by its first bytes, member after member; anything else is returned as it is.

    Raises TooLargeError beyond `most_bytes`, and UnreadableError with what could be read where it is torn.
    """
    plain = bytearray()
    rest = content
    if not content.startswith(GZIP_MAGIC):
        _measure(len(content), most_bytes)
        return content
    while rest.startswith(GZIP_MAGIC):
        rest = _unpack_member(rest, plain, most_bytes)
    if rest.strip(b"\0"):
        raise UnreadableError(bytes(plain))
    return bytes(plain)


def _unpack_member(content: bytes, plain: bytearray, most_bytes: int) -> bytes:
    """Add one member to what is plain already, and return what follows it."""
    member = zlib.decompressobj(GZIP)
    for start in range(0, len(content), STEP):
        part = content[start : start + STEP]
        before = member.copy()
        try:
            plain += member.decompress(part, most_bytes + 1 - len(plain))
        except zlib.error:
            raise UnreadableError(bytes(plain) + _read_on(before, part, most_bytes - len(plain))) from None
        _measure(len(plain), most_bytes)
        if member.eof:
            return member.unused_data + content[start + STEP :]
    raise UnreadableError(bytes(plain))


def _read_on(member: "zlib._Decompress", part: bytes, most_bytes: int) -> bytes:
    """Read byte by byte up to where it is torn."""
    plain = bytearray()
    with contextlib.suppress(zlib.error):
        for place in range(len(part)):
            plain += member.decompress(part[place : place + 1])
            if len(plain) > most_bytes:
                break
    return bytes(plain[:most_bytes])


def _measure(size: int, most_bytes: int) -> None:
    if size > most_bytes:
        raise TooLargeError
