"""Columns: what a log calls its own, and whether it fits the mapping."""

from collections.abc import Iterable

import msgspec

from ingest.mapping import IDENTITY, Mapping
from ingest.mapping_file import read_mapping, suggest
from ingest.refusals import BadInput

PREFIX = "log "


def name_column(column: str) -> str:
    """Name a log's own column so that it cannot be taken for one of ours (`line`, `text`)."""
    return f"{PREFIX}{column}"


def list_own(columns: Iterable[str]) -> list[str]:
    """List the log's own among the columns of a table, by the names that the log gives them."""
    return [column.removeprefix(PREFIX) for column in columns if column.startswith(PREFIX)]


def check_columns(present: Iterable[str], mapping: Mapping, where: str) -> None:
    """Refuse a table that lacks a column without which no row can be used, naming all that are missing."""
    columns = set(present)
    if mapping.need_columns(columns):
        missing = sorted(set(mapping.read_columns()) - columns)
        raise BadInput(
            f"it has no column {', '.join(name + suggest(name, columns) for name in missing)}; "
            f"its columns are {', '.join(sorted(columns))}",
            where,
            "Mend the mapping's `fields`, or its `separator` and `header`.",
        )


def fit_mapping(given: Mapping | None, columns: Iterable[str], where: str) -> Mapping:
    """Return the mapping given, checked against the columns; without one, columns that bear our names are taken."""
    if given is None:
        return read_mapping({"fields": {name: name for name in columns if name in IDENTITY.fields}}, where)
    check_columns(columns, given, where)
    return given


def set_zone(mapping: Mapping, zone: str | None) -> Mapping:
    """Put a zone given by hand before the mapping's own."""
    return msgspec.structs.replace(mapping, time=msgspec.structs.replace(mapping.time, zone=zone)) if zone else mapping
