"""The key that pseudonyms are made with: kept outside the lake, made on first use."""

import functools
import hmac
import os
import re
import secrets
import stat
from pathlib import Path

from echannel.exits import Exit, Stop

KEY_BYTES = 32
REMEMBERED = 1 << 18
PHONE = re.compile(r"(?:\+?86|0086)?(1[3-9]\d{9})")
LONGEST_PHONE = 24
JOINTS = str.maketrans("", "", " -\t")
"""Signs that people put between the digits of a phone number."""
PSEUDONYM_BYTES = 16
"""128 bits: among 10⁹ people two share a pseudonym with a probability of 10⁻²¹."""


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


class KeyedPseudonym:
    """Pseudonyms by HMAC-SHA256 (RFC 2104), cut to 128 bits, as hexadecimal text.

    A plain hash of a phone number is undone in minutes, because there are only 5·10⁹ numbers; without the key this
    one is not. All spellings of one phone number (+86 138…, 0086138…, 138-0000-0000) have one pseudonym. The latest
    ones are remembered, because the same people come again and again.
    """

    def __init__(self, key: bytes) -> None:
        self._key = key
        self._remember = functools.lru_cache(maxsize=REMEMBERED)(self._make)

    def __call__(self, kind: str, raw: str) -> str:
        """Return the pseudonym of a raw value; the kinds keep a device and a login of one spelling apart."""
        return self._remember(kind, raw)

    def _make(self, kind: str, raw: str) -> str:
        if len(raw) <= LONGEST_PHONE and (phone := PHONE.fullmatch(raw.translate(JOINTS))):
            raw = phone[1]
        return hmac.digest(self._key, f"{kind}:{raw}".encode(), "sha256")[:PSEUDONYM_BYTES].hex()


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
