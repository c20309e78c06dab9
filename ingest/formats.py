"""Formats: which reader fits a log, asked for by name or found by looking at its first lines."""

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import NamedTuple, cast

import dataframely as dy

from ingest.lines import Batch, Line, Rejected
from ingest.mapping import IDENTITY, Mapping, read_mapping
from ingest.readers.combined import read_combined, read_common
from ingest.readers.delimited import read_csv, read_header
from ingest.readers.gateway import read_gateway
from ingest.readers.mapped import check_columns, map_fields, name_column
from ingest.readers.ndjson import read_ndjson
from ingest.refusals import BadInput
from ingest.sources import Reader

SAMPLE_LINES = 1000
PLAIN: dict[str, Reader] = {"combined": read_combined, "common": read_common, "gateway": read_gateway}
FORMATS = (*PLAIN, "ndjson", "csv", "parquet")

Paired = Iterator[tuple[Batch, Reader]]


class Format(NamedTuple):
    """How a log is read."""

    name: str
    """A name of `FORMATS`, or the log_format string itself."""
    pair: Callable[[Iterable[Batch]], Paired]
    """Gives each batch the reader that fits it; lines that are headers or directives move to `blank`."""
    sure: float
    """Share of the head's lines that have its shape, from 0 to 1."""
    resumable: bool
    """Whether reading may go on in the middle of the log, knowing only its head."""
    notice: str = ""
    """What a person should know of the choice; empty where there is nothing to say."""


def choose_format(asked: str, head: Batch, mapping: Mapping | None, where: str, zone: str = "UTC") -> Format:  # noqa: ARG001
    """Choose how to read a log of which the first lines are given.

    `asked` is a name of `FORMATS`, or "auto". Raises `BadInput` where no format fits: what the log looks like, and
    what to do.
    """
    pair = _pair_by_name(asked, head, mapping, where)
    return Format(asked, pair, _measure(pair, head), resumable=True)


def _pair_by_name(asked: str, head: Batch, mapping: Mapping | None, where: str) -> Callable[[Iterable[Batch]], Paired]:
    if asked in PLAIN:
        return partial(_pair_all, read=PLAIN[asked])
    if asked == "ndjson":
        return partial(_pair_all, read=partial(read_ndjson, mapping=mapping or IDENTITY))
    if asked == "csv":
        return _pair_csv(head, mapping, where)
    if asked == "parquet":
        columns = [name.removeprefix(name_column("")) for name in head.lines.columns]
        return partial(_pair_all, read=partial(map_fields, mapping=_fit_mapping(mapping, columns, where)))
    raise BadInput(f"there is no format {asked!r}", where, f"Pass one of {', '.join(FORMATS)}.")


def _pair_all(batches: Iterable[Batch], read: Reader) -> Paired:
    return ((batch, read) for batch in batches)


def _pair_csv(head: Batch, given: Mapping | None, where: str) -> Callable[[Iterable[Batch]], Paired]:
    mapping = given or IDENTITY
    columns = mapping.columns
    if mapping.header and len(head.lines):
        columns = read_header(head.lines["text"][0], mapping.separator)
    read = partial(read_csv, columns=columns, mapping=_fit_mapping(given, columns, where))
    return partial(_pair_below_header, read=read) if mapping.header else partial(_pair_all, read=read)


def _pair_below_header(batches: Iterable[Batch], read: Reader) -> Paired:
    for batch in batches:
        rows = Line.cast(batch.lines.filter(batch.lines["line"] > 1))
        yield Batch(rows, batch.rejected, batch.blank + len(batch.lines) - len(rows)), read


def _fit_mapping(given: Mapping | None, columns: Iterable[str], where: str) -> Mapping:
    """Return the mapping given, checked against the columns; without one, columns that bear our names are taken."""
    if given is None:
        return read_mapping({"fields": {name: name for name in columns if name in IDENTITY.fields}}, where)
    check_columns(columns, given, where)
    return given


def _measure(pair: Callable[[Iterable[Batch]], Paired], head: Batch) -> float:
    """Return the share of the head's lines that a format reads; 1 where there is nothing to read."""
    sample = Batch(
        cast("dy.DataFrame[Line]", head.lines.head(SAMPLE_LINES)),
        cast("dy.DataFrame[Rejected]", head.rejected.head(SAMPLE_LINES)),
        blank=0,
    )
    read = [(batch, reader(batch.lines)) for batch, reader in pair([sample])]
    tried = sum(len(batch.lines) + len(batch.rejected) for batch, _ in read)
    return sum(int(rows["reason"].is_null().sum()) for _, rows in read) / tried if tried else 1.0
