"""Fields: what a question says, each field read by itself, so that all that is wrong is told at once."""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, NamedTuple, get_args

import msgspec
from msgspec.structs import FieldInfo

from api.messages import Fault
from api.requests.shapes import PLAIN_WORD


class Reading(NamedTuple):
    """The fields that could be read, and all that is wrong with the others."""

    values: dict[str, Any]
    faults: list[Fault]


def read_fields(
    given: Mapping[str, Any], kind: type[msgspec.Struct], place: str, read: Callable[[Any, FieldInfo], object]
) -> Reading:
    """Read what is given as the fields of a type; `place` comes before the name of each field that is at fault.

    Faults are told by the type's own words, never by what was given: unknown fields first, then those that are missing,
    then those that cannot be accepted, each by name. A tag is known and not read.
    """
    fields, known = list_fields(kind), _list_known(kind)
    reading = Reading({}, [Fault(place + name, _tell_known(known)) for name in _name_unknown(given, known)])
    for name in sorted(fields.keys() - given.keys()):
        if fields[name].required:
            reading.faults.append(Fault(place + name, f"Missing. {describe_field(fields[name].type)}"))
    for name in sorted(fields.keys() & given.keys()):
        try:
            reading.values[name] = read(given[name], fields[name])
        except msgspec.ValidationError:
            reading.faults.append(Fault(place + name, f"Not acceptable. {describe_field(fields[name].type)}"))
    return reading


@cache
def list_fields(kind: type[msgspec.Struct]) -> dict[str, FieldInfo]:
    """List the fields of a type by name; once, because it takes longer than an answer."""
    return {field.name: field for field in msgspec.structs.fields(kind)}


def describe_field(kind: Any) -> str:
    """Find what a field's type says about itself."""
    for part in (kind, *get_args(kind)):
        for note in getattr(part, "__metadata__", ()):
            if isinstance(note, msgspec.Meta) and note.description:
                return note.description
    return ""


def _list_known(kind: type[msgspec.Struct]) -> list[str]:
    """List the names that may be given, the tag first."""
    tag = kind.__struct_config__.tag_field
    return [*([tag] if tag else []), *list_fields(kind)]


def _name_unknown(given: Mapping[str, Any], known: list[str]) -> list[str]:
    """Name what is not known, as far as it may be said back; all that may not is one."""
    return sorted({name if PLAIN_WORD.fullmatch(name) else "(not shown)" for name in given.keys() - set(known)})


def _tell_known(known: list[str]) -> str:
    return f"Unknown. Known ones: {', '.join(known)}." if known else "Unknown. There are none here."
