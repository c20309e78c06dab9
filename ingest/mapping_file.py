"""The mapping file: its content checked, every fault told at once."""

from collections.abc import Iterable, Iterator
from collections.abc import Mapping as Dictionary
from datetime import UTC, datetime
from difflib import get_close_matches
from typing import get_type_hints
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec
import polars as pl

from ingest.events import CHANNELS, EVENT_NAMES
from ingest.mapping import FIELDS_OF, NEEDED_OF, Clock, Mapping
from ingest.refusals import BadInput

SOME_TIME = datetime(2026, 3, 2, 8, 5, 1, tzinfo=UTC)


def read_mapping(document: Dictionary[str, object], where: str) -> Mapping:
    """Check a mapping file's content and return it.

    Raises `BadInput` that names every fault at once.
    """
    keys, faults = _keep_readable(document, Mapping, "")
    mapping = msgspec.convert({"fields": {}, **keys}, Mapping)
    faults += _find_faults(mapping)
    if faults:
        raise BadInput("; ".join(faults), where, "Mend the mapping file (docs/mapping.md tells all keys).")
    return mapping


def suggest(name: str, known: Iterable[str]) -> str:
    """Say which of the known names comes near one that is not known, or nothing."""
    spelt = {word.lower(): word for word in known}
    near = [spelt[word] for word in get_close_matches(name.lower(), spelt, n=2)]
    return f" (did you mean {' or '.join(near)}?)" if near else ""


def _keep_readable(
    document: Dictionary[str, object], struct: type[Mapping | Clock], above: str
) -> tuple[dict[str, object], list[str]]:
    """Return the keys that are known and of the right type, and what is wrong with the others."""
    types, kept, faults = get_type_hints(struct), dict[str, object](), list[str]()
    for key, value in document.items():
        if key not in struct.__struct_fields__:
            faults.append(f"unknown key '{above}{key}'{suggest(key, struct.__struct_fields__)}")
        elif types[key] is Clock and isinstance(value, dict):
            kept[key], more = _keep_readable(value, Clock, f"{key}.")
            faults += more
        elif fault := _find_wrong_type(value, types[key]):
            faults.append(f"`{above}{key}` is wrong: {fault}")
        else:
            kept[key] = value
    return kept, faults


def _find_wrong_type(value: object, due: object) -> str | None:
    try:
        msgspec.convert(value, due)
    except msgspec.ValidationError as fault:
        return str(fault)
    return None


def _find_faults(mapping: Mapping) -> Iterator[str]:
    yield from _find_wrong_fields(mapping)
    yield from _find_wrong_names(mapping)
    yield from _find_wrong_table(mapping)
    yield from _find_wrong_clock(mapping.time)


def _find_wrong_fields(mapping: Mapping) -> Iterator[str]:
    known = FIELDS_OF[mapping.into]
    for name in dict.fromkeys([*mapping.fields, *mapping.defaults]):
        if name not in known:
            yield f"unknown field {name!r}{suggest(name, known)}"
        elif name in mapping.fields and "" in (mapping.list_columns(name) or [""]):
            yield f"the field {name!r} names no column"
    for group in NEEDED_OF[mapping.into]:
        if not set(group) & set(mapping.fields):
            yield f"no column for {' or '.join(group)}"
    if {"url", "location"} <= set(mapping.fields):
        yield "`url` and `location` both say where a visitor is: map one of them"


def _find_wrong_names(mapping: Mapping) -> Iterator[str]:
    for name in dict.fromkeys([*mapping.names.values(), mapping.defaults.get("name")]):
        if mapping.into == "events" and name is not None and name not in EVENT_NAMES:
            yield f"unknown event name {name!r}{suggest(name, EVENT_NAMES)}"
    for channel in dict.fromkeys([mapping.channel, mapping.defaults.get("channel")]):
        if channel not in (None, *CHANNELS):
            yield f"unknown channel {channel!r}; it is one of {', '.join(CHANNELS)}"


def _find_wrong_table(mapping: Mapping) -> Iterator[str]:
    if not mapping.has_header and not mapping.columns:
        yield "`columns` is needed where `header` is false"
    if twice := sorted({name for name in mapping.columns if mapping.columns.count(name) > 1}):
        yield f"`columns` names {', '.join(twice)} twice"
    if mapping.columns and (missing := mapping.need_columns(mapping.columns)):
        yield from (f"`columns` has no {name!r}{suggest(name, mapping.columns)}" for name in missing)
    if mapping.separator is not None and (not mapping.separator or set(mapping.separator) & set('"\r\n')):
        yield "`separator` must be one sign or more, and no quote or line break"
    if mapping.explode is not None and not any(
        f"{column}.".startswith(f"{mapping.explode}.") for column in mapping.read_columns()
    ):
        yield f"no field reads {mapping.explode!r}, the list to explode"


def _find_wrong_clock(clock: Clock) -> Iterator[str]:
    if not _is_zone(clock.zone):
        yield f"unknown time zone {clock.zone!r}"
    if clock.format is not None and clock.unit != "iso":
        yield "`time.unit` and `time.format` both say how a time is written: give one of them"
    if clock.format is not None and not _reads_back(clock.format):
        yield f"`time.format` {clock.format!r} does not make a time of what it writes"


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return False
    return True


def _reads_back(signs: str) -> bool:
    """Try a format of strptime: what it writes of a moment, it must read as one, to the day at least."""
    try:
        written = pl.Series([SOME_TIME]).dt.strftime(signs)
        read = written.str.to_datetime(signs, time_unit="us", strict=False).to_list()[0]
    except (pl.exceptions.PolarsError, ValueError):
        return False
    return bool(read) and read.date() == SOME_TIME.date()
