"""Documents: lines that are JSON objects, and the values at paths within them as text."""

from collections.abc import Iterable, Sequence

import msgspec
import polars as pl

from ingest.readers.decoding import decode_all

FEW = 256
"""So many lines are decoded one by one where one of them is broken; more are halved first."""

Tree = dict[str, "Tree"]


def read_paths(lines: pl.DataFrame, paths: Sequence[str]) -> pl.DataFrame:
    """Return `line`, `text`, a column for each path, and `fault`: `bad_json` where a line is not one JSON object.

    A slash reaches into an object, `[]` after a key takes the first of a list. An object or a list where a text is due
    is null.
    """
    return pl.concat([_read(lines, paths), pl.DataFrame(schema=_shape_rows(lines, paths))])


def _shape_rows(lines: pl.DataFrame, paths: Sequence[str]) -> dict[str, pl.DataType]:
    return {**lines.schema, **dict.fromkeys([*paths, "fault"], pl.String())}


def _read(lines: pl.DataFrame, paths: Sequence[str]) -> pl.DataFrame:
    """Decode all lines at once; where one is broken, halve them until few are left with it."""
    try:
        decoded = decode_all(lines["text"], _shape(_grow(paths)))
    except pl.exceptions.ComputeError:
        decoded = None
    if decoded is not None and not decoded.has_nulls():
        return lines.with_columns(*(_reach(decoded, path) for path in paths), fault=pl.lit(None, pl.String))
    if len(lines) <= FEW:
        rows = [_decode(text, paths) for text in lines["text"]]
        return lines.hstack(pl.DataFrame(rows, schema=dict.fromkeys([*paths, "fault"], pl.String()), orient="row"))
    half = len(lines) // 2
    return pl.concat([_read(lines[:half], paths), _read(lines[half:], paths)])


def _grow(paths: Iterable[str]) -> Tree:
    """Grow the tree of objects that the paths reach into."""
    tree: Tree = {}
    for path in paths:
        branch = tree
        for name in path.split("/"):
            branch = branch.setdefault(name, {})
    return tree


def _shape(tree: Tree) -> pl.Struct:
    return pl.Struct({name.removesuffix("[]"): _shape_branch(name, branch) for name, branch in tree.items()})


def _shape_branch(name: str, branch: Tree) -> pl.DataType:
    if branch:
        return _shape(branch)
    return pl.List(pl.String()) if name.endswith("[]") else pl.String()


def _reach(decoded: pl.Series, path: str) -> pl.Series:
    for name in path.split("/"):
        decoded = decoded.struct.field(name.removesuffix("[]"))
    return (decoded.list.first() if path.endswith("[]") else decoded).alias(path)


def _decode(text: str, paths: Sequence[str]) -> list[str | None]:
    try:
        document = msgspec.json.decode(text, type=dict[str, object])
    except msgspec.DecodeError:
        return [None] * len(paths) + ["bad_json"]
    return [*(_write(_find(document, path)) for path in paths), None]


def _find(document: object, path: str) -> object:
    here = document
    for name in path.split("/"):
        here = here.get(name.removesuffix("[]")) if isinstance(here, dict) else None
    return next(iter(here), None) if path.endswith("[]") and isinstance(here, list) else here


def _write(value: object) -> str | None:
    """Write a value as polars reads it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, str | int | float) else None
