"""Terms: what cannot be as a catalogue says it, and what becomes of it."""

from collections.abc import Iterator, Mapping

import dataframely as dy
import polars as pl

from ingest.products import Product

MOST = 20
"""Faults that are said; of more only the number."""
SHOWN = 10
"""Products of a circle that are named."""

Named = dict[str, list[str]]


def find_term_faults(products: dy.DataFrame[Product]) -> list[str]:
    """Say which `requires` and `excludes` no shop can keep: which product, what becomes of it, how to mend it."""
    known, requires, excludes = set(products["item_id"]), _read(products, "requires"), _read(products, "excludes")
    faults = [
        *_tell_alone(requires, "requires"),
        *_tell_alone(excludes, "excludes"),
        *_tell_unknown(requires, "requires", known, "only who owns that sees it"),
        *_tell_unknown(excludes, "excludes", known, "only who owns that is kept from it"),
        *_tell_torn(requires, excludes),
        *(_tell_circle(circle) for circle in _find_circles(requires)),
    ]
    further = [f"{len(faults) - MOST:,} more faults of `requires` and `excludes`."] if len(faults) > MOST else []
    return [*faults[:MOST], *further]


def _read(products: dy.DataFrame[Product], column: str) -> Named:
    told = products.filter(pl.col(column).is_not_null()).sort("item_id").select("item_id", column)
    return {item: sorted(set(words.split())) for item, words in told.rows()}


def _tell_alone(named: Named, column: str) -> Iterator[str]:
    for item, others in named.items():
        if item in others:
            yield f"{item} {column} itself, which is passed over: take it out of `{column}`."


def _tell_unknown(named: Named, column: str, known: set[str], effect: str) -> Iterator[str]:
    for item, others in named.items():
        if unknown := [other for other in others if other not in known]:
            yield (
                f"{item} {column} {', '.join(unknown)}, not in this catalogue: {effect}."
                f" Mend the id in `{column}`, or add the product."
            )


def _tell_torn(requires: Named, excludes: Named) -> Iterator[str]:
    for item, others in requires.items():
        for other in others:
            if other != item and (other in excludes.get(item, []) or item in excludes.get(other, [])):
                yield (
                    f"{item} requires {other}, and one of them excludes the other: {item} is never shown."
                    " Take one of the two out."
                )


def _tell_circle(circle: list[str]) -> str:
    named = ", ".join(circle[:SHOWN]) + (f" and {len(circle) - SHOWN:,} more" if len(circle) > SHOWN else "")
    return (
        f"{named} require each other in a circle: each is shown only beside the others."
        " Take one `requires` out, or sell them as one product."
    )


def _find_circles(requires: Named) -> Iterator[list[str]]:
    """Find circles that share no product, the one with the first id first; each product alone is none."""
    left = _strip({item: {other for other in others if other != item} for item, others in requires.items()})
    while left:
        circle = _walk_circle(left)
        yield circle
        left = _strip({item: others for item, others in left.items() if item not in circle})


def _strip(graph: Mapping[str, set[str]]) -> dict[str, set[str]]:
    """Leave the products from which one can go on for ever; each product is looked at once for each of its names."""
    left = {item: {other for other in others if other in graph} for item, others in graph.items()}
    needed_by: dict[str, list[str]] = {}
    for item, others in left.items():
        for other in others:
            needed_by.setdefault(other, []).append(item)
    ends = [item for item, others in left.items() if not others]
    while ends:
        end = ends.pop()
        del left[end]
        for item in needed_by.get(end, []):
            left[item].discard(end)
            if not left[item]:
                ends.append(item)
    return left


def _walk_circle(graph: Mapping[str, set[str]]) -> list[str]:
    """Walk from the first product, always to the first that it requires, until one comes again."""
    walk, item = dict[str, None](), min(graph)
    while item not in walk:
        walk[item] = None
        item = min(graph[item])
    steps = list(walk)
    return steps[steps.index(item) :]
