"""Identity: people are known by pseudonyms, and no text we keep for good shows a phone number."""

from collections.abc import Iterable
from typing import Literal, Protocol

import polars as pl

from ingest.distinct import judge_distinct

PHONE = r"1[3-9]\d{9}"
"""A mobile number of the Chinese numbering plan. In groups of digits it is not looked for: ids of other things, and
columns of numbers, look the same."""
BEFORE_PHONE = r"(^|%[0-9A-Fa-f]{2}|\D)((?:\+86|0086)[ -]?|86-?)?"
"""What stands before one: a sign that is no digit, or an escaped one, and the country code. No digit follows it.

In a run of other digits that happens to hold one (a time in milliseconds, say) there is no number.
"""
SPELT_PHONE = rf"{BEFORE_PHONE}{PHONE}(\D|$)"
TOKEN = r"<id:[0-9a-f]{32}>"  # noqa: S105 (what stands for a person in text, not what lets one in)
"""What stands for a phone number or login in text that will be read again: `pseudonym("token", raw)`."""
LOGIN_PARAMETER = (
    r"(?i)\b((?:access_|refresh_|id_)?token|passw(?:or)?d|pwd|secret|session(?:_?id)?|sid|auth|api_?key|sign(?:ature)?)"
    r"=[^&\s\"]+"
)
"""A parameter of a URL that lets its bearer in."""
LOGIN_FIELD = (
    r"(?i)(\"(?:(?:access_|refresh_|id_)?token|passw(?:or)?d|pwd|secret|api_?key|authorization)\"\s*:\s*)"
    r"\"(?:[^\"\\]|\\.)*\""
)
"""A field of JSON that does. What a log's mapping may take for a visitor, a session's key, is none of them."""

Kind = Literal["visitor", "customer", "event", "token", "text", "seal", "unseal", "source", "line"]


class Pseudonym(Protocol):
    """A keyed, one-way name for something that must not be known again without the key.

    One keyed hash of the raw value serves every kind, so that one search for it finds all that is known of a person:
    `visitor`, `customer`, `event` and `token` are it, with a letter before or as `<id:…>`, and a raw value that is
    such a token counts as what it stands for. It gives the spellings of one phone number (+86 138…, 0086138…,
    138-0000-0000) one name. `text` returns a text with a token for every phone number in it; `seal` hides
    a hash so that only the key tells whose it is, and `unseal` tells it. `source` and `line` name
    no person: they tell logs and lines apart, stay as they are when the key is changed, and see no difference between
    two phone numbers.
    """

    def __call__(self, kind: Kind, raw: str) -> str:
        """Return the pseudonym of a raw value; the same kind and value always give the same one."""


def pseudonymize(records: pl.DataFrame, pseudonym: Pseudonym) -> pl.DataFrame:
    """Replace the raw `visitor` and `customer` by the pseudonyms `visitor_id` and `customer_id`.

    A record without a visitor takes its customer for one. Each distinct value is hashed once; an empty one, or the
    log's sign for one, is nobody. `visitor_mark` tells visitors apart within a log, for the ids of its lines: it
    stays as it is when the key is changed.
    """
    visitors = _hash(records["visitor"], ("visitor", "line"), pseudonym)
    customers = _hash(records["customer"], ("customer",), pseudonym)["customer"]
    unseen = visitors["visitor"].is_null()
    if unseen.any():
        instead = _hash(records["customer"], ("visitor", "line"), pseudonym)
        visitors = visitors.select(column.zip_with(~unseen, instead[column.name]) for column in visitors)
    return records.drop("visitor", "customer").with_columns(
        visitor_id=visitors["visitor"], customer_id=customers, visitor_mark=visitors["line"]
    )


def hide_phones(event_ids: pl.Series, pseudonym: Pseudonym) -> pl.Series:
    """Hash those of a tracker's own event ids that show a phone number, and leave the others as they are."""
    telling = event_ids.str.contains(f"{PHONE}|{TOKEN}").fill_null(False)
    if not telling.any():
        return event_ids
    return event_ids.zip_with(~telling, _hash(event_ids, ("event",), pseudonym)["event"])


def redact(records: pl.DataFrame, columns: Iterable[str]) -> pl.DataFrame:
    """Put <phone> for every phone number and token in these columns, and <secret> for what lets its bearer in."""
    return records.with_columns(_redact(records[column]) for column in columns)


def redact_phones(text: pl.Expr) -> pl.Expr:
    """Put <phone> where a phone number stands in a text, or a token, which mostly is one."""
    hidden = "${1}<phone>${3}"
    once = text.str.replace_all(TOKEN, "<phone>").str.replace_all(SPELT_PHONE, hidden)
    return once.str.replace_all(SPELT_PHONE, hidden)  # twice: neighbours share a sign


def redact_secrets(text: pl.Expr) -> pl.Expr:
    """Put <secret> where a parameter or a field bears a password, a token or a session's key."""
    return text.str.replace_all(LOGIN_PARAMETER, "${1}=<secret>").str.replace_all(LOGIN_FIELD, '${1}"<secret>"')


_TELLING = f"{SPELT_PHONE}|{TOKEN}|{LOGIN_PARAMETER}|{LOGIN_FIELD}"


def _redact(text: pl.Series) -> pl.Series:
    """Redact the few texts that tell anything, and leave the others alone."""
    if text.null_count() == len(text):
        return text
    telling = text.str.contains(_TELLING).fill_null(False)
    if not telling.any():
        return text
    shown = pl.DataFrame({"text": text.filter(telling)})
    hidden = shown.select(redact_secrets(redact_phones(pl.col("text")))).to_series()
    return text.scatter(telling.arg_true(), hidden)


def _hash(values: pl.Series, kinds: tuple[Kind, ...], pseudonym: Pseudonym) -> pl.DataFrame:
    """Return a column of pseudonyms for each kind; a value that is nobody has none."""

    def hash_each(distinct: pl.Series) -> pl.DataFrame:
        tidy = [None if raw is None or (text := raw.strip()) in ("", "-") else text for raw in distinct]
        named = {kind: [None if raw is None else pseudonym(kind, raw) for raw in tidy] for kind in kinds}
        return pl.DataFrame(named, schema=dict.fromkeys(kinds, pl.String))

    return judge_distinct(values, hash_each)
