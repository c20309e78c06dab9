"""The keys that pseudonyms are made with: kept outside the lake, the first made on first use."""

import fcntl
import os
import secrets
import stat
import tomllib
import weakref
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from echannel.exits import Exit, Stop
from echannel.people.pseudonyms import KeyedPseudonym

__all__ = [
    "Key",
    "KeyedPseudonym",
    "find_key",
    "find_next",
    "make_key",
    "open_pseudonym",
    "own_keys",
    "read_keys",
    "write_keys",
]

KEY_BYTES = 32
HEAD = """\
# The keys of echannel's pseudonyms, the latest last. All of them are needed: each hashes what the one before made.
# Without this file people become strangers; whoever has it and the lake can test whether a number is in it.
"""


class Key(NamedTuple):
    """One key, and what may be told of it."""

    id: str
    made_at: str
    """Day on which it was made."""
    secret: bytes


def find_key(lake: Path) -> Path:
    """Return where a lake's keys lie: beside the lake, never in it."""
    return lake.with_name(f"{lake.name}.key")


def find_next(file: Path) -> Path:
    """Return where the keys wait that are to take the place of those in a file."""
    return file.with_name(f"{file.name}.next")


def read_keys(file: Path) -> tuple[Key, ...]:
    """Read the keys, the latest last; make the first where there is none yet, for its owner's eyes only.

    Raises `Stop` where others may read the file or own it, or where it does not hold keys.
    """
    handle = _hold(file, fcntl.LOCK_SH)
    try:
        return _parse(handle, file)
    finally:
        os.close(handle)


def open_pseudonym(lake: Path) -> KeyedPseudonym:
    """Make the pseudonyms of a lake; as long as they are in use nobody can change its keys."""
    file = find_key(lake)
    handle = _hold(file, fcntl.LOCK_SH)
    try:
        _refuse_unfinished(file)
        pseudonym = KeyedPseudonym(*(key.secret for key in _parse(handle, file)))
    except BaseException:
        os.close(handle)
        raise
    weakref.finalize(pseudonym, os.close, handle)
    return pseudonym


@contextmanager
def own_keys(file: Path) -> Iterator[tuple[Key, ...]]:
    """Keep everybody else from making pseudonyms; raises `Stop` where somebody is doing so, a server say."""
    try:
        handle = _hold(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise Stop(
            Exit.REFUSED,
            "other commands or a server are at work with these keys",
            str(file),
            "Wait for them, stop the server, and run the command again.",
        ) from None
    try:
        yield _parse(handle, file)
    finally:
        os.close(handle)


def make_key(known: Sequence[Key] = ()) -> Key:
    """Make a key whose id no known one has."""
    return Key(f"key{len(known) + 1}", f"{datetime.now(UTC):%Y-%m-%d}", secrets.token_bytes(KEY_BYTES))


def write_keys(file: Path, keys: Sequence[Key]) -> None:
    """Write keys for their owner's eyes only; they are on the disk when this returns."""
    tables = [f'[[keys]]\nid = "{key.id}"\nmade_at = "{key.made_at}"\nkey = "{key.secret.hex()}"\n' for key in keys]
    file.unlink(missing_ok=True)
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as handle:
        handle.write("\n".join([HEAD, *tables]))
        handle.flush()
        os.fsync(handle.fileno())


def _hold(file: Path, kind: int) -> int:
    """Open the key file and lock it; where it was replaced meanwhile, the one in its place."""
    while True:
        if not file.exists():
            _make_first(file)
        handle = os.open(file, os.O_RDONLY)
        try:
            fcntl.flock(handle, kind)
            if os.path.samestat(os.fstat(handle), file.stat()):
                return handle
        except BaseException:
            os.close(handle)
            raise
        os.close(handle)


def _parse(handle: int, file: Path) -> tuple[Key, ...]:
    _refuse_others(os.fstat(handle), file)
    text = os.pread(handle, 1 << 20, 0).decode(errors="replace")
    try:
        found = [
            Key(table["id"], str(table["made_at"]), bytes.fromhex(table["key"]))
            for table in tomllib.loads(text)["keys"]
        ]
        if not found or any(len(key.secret) != KEY_BYTES for key in found):
            raise ValueError
    except (tomllib.TOMLDecodeError, KeyError, TypeError, ValueError):
        raise Stop(
            Exit.BAD_INPUT, "this is no key", str(file), "Restore it; with another key, people become strangers."
        ) from None
    return tuple(found)


def _refuse_others(told: os.stat_result, file: Path) -> None:
    """Refuse a file that others may read or write, or that belongs to somebody else; root may read everybody's."""
    if told.st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise Stop(Exit.BAD_INPUT, "others may read this key", str(file), f"Run: chmod 600 {file}")
    if os.geteuid() not in (told.st_uid, 0):
        raise Stop(
            Exit.BAD_INPUT, "this key belongs to somebody else", str(file), "Run the command as the key's owner."
        )


def _refuse_unfinished(file: Path) -> None:
    if find_next(file).exists():
        raise Stop(Exit.REFUSED, "a change of keys was cut short", str(file), "Run: echannel keys rotate")


def _make_first(file: Path) -> None:
    """Write the first key; where another process is faster, its key stays."""
    file.parent.mkdir(parents=True, exist_ok=True)
    fresh = file.with_name(f"{file.name}.{os.getpid()}.new")
    write_keys(fresh, [make_key()])
    try:
        os.link(fresh, file)
    except FileExistsError:
        pass
    finally:
        fresh.unlink()
