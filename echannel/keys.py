"""The key that pseudonyms are made with: kept outside the lake, made on first use."""

import os
import secrets
import stat
from pathlib import Path

from echannel.exits import Exit, Stop
from echannel.pseudonyms import KeyedPseudonym

KEY_BYTES = 32
__all__ = ["KeyedPseudonym", "find_key", "read_key"]


def find_key(lake: Path) -> Path:
    """Return where a lake's key lies: beside the lake, never in it."""
    return lake.with_name(f"{lake.name}.key")


def read_key(file: Path) -> bytes:
    """Read the key; make it where there is none yet, for its owner's eyes only.

    Raises `Stop` where others may read the file, or where it does not hold a key.
    """
    if not file.exists():
        _make_key(file)
    if file.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise Stop(Exit.BAD_INPUT, "others may read this key", str(file), f"Run: chmod 600 {file}")
    key = file.read_text().strip()
    if len(key) != 2 * KEY_BYTES or not all(sign in "0123456789abcdef" for sign in key):
        raise Stop(
            Exit.BAD_INPUT, "this is no key", str(file), "Restore it; with another key, people become strangers."
        )
    return bytes.fromhex(key)


def _make_key(file: Path) -> None:
    """Write a new key; where another process is faster, its key stays."""
    file.parent.mkdir(parents=True, exist_ok=True)
    fresh = file.with_name(f"{file.name}.{os.getpid()}.new")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as handle:
        handle.write(secrets.token_hex(KEY_BYTES) + "\n")
        handle.flush()
        os.fsync(handle.fileno())
    try:
        os.link(fresh, file)
    except FileExistsError:
        pass
    finally:
        fresh.unlink()
