"""Decoding: lines read as JSON all at once, and the broken ones found among them."""

import re
from collections.abc import Callable
from typing import Any, Optional

import msgspec
import polars as pl

Scalar = str | int | float | bool | None
SURROGATE = r"\\u[dD][89a-fA-F]"
LONE = re.compile(r"\\\\|\\u[dD][89abAB][\da-fA-F]{2}\\u[dD][c-fC-F][\da-fA-F]{2}|\\u[dD][89a-fA-F][\da-fA-F]{2}")
SEVERAL = r"(?:\}|null)\s*,\s*(?:\{|null)"
"""Stands in every line of several documents, and in some of one."""
REPLACEMENT = r"\ufffd"
BYTE_ORDER_MARK = "\ufeff"


def tidy_text(text: pl.Series) -> pl.Series:
    """Take off what stands before a document in a file put together, and put U+FFFD for half a surrogate pair."""
    bare = text.str.strip_prefix(BYTE_ORDER_MARK)
    halved = bare.str.contains(SURROGATE)
    if not halved.any():
        return bare
    mended = [LONE.sub(_mend, line) for line in bare.filter(halved)]
    return bare.scatter(halved.arg_true(), pl.Series(mended, dtype=pl.String))


def decode_lines(text: pl.Series, shape: pl.DataType) -> pl.DataFrame:
    """Decode lines into `document`, a struct of text; `fault` is `bad_json` or `not_a_value` where there is none.

    All lines are decoded at once. Only where one of them is broken is each looked at, and only the sound ones are
    decoded again.
    """
    try:
        document = decode_all(text, shape)
    except pl.exceptions.ComputeError:
        return _decode_sound(text, shape)
    fault = pl.when(pl.col("document").is_null()).then(pl.lit("bad_json"))
    return document.to_frame("document").with_columns(fault=fault)


def decode_all(text: pl.Series, shape: pl.DataType) -> pl.Series:
    """Decode lines of one document each. Raises polars' `ComputeError` where one is broken.

    polars takes lines for one list: one of them may hold several documents, and several of them one.
    """
    document = text.str.json_decode(shape)
    doubtful = text.filter(text.str.contains(SEVERAL))
    if len(document) != len(text) or (len(doubtful) and any(map(_make_look(shape), doubtful))):
        raise pl.exceptions.ComputeError("a line holds more than one document, or part of one")
    return document.alias("document")


def _decode_sound(text: pl.Series, shape: pl.DataType) -> pl.DataFrame:
    look = _make_look(shape)
    fault = pl.Series("fault", [look(line) for line in text], dtype=pl.String)
    sound = fault.is_null().arg_true()
    document = _decode_halves(text.gather(sound), shape)
    place = pl.Series([None], dtype=pl.Int64).new_from_index(0, len(text)).scatter(sound, range(len(sound)))
    found = document.gather(place).alias("document")
    return pl.DataFrame([found, fault]).with_columns(
        fault=pl.when(pl.col("document").is_null()).then(pl.coalesce("fault", pl.lit("bad_json")))
    )


def _decode_halves(text: pl.Series, shape: pl.DataType) -> pl.Series:
    """Decode lines that look sound; where polars finds fault with one all the same (deep nesting), that one is null."""
    try:
        return decode_all(text, shape)
    except pl.exceptions.ComputeError:
        if len(text) == 1:
            return pl.Series("document", [None], dtype=shape)
        middle = len(text) // 2
        return _decode_halves(text[:middle], shape).append(_decode_halves(text[middle:], shape))


def _make_look(shape: pl.DataType) -> Callable[[str], str | None]:
    decoder = msgspec.json.Decoder(_describe(shape))

    def look(line: str) -> str | None:
        try:
            decoder.decode(line)
        except msgspec.ValidationError:
            return "not_a_value" if line.lstrip()[:1] == "{" else "bad_json"
        except (msgspec.DecodeError, ValueError):
            return "bad_json"
        except RecursionError:
            return None
        return None

    return look


def _describe(shape: object) -> Any:
    """Describe a shape to msgspec: what polars decodes, it lets pass."""
    if isinstance(shape, pl.Struct):
        members = [(f"m{at}", Optional[_describe(field.dtype)], None) for at, field in enumerate(shape.fields)]  # noqa: UP045
        names = {f"m{at}": field.name for at, field in enumerate(shape.fields)}
        return msgspec.defstruct("Document", members, rename=names)
    if isinstance(shape, pl.List):
        return list[Optional[_describe(shape.inner)]]  # type: ignore[misc]  # noqa: UP045
    return Scalar


def _mend(found: re.Match[str]) -> str:
    """Leave an escaped backslash and a whole pair; of a half make U+FFFD."""
    said = found.group()
    return REPLACEMENT if len(said) == len(REPLACEMENT) else said
