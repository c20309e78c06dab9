"""Formats: which reader fits a log, asked for by name or found by looking at its first lines."""

from typing import NamedTuple, cast

import dataframely as dy

from ingest.lines import Batch, Line, Rejected
from ingest.mapping import Mapping
from ingest.readers.combined import read_combined, read_common
from ingest.readers.delimited import open_csv
from ingest.readers.gateway import open_gateway
from ingest.readers.ndjson import open_ndjson
from ingest.readers.pairing import Pair, pair_all
from ingest.readers.rows import open_rows
from ingest.refusals import BadInput
from ingest.sources import Reader

SAMPLE_LINES = 1000
PLAIN: dict[str, Reader] = {"combined": read_combined, "common": read_common}
MAPPED = {"gateway": open_gateway, "ndjson": open_ndjson, "csv": open_csv, "parquet": open_rows}
FORMATS = (*PLAIN, *MAPPED)


class Format(NamedTuple):
    """How a log is read."""

    name: str
    """A name of `FORMATS`, or the log_format string itself."""
    pair: Pair
    """Gives each batch the reader that fits it; lines that are headers or directives move to `blank`."""
    sure: float
    """Share of the head's lines that have its shape, from 0 to 1."""
    resumable: bool
    """Whether reading may go on in the middle of the log, knowing only its head."""
    notice: str = ""
    """What a person should know of the choice; empty where there is nothing to say."""


def choose_format(asked: str, head: Batch, mapping: Mapping | None, where: str, zone: str | None = None) -> Format:
    """Choose how to read a log of which the first lines are given.

    `asked` is a name of `FORMATS`, or "auto". `zone` is that of times without an offset; it goes before the
    mapping's. Raises `BadInput` where no format fits: what the log looks like, and what to do.
    """
    pair = _pair_by_name(asked, head, mapping, where, zone)
    return Format(asked, pair, _measure(pair, head), resumable=True)


def _pair_by_name(asked: str, head: Batch, mapping: Mapping | None, where: str, zone: str | None) -> Pair:
    if asked in PLAIN:
        return pair_all(PLAIN[asked])
    if asked in MAPPED:
        return MAPPED[asked](head, mapping, where, zone)
    raise BadInput(f"there is no format {asked!r}", where, f"Pass one of {', '.join(FORMATS)}.")


def _measure(pair: Pair, head: Batch) -> float:
    """Return the share of the head's lines that a format reads; 1 where there is nothing to read."""
    sample = Batch(
        cast("dy.DataFrame[Line]", head.lines.head(SAMPLE_LINES)),
        cast("dy.DataFrame[Rejected]", head.rejected.head(SAMPLE_LINES)),
        blank=0,
    )
    read = [(batch, reader(batch.lines)) for batch, reader in pair([sample])]
    tried = sum(len(batch.lines) + len(batch.rejected) for batch, _ in read)
    return sum(int(rows["reason"].is_null().sum()) for _, rows in read) / tried if tried else 1.0
