"""Identity: people are known by pseudonyms, and no text we keep shows a phone number."""

from typing import Literal, Protocol

import polars as pl

PHONE = r"1[3-9]\d{9}"
"""A mobile number of the Chinese numbering plan."""


class Pseudonym(Protocol):
    """A keyed, one-way name for something that must not be known again without the key."""

    def __call__(self, kind: Literal["visitor", "customer", "event", "source"], raw: str) -> str:
        """Return the pseudonym of a raw value; the same kind and value always give the same one."""


def pseudonymize(records: pl.DataFrame, pseudonym: Pseudonym) -> pl.DataFrame:
    """Replace `visitor` and `customer` by `visitor_id` and `customer_id`, and hide phone numbers in tracker ids.

    A record without a visitor takes its customer for one. Each distinct value is hashed once.
    """
    named = records.with_columns(customer=_tidy("customer")).with_columns(
        visitor=pl.coalesce(_tidy("visitor"), "customer")
    )
    return named.with_columns(
        visitor_id=_hash(named["visitor"], "visitor", pseudonym),
        customer_id=_hash(named["customer"], "customer", pseudonym),
        event_id=_hash_phones(named["event_id"], pseudonym),
    ).drop("visitor", "customer")


def redact(text: pl.Expr) -> pl.Expr:
    """Put <phone> where a phone number stands, with or without the country code, between other digits never."""
    shown = rf"(^|\D)(?:86)?{PHONE}(\D|$)"
    return text.str.replace_all(shown, "${1}<phone>${2}").str.replace_all(shown, "${1}<phone>${2}")


def has_phone(text: pl.Expr) -> pl.Expr:
    """Tell whether a text shows a phone number."""
    return text.str.contains(rf"(^|\D)(?:86)?{PHONE}(\D|$)")


def _tidy(column: str) -> pl.Expr:
    """Bring the spellings of one phone number together: +86 138…, 0086138…, 138-0000-0000."""
    value = pl.col(column).str.strip_chars().replace(["", "-"], None)
    digits = value.str.replace_all(r"[\s-]", "")
    phone = digits.str.extract(rf"^(?:\+?86|0086)?({PHONE})$")
    return pl.coalesce(phone, value)


def _hash(values: pl.Series, kind: Literal["visitor", "customer", "event"], pseudonym: Pseudonym) -> pl.Series:
    distinct = values.unique().drop_nulls()
    hashed = pl.Series([pseudonym(kind, raw) for raw in distinct], dtype=pl.String)
    return values.replace_strict(distinct, hashed, default=None, return_dtype=pl.String)


def _hash_phones(event_ids: pl.Series, pseudonym: Pseudonym) -> pl.Series:
    telling = event_ids.to_frame("id").select(has_phone(pl.col("id")).fill_null(False)).to_series()
    if not telling.any():
        return event_ids
    return event_ids.zip_with(~telling, _hash(event_ids, "event", pseudonym))
