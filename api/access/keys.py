"""Access keys: what callers of the API show. The file holds hashes; a key itself is told once and kept nowhere."""

import fcntl
import os
import re
import secrets
import stat
import tomllib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Literal, get_args

import msgspec

from serving import sync_folder

Scope = Literal["reports", "funnels", "people"]
"""What a key opens: reports reads and asks for them, funnels changes definitions, people names pseudonyms."""

SCOPES: tuple[Scope, ...] = get_args(Scope)
SECRET_BYTES = 32
"""256 bits, so that one hash without salt or stretching is enough: nobody can try them all."""
MARK = "ech_"
"""How a key begins, so that those who search texts for secrets find it."""
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
HEAD = "# Who may ask the API for what: echannel access add | list | revoke. Hashes only; the keys are nowhere.\n"


class AccessKey(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One key, as far as the file knows it."""

    name: str
    scopes: tuple[Scope, ...]
    made_at: str
    """Day on which it was made."""
    hash: str
    """SHA-256 of the key, in hexadecimal digits."""


class AccessFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The file of access keys."""

    keys: tuple[AccessKey, ...] = ()


class AccessError(ValueError):
    """A file of access keys, or a wish about it, that cannot be used: what, where, and how to go on."""

    def __init__(self, what: str, where: str, fix: str) -> None:
        self.what, self.where, self.fix = what, where, fix
        super().__init__(f"{where}: {what}. {fix}")


def hash_key(key: str) -> str:
    """Hash a key as the file keeps it."""
    return sha256(key.encode(errors="surrogatepass")).hexdigest()


def read_keys(file: Path) -> tuple[AccessKey, ...]:
    """Read the keys in the order in which they were made; none where there is no file.

    Raises `AccessError` where others may read or write the file, or own it, or where it does not hold keys.
    """
    if not file.exists():
        return ()
    handle = os.open(file, os.O_RDONLY)
    try:
        return _parse(handle, file)
    finally:
        os.close(handle)


def add_key(file: Path, name: str, scopes: Sequence[Scope], made_at: str) -> str:
    """Make a key, keep its hash, and return the key: nobody can tell it again. It is on the disk when this returns."""
    if not NAME.fullmatch(name):
        raise AccessError(f"{name!r} is no name", str(file), "Use letters, digits, dots, - and _, 64 at most.")
    if not scopes:
        raise AccessError("a key without a scope opens nothing", name, f"Add --scope {' or --scope '.join(SCOPES)}.")
    with _own(file) as known:
        if name in {key.name for key in known}:
            raise AccessError(f"there is a key {name} already", str(file), "Revoke it first, or choose another name.")
        key = MARK + secrets.token_urlsafe(SECRET_BYTES)
        kept = tuple(scope for scope in SCOPES if scope in scopes)
        _write(file, [*known, AccessKey(name, kept, made_at, hash_key(key))])
    return key


def revoke_key(file: Path, name: str) -> None:
    """Strike a key off; servers refuse it from their next question on."""
    with _own(file) as known:
        if name not in {key.name for key in known}:
            raise AccessError(f"there is no key {name}", str(file), "`echannel access list` names those there are.")
        _write(file, [key for key in known if key.name != name])


@contextmanager
def _own(file: Path) -> Iterator[tuple[AccessKey, ...]]:
    """Be the only one who changes the file, and yield the keys in it."""
    file.parent.mkdir(parents=True, exist_ok=True)
    lock = os.open(file.with_name(f"{file.name}.lock"), os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield read_keys(file)
    finally:
        os.close(lock)


def _write(file: Path, keys: Sequence[AccessKey]) -> None:
    """Replace the file whole, for its owner's eyes only."""
    fresh = file.with_name(f"{file.name}.unfinished")
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as handle:
        handle.write("\n".join([HEAD, *map(_describe, keys)]))
        handle.flush()
        os.fsync(handle.fileno())
    fresh.replace(file)
    sync_folder(file.parent)


def _describe(key: AccessKey) -> str:
    scopes = ", ".join(f'"{scope}"' for scope in key.scopes)
    return f'[[keys]]\nname = "{key.name}"\nscopes = [{scopes}]\nmade_at = "{key.made_at}"\nhash = "{key.hash}"\n'


def _parse(handle: int, file: Path) -> tuple[AccessKey, ...]:
    told = os.fstat(handle)
    if told.st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise AccessError("others may read or write these keys", str(file), f"Run: chmod 600 {file}")
    if os.geteuid() not in (told.st_uid, 0):
        raise AccessError("these keys belong to somebody else", str(file), "Run the command as their owner.")
    try:
        document = tomllib.loads(os.pread(handle, 1 << 20, 0).decode())
        return msgspec.convert(document, AccessFile).keys
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, msgspec.ValidationError):
        fix = "Restore the file, or remove it and make new keys."
        raise AccessError("these are no access keys", str(file), fix) from None
