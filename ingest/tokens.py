"""Tokens: text that will be read again names people without showing who they are."""

import polars as pl

from ingest.identity import PHONE, Pseudonym


def tokenize_phones(text: pl.Series, pseudonym: Pseudonym) -> pl.Series:
    """Put a token for each phone number in each text, its country code with it; nulls stay.

    Read again, the token counts as the number it stands for: ids and pseudonyms come out the same. Only texts that
    may hold a number are looked at closely.
    """
    telling = text.str.contains(PHONE).fill_null(False)
    if not telling.any():
        return text
    hidden = [pseudonym("text", shown) for shown in text.filter(telling)]
    return text.scatter(telling.arg_true(), pl.Series(hidden, dtype=pl.String))
