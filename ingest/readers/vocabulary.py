"""Vocabulary: a log's names of events, in GA4's words."""

from collections.abc import Mapping as Dictionary

import polars as pl

from ingest.events import EVENT_NAMES

ANY = "*"


def translate_names(names: pl.Series, words: Dictionary[str, str]) -> pl.Series:
    """Put GA4's word for each name that has one, and leave the others as they are.

    A word for the whole name goes before one for its beginning (`C*`), and a longer beginning before a shorter. A
    name that is GA4's already is not taken for a beginning.
    """
    beginnings = sorted((word for word in words if word.endswith(ANY)), key=lambda word: (-len(word), word))
    exact = {word: name for word, name in words.items() if word not in beginnings}
    if not beginnings:
        return names.replace(exact)
    value = pl.col(names.name)
    starts = [pl.when(value.str.starts_with(word[:-1])).then(pl.lit(words[word])) for word in beginnings]
    own = {name: name for name in EVENT_NAMES} | exact
    found = value.replace_strict(own, default=None, return_dtype=pl.String)
    return names.to_frame().select(pl.coalesce(found, *starts, value).alias(names.name)).to_series()
