"""Identity: people are known by pseudonyms, and no text we keep shows a phone number."""

from collections.abc import Iterable
from typing import Literal, Protocol

import polars as pl

from ingest.distinct import judge_distinct

PHONE = r"1[3-9]\d{9}"
"""A mobile number of the Chinese numbering plan."""
LOGIN_PARAMETER = (
    r"(?i)\b((?:access_|refresh_|id_)?token|passw(?:or)?d|pwd|secret|session(?:_?id)?|sid|auth|api_?key|sign(?:ature)?)"
    r"=[^&\s\"]+"
)
"""A parameter of a URL that lets its bearer in."""


class Pseudonym(Protocol):
    """A keyed, one-way name for something that must not be known again without the key.

    It gives the spellings of one phone number (+86 138…, 0086138…, 138-0000-0000) one name.
    """

    def __call__(self, kind: Literal["visitor", "customer", "event", "source"], raw: str) -> str:
        """Return the pseudonym of a raw value; the same kind and value always give the same one."""


def pseudonymize(records: pl.DataFrame, pseudonym: Pseudonym) -> pl.DataFrame:
    """Replace the raw `visitor` and `customer` by the pseudonyms `visitor_id` and `customer_id`.

    A record without a visitor takes its customer for one. Each distinct value is hashed once; an empty one, or the
    log's sign for one, is nobody.
    """
    visitors = _hash(records["visitor"], "visitor", pseudonym)
    unseen = visitors.is_null()
    if unseen.any():
        visitors = visitors.zip_with(~unseen, _hash(records["customer"], "visitor", pseudonym))
    customers = _hash(records["customer"], "customer", pseudonym)
    return records.drop("visitor", "customer").with_columns(visitor_id=visitors, customer_id=customers)


def hide_phones(event_ids: pl.Series, pseudonym: Pseudonym) -> pl.Series:
    """Hash those of a tracker's own event ids that show a phone number, and leave the others as they are."""
    telling = event_ids.str.contains(PHONE).fill_null(False)
    return event_ids.zip_with(~telling, _hash(event_ids, "event", pseudonym)) if telling.any() else event_ids


def redact(records: pl.DataFrame, columns: Iterable[str]) -> pl.DataFrame:
    """Put <phone> where a phone number stands in these columns, with or without the country code.

    A run of other digits that happens to hold one (a time in milliseconds, say) is left alone.
    """
    telling = [column for column in columns if records[column].str.contains(PHONE).any()]
    return records.with_columns(redact_phones(pl.col(column)) for column in telling)


def redact_phones(text: pl.Expr) -> pl.Expr:
    """Put <phone> where a phone number stands in a text."""
    shown, hidden = rf"(^|\D)(?:86)?{PHONE}(\D|$)", "${1}<phone>${2}"
    return text.str.replace_all(shown, hidden).str.replace_all(shown, hidden)  # twice: neighbours share a sign


def redact_secrets(text: pl.Expr) -> pl.Expr:
    """Put <secret> where a parameter bears a password, a token or a session's key."""
    return text.str.replace_all(LOGIN_PARAMETER, "${1}=<secret>")


def _hash(values: pl.Series, kind: Literal["visitor", "customer", "event"], pseudonym: Pseudonym) -> pl.Series:
    def hash_each(distinct: pl.Series) -> pl.DataFrame:
        tidy = ("" if raw is None else raw.strip() for raw in distinct)
        hashed = [pseudonym(kind, raw) if raw not in ("", "-") else None for raw in tidy]
        return pl.DataFrame({"id": pl.Series(hashed, dtype=pl.String)})

    return judge_distinct(values, hash_each)["id"]
