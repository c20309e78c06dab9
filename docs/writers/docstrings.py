"""Docstrings: what a class says of itself and of each of its attributes."""

import ast
import functools
import inspect
import re
import textwrap
from itertools import pairwise


def read_docstring(thing: object) -> str:
    """Return a docstring for readers of pages: its lines joined to paragraphs, without what it raises in the code."""
    paragraphs = (inspect.getdoc(thing) or "").split("\n\n")
    joined = "\n\n".join(" ".join(paragraph.split()) for paragraph in paragraphs)
    return re.sub(r" Raises \w+ [^.]*\.", "", joined)


@functools.cache
def read_attributes(kind: type) -> dict[str, str]:
    """Return what stands below each attribute of a class, those of its parents among them."""
    told: dict[str, str] = {}
    for parent in reversed(kind.__mro__):
        if parent.__module__.split(".")[0] not in ("builtins", "msgspec", "enum"):
            told |= _read_own(parent)
    return told


def _read_own(kind: type) -> dict[str, str]:
    tree = ast.parse(textwrap.dedent(inspect.getsource(kind)))
    body = tree.body[0].body if isinstance(tree.body[0], ast.ClassDef) else []
    return {
        statement.target.id: " ".join(str(below.value.value).split())
        for statement, below in pairwise(body)
        if isinstance(statement, ast.AnnAssign)
        and isinstance(statement.target, ast.Name)
        and isinstance(below, ast.Expr)
        and isinstance(below.value, ast.Constant)
    }
