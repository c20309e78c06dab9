"""Recognition: what a log looks like, by its first lines."""

from functools import partial
from typing import Protocol, cast

import dataframely as dy
import polars as pl

from ingest.lines import Batch, Line, Rejected
from ingest.mapping import Mapping
from ingest.readers.delimited import open_csv
from ingest.readers.gateway import open_gateway
from ingest.readers.ndjson import open_ndjson
from ingest.readers.pairing import Pair
from ingest.readers.presets import PRESETS, open_preset
from ingest.readers.rows import open_rows
from ingest.readers.server_json import KEYS, open_server_json
from ingest.readers.tmf620 import open_offerings
from ingest.readers.w3c import open_w3c
from ingest.refusals import BadInput

SAMPLE_LINES = 1000


class Opener(Protocol):
    """Opens a log of one format by its first lines; raises `BadInput` where it cannot be one."""

    def __call__(self, head: Batch, mapping: Mapping | None, where: str, zone: str | None = None) -> Pair:
        """Return what gives each batch its reader."""


SERVERS: dict[str, Opener] = {
    **{name: partial(open_preset, name=name) for name in PRESETS},
    "w3c": open_w3c,
    **{name: partial(open_server_json, name=name) for name in KEYS},
}
"""What web servers write, and needs no mapping; of formats that begin alike, the one that says more comes first."""
MAPPED: dict[str, Opener] = {"csv": open_csv, "ndjson": open_ndjson}
"""What a mapping can speak of."""
TABLES: dict[str, Opener] = {"gateway": open_gateway, **MAPPED}
OPENERS: dict[str, Opener] = {**SERVERS, **TABLES, "parquet": open_rows, "tmf620": open_offerings}
MARKS = {
    "an Apache error log": r"^\[\w{3} \w{3} +\d+ [\d:.]+ \d{4}\] \[",
    "an nginx error log": r"^\d{4}/\d\d/\d\d [\d:]+ \[\w+\]",
    "an access log of the server's own format (pass its log_format string as --format)": r'\[\d\d/\w{3}/\d{4}:.*".*"',
    "a system log": r"^(?:<\d+>)?(?:\w{3} +\d+ [\d:]+|\d{4}-\d\d-\d\dT\S+) \S+ [\w./-]+(?:\[\d+\])?: ",
    "a network load balancer's log of connections, which shows no pages": r"^tls \d\.\d \d{4}-\d\d-\d\dT",
    "a Parquet file (--format parquet)": r"^PAR1",
    "JSON lines of an app (--format ndjson with a mapping)": r"^\s*\{.*\}\s*$",
    "one JSON document over many lines; echannel reads one object a line": r'^\s*(?:[\[\]{}],?|"[^"]+"\s*:.*)\s*$',
    "a table between tabs (--format csv with a mapping)": r"^[^\t]*\t[^\t]*\t",
    "a table between semicolons (--format csv with a mapping)": r"^[^;]*;[^;]*;[^;]*;",
    "a table between commas (--format csv with a mapping)": r"^[^,]*,[^,]*,",
}
"""Kinds of files that no format fits as they are, and how their lines look."""
QUOTED_TWICE = r'"[^"]*"[^"]*"[^"]*"'
NAMES = {
    "common": "a common access log",
    "combined": "a combined access log",
    "vhost_combined": "a combined access log with the host before it",
    "traefik": "a Traefik access log",
    "alb": "an AWS application load balancer's log",
    "elb": "an AWS classic load balancer's log",
    "w3c": "a W3C extended log",
    "nginx_json": "an nginx access log in JSON",
    "caddy": "a Caddy access log",
    "traefik_json": "a Traefik access log in JSON",
    "gateway": "a WAP gateway's log",
    "csv": "a table",
    "ndjson": "rows or JSON lines",
    "parquet": "a Parquet file",
    "tmf620": "a TMF620 catalogue",
}


def measure(pair: Pair, head: Batch) -> float:
    """Return the share of the first lines that have a format's shape; 1 where there is nothing to read.

    A request that is no HTTP has the shape: a port scan says nothing of the format.
    """
    read = [(batch, reader(batch.lines)["reason"]) for batch, reader in pair([take_sample(head)])]
    tried = sum(len(batch.lines) + len(batch.rejected) for batch, _ in read)
    fits = sum(int((reason.is_null() | (reason == "bad_request")).sum()) for _, reason in read)
    return min(fits / tried, 1.0) if tried else 1.0


def take_sample(head: Batch) -> Batch:
    """Return as many of the first lines as are worth a look."""
    lines = cast("dy.DataFrame[Line]", head.lines.head(SAMPLE_LINES))
    return Batch(lines, cast("dy.DataFrame[Rejected]", head.rejected.head(SAMPLE_LINES)), 0)


def find_fitting(shares: dict[str, float], head: Batch, least: float) -> str | None:
    """Return the format that reads at least a share of the first lines; of several that begin alike, the fullest.

    A common log whose lines go on with more in quotes is another format, of which more should be taken.
    """
    fitting = [name for name, share in shares.items() if share >= least]
    texts = take_sample(head).lines["text"]
    few = texts.str.contains(QUOTED_TWICE).sum() <= (1 - least) * len(texts)
    return next((name for name in fitting if name != "common" or few), None)


def measure_all(head: Batch, mapping: Mapping | None, where: str, zone: str | None) -> dict[str, float]:
    """Return the share that each format reads of the first lines, 0 for those that cannot be opened.

    A mapping speaks of a table or of JSON lines, and events may come from a server's log beside it; without one, only
    those tables are read that use our own names.
    """
    shares = {}
    for name, opener in _list_candidates(mapping).items():
        try:
            shares[name] = measure(opener(take_sample(head), mapping, where, zone), head)
        except BadInput:
            shares[name] = 0.0
    return shares


def _list_candidates(mapping: Mapping | None) -> dict[str, Opener]:
    if mapping is None:
        return SERVERS | TABLES
    return MAPPED | SERVERS if mapping.into == "events" else MAPPED


def describe_lines(sample: pl.Series) -> str:
    """Say what lines look like that are of no format."""
    shares = {kind: int(sample.str.contains(mark).sum()) / max(len(sample), 1) for kind, mark in MARKS.items()}
    likely = [kind for kind, share in shares.items() if share > 0.5]
    return likely[0] if likely else "no kind of log that is known"
