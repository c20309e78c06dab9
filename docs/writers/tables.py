"""Tables: one page for each schema that a room shows at its door."""

import importlib
import inspect
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import dataframely as dy
import polars as pl

from docs.writers.docstrings import read_docstring
from docs.writers.markdown import write_list, write_page, write_table
from lake import TABLES

ROOT = Path(__file__).parents[2]
WORDS = {
    pl.String(): "text",
    pl.Int64(): "whole number",
    pl.Float64(): "number",
    pl.Boolean(): "yes or no",
    pl.Datetime("us", "UTC"): "moment (UTC, µs)",
}


def list_rooms() -> list[str]:
    """List the rooms, as the floor plan in pyproject.toml names them."""
    plan = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    rooms: list[str] = plan["tool"]["importlinter"]["root_packages"]
    return sorted(rooms)


def list_tables() -> dict[str, type[dy.Schema]]:
    """List every schema at a room's door, under the name of its page."""
    schemas = (thing for _, thing in _open_doors() if isinstance(thing, type) and issubclass(thing, dy.Schema))
    return dict(sorted((name_page(schema), schema) for schema in schemas))


def name_page(schema: type[dy.Schema]) -> str:
    """Name a schema's page: `AbandonmentStage` is `abandonment_stage`."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", schema.__name__).lower()


def write_tables() -> dict[str, str]:
    """Write each table's page, by its path."""
    tables = list_tables()
    return {f"docs/tables/{name}.md": _write_page(schema) for name, schema in tables.items()}


def _write_page(schema: type[dy.Schema]) -> str:
    return write_page(
        schema.__name__,
        f"{read_docstring(schema)} In the code: `{schema.__module__.split('.')[0]}.{schema.__name__}`.",
        _tell_origin(schema),
        _write_columns(schema),
        _write_rules(schema),
    )


def _tell_origin(schema: type[dy.Schema]) -> str:
    """Tell which functions make the table, and where it is kept."""
    makers = ", ".join(f"`{maker}`" for maker in _find_makers(schema))
    kept = (
        f"Kept in the lake as `{name}`; two rows with the same {_list_names(table.key)} are one."
        for name, table in TABLES.items()
        if table.schema is schema
    )
    return " ".join([f"Made by {makers}." if makers else "", *kept])


def _open_doors() -> Iterator[tuple[str, object]]:
    """Yield what each room shows at its door, with its full name."""
    for room in list_rooms():
        door = importlib.import_module(room)
        yield from ((f"{room}.{name}", getattr(door, name)) for name in getattr(door, "__all__", ()))


def _find_makers(schema: type[dy.Schema]) -> Iterator[str]:
    """Find the functions at the rooms' doors that return this table."""
    for name, thing in _open_doors():
        if inspect.isfunction(thing) and schema in get_args(inspect.signature(thing).return_annotation):
            yield name


def _write_columns(schema: type[dy.Schema]) -> str:
    rows = [
        [f"`{name}`", _name_type(column), "may be empty" if column.nullable else "always", _tell_meaning(column)]
        for name, column in schema.columns().items()
    ]
    return write_table(["column", "type", "filled", "meaning"], rows)


def _name_type(column: dy.Column) -> str:
    if isinstance(column, dy.List):
        return f"list of {_name_type(column.inner)}"
    return WORDS.get(column.dtype, str(column.dtype))


def _tell_meaning(column: dy.Column) -> str:
    """Tell a column's meaning and the range of its numbers."""
    words = {"min": "at least", "min_exclusive": "above", "max": "at most", "max_exclusive": "below"}
    limits = [f"{word} {limit:g}" for name, word in words.items() if (limit := getattr(column, name, None)) is not None]
    return f"{column.description or ''} ({', '.join(limits)})" if limits else column.description or ""


def _write_rules(schema: type[dy.Schema]) -> str:
    """Write what must hold of the rows, as sentences."""
    key = schema.primary_key()
    rules = [f"No two rows have the same {_list_names(tuple(key))}."] if key else []
    for parent in reversed(schema.__mro__):
        rules += [
            read_docstring(rule.validation_fn) for rule in vars(parent).values() if hasattr(rule, "validation_fn")
        ]
    return f"## What always holds\n\n{write_list(rules)}" if rules else ""


def _list_names(names: tuple[str, ...]) -> str:
    *most, last = (f"`{name}`" for name in names)
    return f"{', '.join(most)} and {last}" if most else last
