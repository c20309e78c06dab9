"""NDJSON: one JSON object a line, as apps and trackers write it."""

from collections.abc import Iterable
from collections.abc import Mapping as Dictionary
from functools import partial

import dataframely as dy
import msgspec
import polars as pl

from ingest.lines import Batch, Line
from ingest.mapping import IDENTITY, Mapping
from ingest.readers.mapped import map_fields, name_column, set_zone
from ingest.readers.pairing import Pair, pair_all

Tree = dict[str, "Tree"]
"""Objects within objects; a value has no branches."""


def open_ndjson(head: Batch, mapping: Mapping | None, where: str, zone: str | None = None) -> Pair:  # noqa: ARG001
    """Open JSON lines; without a mapping they use our own names. A `zone` given goes before the mapping's."""
    return pair_all(partial(read_ndjson, mapping=set_zone(mapping or IDENTITY, zone)))


def read_ndjson(lines: dy.DataFrame[Line], mapping: Mapping) -> pl.DataFrame:
    """Read lines as JSON objects and map their fields (`map_fields`); dots in a column reach into nested objects.

    All lines are decoded at once; only where one of them is broken are they decoded one by one to find it.
    Reasons, beside those of `map_fields`: `bad_json`, `not_a_value` (an object or list where a value is due).
    """
    paths = sorted(set(mapping.fields.values()))
    try:
        rows = _decode_all(lines, paths)
    except pl.exceptions.ComputeError:
        rows = _decode_each(lines, paths)
    return map_fields(rows, mapping).with_columns(reason=pl.coalesce(rows["fault"], "reason"))


def _decode_all(lines: pl.DataFrame, paths: Iterable[str]) -> pl.DataFrame:
    decoded = lines["text"].str.json_decode(_shape(_grow(paths)))
    if len(decoded) != len(lines):
        raise pl.exceptions.ComputeError("a line holds more than one document")
    values = [_reach(decoded, path).alias(name_column(path)) for path in paths]
    return lines.with_columns(*values, pl.lit(None, pl.String).alias("fault"))


def _grow(paths: Iterable[str]) -> Tree:
    """Grow the tree of objects that the dotted paths reach into."""
    tree: Tree = {}
    for path in paths:
        *objects, last = path.split(".")
        branch = tree
        for name in objects:
            branch = branch.setdefault(name, {})
        branch[last] = {}
    return tree


def _shape(tree: Tree) -> pl.Struct:
    return pl.Struct({name: _shape(branch) if branch else pl.String() for name, branch in tree.items()})


def _reach(decoded: pl.Series, path: str) -> pl.Series:
    for name in path.split("."):
        decoded = decoded.struct.field(name)
    return decoded


def _decode_each(lines: pl.DataFrame, paths: list[str]) -> pl.DataFrame:
    rows = [_decode(text, paths) for text in lines["text"]]
    schema = dict.fromkeys([*map(name_column, paths), "fault"], pl.String())
    return lines.hstack(pl.DataFrame(rows, schema=schema, orient="row"))


def _decode(text: str, paths: list[str]) -> list[str | None]:
    try:
        document = msgspec.json.decode(text, type=dict[str, object])
        return [*(_write(_find(document, path)) for path in paths), None]
    except msgspec.ValidationError:
        return [None] * len(paths) + ["not_a_value"]
    except msgspec.DecodeError:
        return [None] * len(paths) + ["bad_json"]


def _find(document: Dictionary[str, object], path: str) -> object:
    here: object = document
    for name in path.split("."):
        here = here.get(name) if isinstance(here, dict) else None
    return here


def _write(value: object) -> str | None:
    if isinstance(value, dict | list):
        raise msgspec.ValidationError("an object or list where a value is due")
    if isinstance(value, bool):
        return "true" if value else "false"
    return None if value is None else str(value)
