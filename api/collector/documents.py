"""Documents: JSON as trackers really send it."""

import json
import re
from typing import Any

import msgspec

from api.requests.unpacking import UnreadableError

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
STRAY_BYTE = re.compile("[\udc80-\udcff]")


def read_document(content: bytes) -> Any:
    r"""Read JSON; raises UnreadableError.

    What real senders get wrong is mended: half an emoji, as JavaScript leaves it when it cuts a text, becomes U+FFFD,
    Python's NaN becomes null, and a byte that is no UTF-8 the text `\xb7`.
    """
    try:
        return msgspec.json.decode(content)
    except (msgspec.DecodeError, UnicodeDecodeError):
        pass
    except RecursionError:
        raise UnreadableError(content) from None
    try:
        return msgspec.json.decode(_mend(content))
    except (ValueError, RecursionError):
        raise UnreadableError(content) from None


def _mend(content: bytes) -> str:
    text = content.removeprefix(BYTE_ORDER_MARK).decode("utf-8", "surrogateescape")
    shown = STRAY_BYTE.sub(lambda byte: rf"\\x{ord(byte[0]) - 0xDC00:02x}", text)
    loose = json.dumps(json.loads(shown, parse_constant=lambda _: None), ensure_ascii=False)
    return loose.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def show_bytes(content: bytes) -> str:
    r"""Show any bytes as text; those that are no UTF-8 as `\xb7`."""
    return content.decode("utf-8", "backslashreplace")
