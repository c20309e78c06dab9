r"""Escapes: how servers write signs that would break their lines, `\"` and `\xE4`, turned back."""

import re

import polars as pl

ESCAPE = re.compile(rb"\\(?:x([0-9A-Fa-f]{2})|(.))")
CONTROL = re.compile(r"[\x00-\x1f\x7f]")
BYTES = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"v": b"\v", b"b": b"\b", b"f": b"\f"}


def turn_back(text: pl.Series) -> pl.Series:
    r"""Return the texts with the escapes of Apache and nginx turned back; a text without a backslash is as it was.

    Bytes that are not UTF-8, and controls, stay as they were written.
    """
    escaped = text.str.contains("\\", literal=True).fill_null(False)
    if not escaped.any():
        return text
    distinct = text.filter(escaped).unique()
    read = pl.Series([_turn_back(written) for written in distinct], dtype=pl.String)
    return text.replace(distinct, read)


def _turn_back(written: str) -> str:
    try:
        read = ESCAPE.sub(_read_escape, written.encode()).decode()
    except UnicodeDecodeError:
        return written
    return written if CONTROL.search(read) else read


def _read_escape(found: re.Match[bytes]) -> bytes:
    code, sign = found.groups()
    return bytes.fromhex(code.decode()) if code else BYTES.get(sign, sign)
