"""Rotation: a new key on top of the others, and every pseudonym that is kept hashed on with it."""

import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import polars as pl

from echannel.drain import drain_spool
from echannel.people.keys import Key, KeyedPseudonym, find_key, find_next, make_key, own_keys, read_keys, write_keys
from echannel.people.pseudonyms import TOKEN, chain
from echannel.people.published import change_people
from echannel.sessions.refresh import refresh_sessions
from echannel.workspace import Workspace, open_workspace_with
from lake import TABLES, delete_rows, rewrite_rows, wipe
from serving import sync_folder

MARK = "echannel/keys"
"""The application whose number tells how many keys the ids of a table were made with, once that was ever changed."""
REKEYED = ("events", "orders", "identity", "erased", "quarantine")
"""Tables whose ids are hashed on; sessions are made of events anew."""
HASHED = {
    "visitor_id": r"^[vc][0-9a-f]{32}$",
    "customer_id": r"^[vc][0-9a-f]{32}$",
    "person_id": r"^[vc][0-9a-f]{32}$",
    "event_id": r"^e[0-9a-f]{32}(#|$)",
}
"""Columns that hold hashes, and what those look like; an event id does where it showed a phone number."""
TOKEN_BYTES = re.compile(TOKEN.pattern.encode())

Rename = Callable[[str], str]


def rotate_keys(lake: Path, settings: Path | None, now: datetime | None = None) -> tuple[Key, ...]:
    """Put a new key on top of the others and hash on whatever was made with these; return all keys.

    No raw value is needed: today's hash is hashed again. Ids of lines, and of logs, are made with the first key alone
    and stay, so that logs read again are known again. What is published loses its people until the next build.
    Nobody else may be at work meanwhile: raises `Stop` where anybody is, a server say. Killed anywhere, run it again:
    the keys wait beside their file, each table tells whether it is done, and until the end nobody makes pseudonyms.
    """
    file = find_key(lake)
    with own_keys(file) as keys:
        space = open_workspace_with(lake, settings, KeyedPseudonym(*(key.secret for key in keys)))
        if not find_next(file).exists():
            drain_spool(space, now or datetime.now(UTC))
            _prepare(file, keys)
        after = read_keys(find_next(file))
        _rekey_lake(space, KeyedPseudonym(*(key.secret for key in after)), after)
        change_people(space.serving_folder, lambda _: None)
        wipe(space.lake)
        find_next(file).replace(file)
        sync_folder(file.parent)
    return after


def _prepare(file: Path, keys: Sequence[Key]) -> None:
    """Write the keys that are to be: whole, or not at all."""
    draft = file.with_name(f"{file.name}.draft")
    write_keys(draft, [*keys, make_key(keys)])
    draft.replace(find_next(file))
    sync_folder(file.parent)


def _rekey_lake(space: Workspace, pseudonym: KeyedPseudonym, keys: Sequence[Key]) -> None:
    """Hash on the ids of every table that is not done yet, and cut the sessions anew."""
    lake = space.lake
    rename = partial(chain, (keys[-1].secret,))
    makers = dict.fromkeys(REKEYED, partial(_rekey, rename=rename)) | {
        "quarantine": partial(_rekey_lines, rename=rename),
        "erased": partial(_seal_anew, before=space.pseudonym, after=pseudonym, rename=rename),
    }
    for name in REKEYED:
        if lake.mark(name, MARK) != len(keys):
            every = pl.col(TABLES[name].near).is_not_null()
            rewrite_rows(lake, name, every, makers[name], marks={MARK: len(keys)})
    for name in ("sessioned", "sessions"):
        delete_rows(lake, name, pl.col("session_id").is_not_null())
    refresh_sessions(lake, space.settings)


def _rekey(rows: pl.LazyFrame, rename: Rename) -> pl.LazyFrame:
    """Hash on the ids in the columns that hold any."""
    columns = HASHED.keys() & set(rows.collect_schema().names())
    return rows.with_columns(_rename(rows, name, rename) for name in sorted(columns))


def _rename(rows: pl.LazyFrame, name: str, rename: Rename) -> pl.Expr:
    """Give each distinct id its new name; a letter stands before the hash, and perhaps a number behind it."""
    old = rows.select(name).filter(pl.col(name).str.contains(HASHED[name])).unique().collect().to_series()
    new = [f"{hashed[0]}{rename(hashed[1:33])}{hashed[33:]}" for hashed in old]
    return pl.col(name).replace(old, pl.Series(new, dtype=pl.String))


def _rekey_lines(rows: pl.LazyFrame, rename: Rename) -> pl.LazyFrame:
    """Hash on the tokens in quarantined lines."""

    def replace(token: re.Match[bytes]) -> bytes:
        return f"<id:{rename(token[1].decode())}>".encode()

    lines = rows.collect()
    raw = pl.Series([TOKEN_BYTES.sub(replace, line) for line in lines["raw"]], dtype=pl.Binary)
    return lines.with_columns(raw=raw).lazy()


def _seal_anew(rows: pl.LazyFrame, before: KeyedPseudonym, after: KeyedPseudonym, rename: Rename) -> pl.LazyFrame:
    """Hash on who was erased: their marks can be opened with the key, and sealed with the next."""
    marks = rows.collect()
    sealed = {
        name: pl.Series([after("seal", rename(before("unseal", mark))) for mark in marks[name]], dtype=pl.String)
        for name in ("mark", "of")
    }
    return marks.with_columns(**sealed).lazy()
