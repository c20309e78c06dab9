"""Shapes: where in a JSON document the mapped columns stand, as polars decodes it."""

from collections.abc import Iterable

import polars as pl

Tree = dict[str, "Tree"]
"""Objects within objects; a value has no branches, and a list one, `EACH`, which is the same for all elements."""

EACH = "[]"


def grow_tree(paths: Iterable[str], explode: str | None = None) -> Tree:
    """Grow the tree of objects and lists that the dotted paths reach into."""
    tree: Tree = {}
    for path in paths:
        branch = tree
        for name in part_path(path, explode):
            branch = branch.setdefault(EACH if name.isdecimal() else name, {})
    return tree


def part_path(path: str, explode: str | None = None) -> list[str]:
    """Part a path at its dots; below the list to explode, `EACH` of its elements is meant."""
    if explode is not None and f"{path}.".startswith(f"{explode}."):
        return [*explode.split("."), EACH, *path.removeprefix(explode).split(".")[1:]]
    return path.split(".")


def shape_tree(tree: Tree) -> pl.DataType:
    """Return the type that a tree decodes to: every value is text."""
    if not tree:
        return pl.String()
    if EACH in tree:
        return pl.List(shape_tree(tree[EACH]))
    return pl.Struct({name: shape_tree(branch) for name, branch in tree.items()})


def reach(document: pl.Series, names: Iterable[str]) -> pl.Series:
    """Return what stands at the end of a path, null where the document does not go so far; 0 is the first of a list."""
    for name in names:
        step = document.list.get(int(name), null_on_oob=True) if name.isdecimal() else document.struct.field(name)
        document = step
    return document


def count_values(document: pl.Series, tree: Tree) -> pl.Series:
    """Count the members that are there and not null, of those that a tree knows; within lists none are counted."""
    known = document.to_frame("document").select(_count_below(pl.col("document"), tree).alias("known"))
    return known["known"].cast(pl.Int64)


def _count_below(value: pl.Expr, tree: Tree) -> pl.Expr:
    counts = [pl.lit(0)]
    for name, branch in tree.items():
        member = value.struct.field(name)
        counts.append(member.is_not_null().cast(pl.Int64))
        if branch and EACH not in branch:
            counts.append(_count_below(member, branch).fill_null(0))
    return pl.sum_horizontal(counts)
