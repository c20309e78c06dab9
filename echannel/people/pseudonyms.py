"""Pseudonyms: what a person is called in everything that is kept. Needs no table library: the API makes them too."""

import functools
import re
from collections.abc import Iterator
from hashlib import sha256
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from _hashlib import HASH

REMEMBERED = 1 << 16
BLOCK_BYTES = 64
"""SHA-256 takes in as many at once; a key is no longer."""
PSEUDONYM_BYTES = 16
"""128 bits: among 10⁹ people two share a pseudonym with a probability of 10⁻²¹."""
LETTERS = {"visitor": "v", "customer": "c", "event": "e"}
LONGEST_PHONE = 24
JOINTS = str.maketrans("", "", " -\t")
"""Signs that people put between the digits of a phone number."""
PHONE = re.compile(r"(?:\+?86|0086)?(1[3-9]\d{9})")
PHONE_WITHIN = re.compile(r"1(?=([3-9]\d{9})(?!\d))")
"""Begins with the digit itself: what searches for one sign is fifteen times as fast as what searches for any."""
BEFORE_PHONE = re.compile(r"(^|%[0-9A-Fa-f]{2}|\D)((?:\+86|0086)[ -]?|86-?)?\Z")
LONGEST_BEFORE = 9
"""Signs before a number that may matter: an escaped one, the country code and its joint."""
TOKEN = re.compile(r"<id:([0-9a-f]{32})>")
SPELT_TOKEN = re.compile(rf"(?:\+?86|0086)?{TOKEN.pattern}")
"""A token in the place of a number that stood between joints: `-13800000001` is kept as `-<id:…>`."""
LONGEST_TOKEN = LONGEST_PHONE + 26
MASK = "<phone>"
ROUNDS = (0, 1, 2, 3)


class Name(NamedTuple):
    """What one raw value is called."""

    mark: str
    """Under the first key, all phone numbers alike: it tells lines apart, and a change of key leaves it as it is."""
    hash: str
    """Under the latest key: every pseudonym of a person is this, with a letter before it."""


class KeyedPseudonym:
    """Pseudonyms by HMAC-SHA256 (RFC 2104), cut to 128 bits, as hexadecimal text.

    A plain hash of a phone number is undone in minutes, because there are only 5·10⁹ numbers; without the key this
    one is not. All spellings of one phone number (+86 138…, 0086138…, 138-0000-0000) have one pseudonym. Of several
    keys each hashes what the one before made of a value: so what is stored can be hashed on, without the raw value.
    The latest names are remembered, because the same people come again and again.
    """

    def __init__(self, *keys: bytes) -> None:
        self._keys = keys
        self._remember = functools.lru_cache(maxsize=REMEMBERED)(functools.partial(_name, keys))

    def __call__(self, kind: str, raw: str) -> str:
        """Return a raw value's pseudonym: a letter for the kind and the hash, or `<id:…>` for `token`.

        `text` returns the text itself, with a token for every phone number in it; `source` and `question` return
        a text's mark under the first key; `seal` and `unseal` take hashes.
        """
        if kind in LETTERS:
            return LETTERS[kind] + self._remember(raw).hash
        if kind == "text":
            return "".join(_tokenize(self._keys, raw))
        if kind in ("source", "question"):
            return kind[0] + digest(self._keys[0], kind, raw)
        if kind in ("seal", "unseal"):
            return seal(self._keys[-1], raw, ROUNDS if kind == "seal" else ROUNDS[::-1])
        name = self._remember(raw)
        return name.mark if kind == "line" else f"<id:{name.hash}>"


def chain(keys: tuple[bytes, ...], name: str) -> str:
    """Hash with every key in turn: with the later keys only, it turns what the first has made into today's hash."""
    return functools.reduce(lambda made, key: digest(key, "id", made), keys, name)


def digest(key: bytes, use: str, text: str) -> str:
    """Hash with one key, for one use: 32 hexadecimal digits."""
    begun, ending = _begin(key)
    inner, outer = begun.copy(), ending.copy()
    inner.update(f"{use}:{text}".encode(errors="surrogatepass"))
    outer.update(inner.digest())
    return outer.digest()[:PSEUDONYM_BYTES].hex()


@functools.lru_cache(maxsize=16)
def _begin(key: bytes) -> tuple["HASH", "HASH"]:
    """Begin the inner and the outer hash of HMAC; going on from there takes half the time of the library's own."""
    padded = key.ljust(BLOCK_BYTES, b"\0")
    return sha256(bytes(byte ^ 0x36 for byte in padded)), sha256(bytes(byte ^ 0x5C for byte in padded))


def seal(key: bytes, known: str, rounds: tuple[int, ...] = ROUNDS) -> str:
    """Hide a hash of 32 hexadecimal digits in as many, by a Feistel network; with the rounds reversed, find it again.

    (Luby and Rackoff 1988: four rounds of a keyed hash cannot be told from a random permutation.)
    """
    left, right = known[: len(known) // 2], known[len(known) // 2 :]
    for number in rounds:
        mixed = int(left, 16) ^ int(digest(key, f"seal {number}", right)[: len(left)], 16)
        left, right = right, f"{mixed:0{len(left)}x}"
    return right + left


def _name(keys: tuple[bytes, ...], raw: str) -> Name:
    if "<id:" in raw and len(raw) <= LONGEST_TOKEN and (token := SPELT_TOKEN.fullmatch(raw.translate(JOINTS))):
        return Name(_mask(keys[0]), token[1])
    if len(raw) <= LONGEST_PHONE and (phone := PHONE.fullmatch(raw.translate(JOINTS))):
        return Name(_mask(keys[0]), chain(keys, str(int(phone[1]))))
    tidy = "".join(_tokenize(keys[:1], raw)) if PHONE_WITHIN.search(raw) else raw
    if "<id:" not in tidy:
        mark = chain(keys[:1], tidy)
        return Name(mark, chain(keys[1:], mark))
    return Name(chain(keys[:1], TOKEN.sub(MASK, tidy)), chain(keys, tidy))


@functools.lru_cache(maxsize=16)
def _mask(key: bytes) -> str:
    """Return the mark that all phone numbers have under a key."""
    return digest(key, "id", MASK)


def _tokenize(keys: tuple[bytes, ...], text: str) -> Iterator[str]:
    """Yield a text in pieces, a token in the place of each phone number; tokens stay, whatever digits they hold."""
    done = 0
    for token in TOKEN.finditer(text):
        yield from _hide_phones(keys, text[done : token.start()])
        yield token[0]
        done = token.end()
    yield from _hide_phones(keys, text[done:])


def _hide_phones(keys: tuple[bytes, ...], text: str) -> Iterator[str]:
    """Yield a text in pieces, a token in the place of each phone number and its country code."""
    done = 0
    for phone in PHONE_WITHIN.finditer(text):
        start = phone.start()
        before = BEFORE_PHONE.search(text, max(done, start - LONGEST_BEFORE), start)
        if before and start >= done:
            yield text[done : before.end(1)]
            yield f"<id:{chain(keys, str(int('1' + phone[1])))}>"
            done = phone.end(1)
    yield text[done:]
