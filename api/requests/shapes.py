"""Shapes: what in a document does not fit its type, all of it at once, where msgspec stops at the first."""

import re
from collections.abc import Iterator
from difflib import get_close_matches
from typing import Any, get_args, get_origin

import msgspec

from api.messages import Fault

PLAIN_WORD = re.compile(r"[a-z_]{1,30}")
"""What may be said back to a caller: a word, never a number that could be somebody's."""

VALUES = re.compile(r" '[^']*'| - at `[^`]*`")
"""What a validator's message says of the value itself and of its place, which stands beside it already."""


def find_shape_faults(document: object, kind: Any, where: str = "") -> list[Fault]:
    """Find everything in a document that does not fit a type, each with its place, like `steps[0].event`.

    Structs are looked into, and lists of structs; everything else is judged whole. What a struct checks by itself
    (`__post_init__`) is not asked.
    """
    return list(_walk(document, kind, where))


def _walk(document: object, kind: Any, where: str) -> Iterator[Fault]:
    inner = _find_struct(kind)
    if inner is None:
        yield from _judge(document, kind, where)
    elif get_origin(kind) in (tuple, list):
        if not isinstance(document, list):
            yield Fault(where, "A list is needed, in brackets.")
        else:
            for place, part in enumerate(document):
                yield from _walk(part, inner, f"{where}[{place}]")
    elif not isinstance(document, dict):
        yield Fault(where or "body", "An object is needed, in braces.")
    else:
        yield from _walk_struct(document, inner, where)


def _walk_struct(document: dict[str, object], kind: type[msgspec.Struct], where: str) -> Iterator[Fault]:
    fields = {field.name: field for field in msgspec.structs.fields(kind)}
    before = f"{where}." if where else ""
    for key in sorted(document.keys() - fields.keys()):
        near = get_close_matches(key, fields, n=2) or fields
        shown = key if PLAIN_WORD.fullmatch(key) else "(not shown)"
        yield Fault(f"{before}{shown}", f"Unknown. Did you mean {' or '.join(near)}? Else leave it away.")
    for name, field in fields.items():
        if name in document:
            yield from _walk(document[name], field.type, f"{before}{name}")
        elif field.required:
            yield Fault(f"{before}{name}", "It is missing.")


def _judge(document: object, kind: Any, where: str) -> Iterator[Fault]:
    try:
        msgspec.convert(document, kind)
    except msgspec.ValidationError as fault:
        yield Fault(where or "body", f"{VALUES.sub('', str(fault))}.")


def _find_struct(kind: Any) -> type[msgspec.Struct] | None:
    """Find the struct that a type is, or is a list of."""
    for part in (kind, *(get_args(kind) if get_origin(kind) in (tuple, list) else ())):
        if isinstance(part, type) and issubclass(part, msgspec.Struct):
            return part
    return None
