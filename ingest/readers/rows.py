"""Rows of a typed table (Parquet), already columns: only the mapping is left to do."""

from functools import partial

from ingest.lines import Batch
from ingest.mapping import Mapping
from ingest.readers.mapped import fit_mapping, map_fields, name_column, set_zone
from ingest.readers.pairing import Pair, pair_all


def open_rows(head: Batch, mapping: Mapping | None, where: str, zone: str | None = None) -> Pair:
    """Open rows whose own columns stand beside `line` and `text` (`name_column`).

    Raises `BadInput` where a column that every row needs is not there. A `zone` given goes before the mapping's.
    """
    columns = [name.removeprefix(name_column("")) for name in head.lines.columns]
    return pair_all(partial(map_fields, mapping=set_zone(fit_mapping(mapping, columns, where), zone)))
