"""Quoting: the fields of lines in which some stand in double quotes, all lines split at once."""

from collections.abc import Sequence

import polars as pl

from ingest.readers.columns import name_column

STAND_INS = ("\x1f", "\ue000", "\ue001", "\ue002")
"""Signs that may stand for a separator of several, where none of the lines holds them."""


def split_quoted(lines: pl.DataFrame, columns: Sequence[str], separator: str) -> pl.DataFrame:
    """Split lines into fields: in quotes a field may hold the separator, and a doubled quote is one.

    A quote elsewhere than at a field's beginning is an ordinary sign. `fault` is `bad_quotes` where the quotes of a
    line do not close, or something follows them, and `field_count` where there are more or fewer fields than columns.
    """
    sign = _choose_sign(lines["text"], separator)
    text = lines["text"] if sign == separator else lines["text"].str.replace_all(separator, sign, literal=True)
    begun = sign + text
    pieces = begun.str.extract_all(_find_field(sign))
    whole = pieces.list.eval(pl.element().str.len_bytes()).list.sum() == begun.str.len_bytes()
    right = pieces.list.len() == len(columns)
    fields = [
        _unquote(pieces.list.get(place, null_on_oob=True), sign, separator).alias(name_column(name))
        for place, name in enumerate(columns)
    ]
    fault = pl.when(~whole).then(pl.lit("bad_quotes")).when(~right).then(pl.lit("field_count"))
    return lines.select("line", "text", *fields, fault.alias("fault"))


def _choose_sign(text: pl.Series, separator: str) -> str:
    """Choose one sign to stand for the separator, which may be several."""
    if len(separator) == 1:
        return separator
    return next((sign for sign in STAND_INS if not text.str.contains(sign, literal=True).any()), STAND_INS[0])


def _find_field(sign: str) -> str:
    """Write the pattern of a separator and the field behind it."""
    escaped = f"\\x{{{ord(sign):x}}}"
    return rf'{escaped}(?:"(?:[^"]|"")*"|[^"{escaped}][^{escaped}]*|)'


def _unquote(piece: pl.Series, sign: str, separator: str) -> pl.Series:
    field = piece.str.slice(1)
    quoted = field.str.starts_with('"')
    inner = field.str.slice(1).str.strip_suffix('"').str.replace_all('""', '"', literal=True)
    plain = inner.zip_with(quoted, field)
    return plain if sign == separator else plain.str.replace_all(sign, separator, literal=True)
