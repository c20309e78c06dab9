"""Words of the code: every name and every short text that stands in it."""

import ast
import functools
import tomllib
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]


def list_rooms() -> list[str]:
    """List the rooms as the floor plan names them."""
    plan = tomllib.loads((ROOT / "pyproject.toml").read_text())
    rooms: list[str] = plan["tool"]["importlinter"]["root_packages"]
    return rooms


@functools.cache
def collect_words() -> frozenset[str]:
    """Collect the names and one-word texts of all rooms."""
    return frozenset(word for tree in _parse_all() for node in ast.walk(tree) for word in _read_node(node))


@functools.cache
def collect_functions() -> frozenset[str]:
    """Collect the names of all functions of all rooms."""
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    return frozenset(node.name for tree in _parse_all() for node in ast.walk(tree) if isinstance(node, kinds))


def list_imports(room: str) -> set[str]:
    """List the other rooms that a room imports from."""
    rooms = set(list_rooms()) - {room}
    found = set()
    for file in (ROOT / room).rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            names += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            found |= {name.split(".")[0] for name in names}
    return found & rooms


def _parse_all() -> Iterator[ast.Module]:
    for room in list_rooms():
        for file in sorted((ROOT / room).rglob("*.py")):
            yield ast.parse(file.read_text())


def _read_node(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
        yield node.name
    elif isinstance(node, ast.Name):
        yield node.id
    elif isinstance(node, ast.Attribute):
        yield node.attr
    elif isinstance(node, ast.arg | ast.keyword):
        yield node.arg or ""
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
