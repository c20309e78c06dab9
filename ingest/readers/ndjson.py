"""NDJSON: one JSON object a line, as apps and trackers write it."""

from functools import partial

import dataframely as dy
import polars as pl

from ingest.lines import Batch, Line
from ingest.mapping import IDENTITY, Mapping
from ingest.readers.columns import name_column, set_zone
from ingest.readers.decoding import decode_lines, tidy_text
from ingest.readers.drift import COLUMN
from ingest.readers.mapped import map_fields
from ingest.readers.pairing import Pair, pair_all
from ingest.readers.remains import keep_remains
from ingest.readers.shapes import EACH, count_values, grow_tree, part_path, reach, shape_tree
from ingest.refusals import BadInput


def open_ndjson(head: Batch, mapping: Mapping | None, where: str, zone: str | None = None) -> Pair:  # noqa: ARG001
    """Open JSON lines; without a mapping they use our own names. A `zone` given goes before the mapping's.

    Raises `BadInput` where the mapping reads a value and something within it.
    """
    fitted = set_zone(mapping or IDENTITY, zone)
    columns = fitted.read_columns()
    for column in columns:
        if within := [other for other in columns if other.startswith(f"{column}.")]:
            fault = f"{column} is mapped as a value, and {', '.join(within)} as something within it"
            raise BadInput(fault, where, "Mend the mapping's `fields`: only one of them can be there.")
    return pair_all(partial(read_ndjson, mapping=fitted))


def read_ndjson(lines: dy.DataFrame[Line], mapping: Mapping) -> pl.DataFrame:
    """Read lines as JSON objects and map their fields (`map_fields`); dots in a column reach into nested objects.

    Numbers and booleans become text, whole numbers of any length exactly; of a key written twice the first counts.
    With `explode` a line gives an event for each element of that list, told apart by `part`; where one of them
    cannot be used, the whole line is rejected. Reasons, beside those of `map_fields`: `bad_json`, `not_a_value` (an
    object or list where a value is due, or the other way round).
    """
    tree = grow_tree(mapping.read_columns(), mapping.explode)
    text = tidy_text(lines["text"])
    decoded = decode_lines(text, shape_tree(tree))
    known = count_values(decoded["document"], tree)
    remains = keep_remains(text, decoded["fault"].is_null(), known, mapping)
    rows = lines.select("line", "text").hstack(decoded).hstack(remains)
    if mapping.explode is None:
        return _map_rows(rows, mapping)
    return _reject_whole(_map_rows(_explode(rows, mapping.explode), mapping))


def _map_rows(rows: pl.DataFrame, mapping: Mapping) -> pl.DataFrame:
    values = [_take_value(rows, column, mapping.explode) for column in mapping.read_columns()]
    mapped = map_fields(rows.select("line", "text", "extra", *values), mapping)
    marks = pl.concat_str("drift", rows["left_out"], separator=COLUMN, ignore_nulls=True)
    sound = rows["fault"].is_null()
    told = mapped.with_columns(
        reason=pl.coalesce(rows["fault"], "reason"), drift=pl.when(sound & (marks != "")).then(marks)
    )
    return told.with_columns(rows["part"]) if "part" in rows.columns else told


def _take_value(rows: pl.DataFrame, column: str, explode: str | None) -> pl.Series:
    """Take a column's value from the document, or from the element of the list that it stands in."""
    path = part_path(column, explode)
    if EACH in path:
        return reach(rows["element"], path[path.index(EACH) + 1 :]).alias(name_column(column))
    return reach(rows["document"], path).alias(name_column(column))


def _explode(rows: pl.DataFrame, explode: str) -> pl.DataFrame:
    """Give a row to each element of a list, with its place from 1; where the list is empty or not there, one row."""
    elements = reach(rows["document"], part_path(explode)).alias("element")
    listed = rows.with_columns(elements, part=pl.int_ranges(1, elements.list.len() + 1))
    place = pl.col("part").fill_null(1) - 1
    each = listed.explode("element", "part", empty_as_null=True, keep_nulls=True)
    return each.with_columns(extra=pl.col("extra").list.get(place, null_on_oob=True))


def _reject_whole(mapped: pl.DataFrame) -> pl.DataFrame:
    """Reject a line once where one of its parts is rejected."""
    broken = mapped.filter(pl.col("reason").is_not_null()).unique("line", keep="first", maintain_order=True)
    return pl.concat([mapped.filter(~pl.col("line").is_in(broken["line"].implode())), broken])
