"""Readers turn a batch of lines, or of table rows, into fields, and say why where they cannot."""

from ingest.readers.combined import read_combined, read_common
from ingest.readers.delimited import read_csv, read_header
from ingest.readers.gateway import read_gateway
from ingest.readers.mapped import check_columns, map_fields, name_column
from ingest.readers.ndjson import read_ndjson

__all__ = [
    "check_columns",
    "map_fields",
    "name_column",
    "read_combined",
    "read_common",
    "read_csv",
    "read_gateway",
    "read_header",
    "read_ndjson",
]
