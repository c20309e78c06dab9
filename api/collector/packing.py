"""Packing: base64 as trackers and forms bring it, and what may be packed inside."""

import base64
import re

from api.requests.unpacking import UnreadableError, unpack

TO_STANDARD = str.maketrans("-_ ", "+/+", "\r\n")
"""URL-safe base64, the `+` that a form turns into a space, and broken lines."""
NO_BASE64 = re.compile(r"[^A-Za-z0-9+/]")


def open_base64(text: str) -> bytes:
    """Open base64 of either alphabet, padded or not; raises UnreadableError with what could be opened."""
    tidy = text.strip().translate(TO_STANDARD).rstrip("=")
    readable = NO_BASE64.sub("", tidy)
    if len(readable) % 4 == 1:
        readable = readable[:-1]
    opened = base64.b64decode(readable + "=" * (-len(readable) % 4))
    if readable != tidy:
        raise UnreadableError(opened)
    return opened


def open_packed(text: str, most_bytes: int) -> bytes:
    """Open what a form or query carries: JSON as it is, or in base64, perhaps packed before that.

    Raises as `unpack` does.
    """
    if text.lstrip()[:1] in ("{", "["):
        return text.encode()
    try:
        return unpack(open_base64(text), most_bytes)
    except UnreadableError as fault:
        raise UnreadableError(_unpack_rest(fault.opened, most_bytes)) from None


def _unpack_rest(opened: bytes, most_bytes: int) -> bytes:
    """Unpack as much as can be of what was torn."""
    try:
        return unpack(opened, most_bytes)
    except UnreadableError as fault:
        return fault.opened
