"""Settings: one TOML file, then the environment; a key that nobody knows is an error."""

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import TypeVar, cast

import msgspec

from echannel.exits import Exit, Stop

FILE_NAME = "echannel.toml"
PREFIX = "ECHANNEL_"
NOT_SETTINGS = frozenset({"ECHANNEL_LAKE", "ECHANNEL_SETTINGS", "ECHANNEL_TEST_DATA"})

Document = dict[str, object]
S = TypeVar("S", bound=msgspec.Struct)


def find_settings(given: Path | None, environment: Mapping[str, str] = os.environ) -> Path | None:
    """Return the settings file: the one given, else ECHANNEL_SETTINGS, else echannel.toml here, else none."""
    named = given or (Path(environment["ECHANNEL_SETTINGS"]) if "ECHANNEL_SETTINGS" in environment else None)
    if named is not None and not named.is_file():
        raise Stop(Exit.WRONG_USE, "there is no such file", str(named), "Check --settings or ECHANNEL_SETTINGS.")
    here = Path(FILE_NAME)
    return named or (here if here.is_file() else None)


def read_document(file: Path | None, environment: Mapping[str, str] = os.environ) -> Document:
    """Read the settings file and lay the environment over it: ECHANNEL_SESSIONS__PAUSE_MINUTES=20 sets one key."""
    document = read_toml(file, Exit.WRONG_USE) if file else {}
    for name, value in sorted(environment.items()):
        if name.startswith(PREFIX) and name not in NOT_SETTINGS:
            _set(document, name.removeprefix(PREFIX).lower().split("__"), _read_value(value), name)
    return document


def read_toml(file: Path, kind: Exit = Exit.BAD_INPUT) -> Document:
    """Read any TOML file; raises `Stop` with the line of the fault."""
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
        raise Stop(kind, f"this is not TOML: {fault}", str(file), "Mend the line it names.") from None
    except OSError as fault:
        raise Stop(kind, f"it cannot be read: {fault.strerror}", str(file), "Check the path and its rights.") from None


def convert_section(document: Document, section: str, kind: type[S], where: str) -> S:
    """Check one section of the settings, leaving the others unread."""
    return convert(document.get(section, {}), kind, f"{where} [{section}]")


def convert(document: object, kind: type[S], where: str) -> S:
    """Check a document against its type; raises `Stop` with the path of the fault."""
    try:
        return msgspec.convert(document, kind, strict=True)
    except msgspec.ValidationError as fault:
        raise Stop(Exit.WRONG_USE, str(fault), where, "See echannel.example.toml for every key and its unit.") from None


def _set(document: Document, path: list[str], value: object, name: str) -> None:
    *sections, key = path
    for section in sections:
        inner = document.setdefault(section, {})
        if not isinstance(inner, dict):
            raise Stop(Exit.WRONG_USE, f"{section} is no section", name, "See echannel.example.toml.")
        document = cast("Document", inner)
    document[key] = value


def _read_value(text: str) -> object:
    """Read `20`, `true` or `["a"]` as TOML does, and anything else as text."""
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        return text
