"""Redaction: nobody's number, login or address, and no secret, leaves memory in clear."""

import hashlib
import re
from collections.abc import Callable
from typing import cast
from urllib.parse import unquote

import msgspec

from api.collector.words import Meaning, judge_field

Pseudonym = Callable[[str, str], str]

LOGIN_PARAMETER = re.compile(
    r"(?i)\b((?:access_|refresh_|id_)?token|passw(?:or)?d|pwd|secret|session(?:_?id)?|sid|auth|api_?key|sign(?:ature)?)"
    r"=[^&\s\"]+"
)
"""A parameter of a URL that lets its bearer in."""
NAME = re.compile(
    r"(?:(?<![\w.$-])|(?<=%[0-9A-Fa-f][0-9A-Fa-f]))"
    r"([$A-Za-z][\w.$-]{0,40})(?:\\?[\"']|%22)?\s{0,9}(?::|=|%3[ADad])\s{0,9}(?:(\\?[\"'])|%22)?"
)
"""A name in a URL, or in JSON that could not be read, up to where its value begins. It starts with a word only: a text
of a million letters must not be tried at every one.
"""
QUOTED = re.compile(r"[^\"'\\]+")
BARE = re.compile(r"(?:(?!%26|%22)[^\"'\\&,;#\s{}\[\]<>])+")
PHONE_DIGITS = 11
LEAST_PHONE = 13_000_000_000
NUMBER_DIGITS = 7
"""Digits of what may be somebody's number; a field called `phone` with fewer names a thing on sale."""
DEEPEST = 40
LONGEST_ID = 256
"""Characters of an id; what is longer is hashed before it is remembered."""
NOBODY = frozenset(("", "-"))
SECRET = "<secret>"  # noqa: S105


class TooDeepError(ValueError):
    """An event with more floors than any tracker builds."""


class Redactor:
    """Puts tokens, `<id:…>`, for what tells a person; the same person gets the same one everywhere.

    `pseudonym` gives the token of an id ("token") and a text with tokens for all phone numbers ("text").
    `keep_addresses` says whether an address becomes a token too, or null.
    """

    def __init__(self, pseudonym: Pseudonym, *, keep_addresses: bool) -> None:
        self._pseudonym = pseudonym
        self._keep_addresses = keep_addresses

    def hide_event(self, event: dict[str, object]) -> dict[str, object]:
        """Hide whatever in an event tells a person or opens a door; raises TooDeepError."""
        return cast("dict[str, object]", self._hide(event, "", 0))

    def hide_address(self, address: str | None) -> str | None:
        """Make a token of an address, or nothing."""
        return self._hide_id(address) if address and self._keep_addresses else None

    def hide_text(self, text: str) -> str:
        """Hide numbers, and the values of parameters that name a person or a secret, in a text of any kind."""
        text = self._hide_phones(text)
        if "=" in text or ":" in text or "%3" in text:
            text = self._hide_named(LOGIN_PARAMETER.sub(rf"\1={SECRET}", text))
        return text

    def _hide_phones(self, text: str) -> str:
        return self._pseudonym("text", text) if len(text) >= PHONE_DIGITS and "1" in text else text

    def _hide(self, node: object, holder: str, depth: int) -> object:
        if depth > DEEPEST:
            raise TooDeepError
        if isinstance(node, str):
            return self._hide_string(node, depth)
        if isinstance(node, dict):
            fields = {name: self._hide_field(name, value, holder, depth) for name, value in node.items()}
            return {self._hide_phones(name): value for name, value in fields.items()}
        if isinstance(node, list):
            return [self._hide(part, holder, depth + 1) for part in node]
        return self._hide_number(node)

    def _hide_field(self, name: str, value: object, holder: str, depth: int) -> object:
        meaning = judge_field(name[:64], holder[:64])
        if meaning is None or value is None:
            return self._hide(value, name, depth + 1)
        return self._hide_meant(meaning, value, name, depth + 1)

    def _hide_meant(self, meaning: Meaning, value: object, name: str, depth: int) -> object:
        """Hide a value whose name says what it is; all that lies below is the same."""
        if depth > DEEPEST:
            raise TooDeepError
        if isinstance(value, dict):
            if meaning != "people":
                return self._hide(value, name, depth)
            inner = {key: self._hide_meant("person", part, key, depth + 1) for key, part in value.items()}
            return {self._hide_phones(key): part for key, part in inner.items()}
        if isinstance(value, list):
            return [self._hide_meant(meaning, part, name, depth + 1) for part in value]
        if isinstance(value, bool) or value is None:
            return value
        return self._hide_scalar(meaning, write_number(value) if isinstance(value, int | float) else str(value))

    def _hide_scalar(self, meaning: Meaning, text: str) -> str | None:
        if text.strip() in NOBODY:
            return text
        if meaning == "secret":
            return SECRET
        if meaning == "address":
            return self.hide_address(text)
        if meaning == "number" and sum(sign.isdigit() for sign in text) < NUMBER_DIGITS:
            return self.hide_text(text)
        return self._hide_id(text)

    def _hide_string(self, text: str, depth: int) -> str:
        """Hide what a text tells; in JSON within a text, what its fields tell."""
        if text[:1] in ("{", "["):
            try:
                inner = msgspec.json.decode(text)
            except (ValueError, RecursionError):
                return self.hide_text(text)
            return msgspec.json.encode(self._hide(inner, "", depth + 1)).decode()
        return self.hide_text(text)

    def _hide_number(self, node: object) -> object:
        if isinstance(node, bool) or not isinstance(node, int | float) or abs(node) < LEAST_PHONE:
            return node
        text = write_number(node)
        hidden = self._hide_phones(text)
        return node if hidden == text else hidden

    def _hide_named(self, text: str) -> str:
        """Hide the values that stand behind telling names."""
        parts: list[str] = []
        done = 0
        for found in NAME.finditer(text):
            meaning = judge_field(found[1]) if found.start() >= done else None
            value = (QUOTED if found[2] else BARE).match(text, found.end()) if meaning else None
            if meaning and value:
                parts += text[done : value.start()], self._hide_scalar(meaning, unquote(value[0])) or ""
                done = value.end()
        return "".join((*parts, text[done:])) if parts else text

    def _hide_id(self, raw: str) -> str:
        tidy = raw.strip()
        if len(tidy) > LONGEST_ID:
            tidy = hashlib.sha256(tidy.encode()).hexdigest()
        return self._pseudonym("token", tidy)


def write_number(value: float) -> str:
    """Write a number as an id is written: whole ones without a fraction."""
    whole = isinstance(value, float) and value.is_integer()
    return str(int(value)) if whole else str(value)
