"""Readers turn a batch of lines, or of table rows, into fields, and say why where they cannot."""

from ingest.readers.columns import check_columns, name_column
from ingest.readers.combined import read_combined, read_common
from ingest.readers.delimited import open_csv, read_csv, read_header
from ingest.readers.drift import Drift, find_drift, say_drift
from ingest.readers.gateway import open_gateway, read_gateway
from ingest.readers.mapped import map_fields
from ingest.readers.ndjson import open_ndjson, read_ndjson
from ingest.readers.pairing import Pair, pair_all
from ingest.readers.rows import number_rows, open_rows

__all__ = [
    "Drift",
    "Pair",
    "check_columns",
    "find_drift",
    "map_fields",
    "name_column",
    "number_rows",
    "open_csv",
    "open_gateway",
    "open_ndjson",
    "open_rows",
    "pair_all",
    "read_combined",
    "read_common",
    "read_csv",
    "read_gateway",
    "read_header",
    "read_ndjson",
    "say_drift",
]
