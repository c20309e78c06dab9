"""Matching: a pattern as a regular expression, a session as a line of signs, one a step.

Steps that no item of the pattern tells apart share a sign, so that a pattern needs a few signs however many pages a
site has. Rust's regular expressions, which polars runs, take time in proportion to the line whatever the pattern.
"""

from collections.abc import Sequence
from difflib import get_close_matches
from typing import NamedTuple

import numpy as np
import polars as pl

from ingest import EVENT_NAMES
from paths.rows.numbering import Bools, Ints
from paths.sequences.pattern import Fault, Item, Name, PathPattern, suggest
from paths.sequences.steps import Steps

ALPHABETS = ((0x20, 95), (0x80, 0x780), (0x800, 0xD000), (0x10000, 0x100000))
"""First sign and number of signs that take one, two, three and four bytes."""

LIKELY = 200
"""Names that are looked at closely for the nearest."""


class Matches(NamedTuple):
    """The sessions that match, ascending, each with its first match."""

    session: Ints
    begin: Ints
    """Row of the steps at which it begins."""
    length: Ints
    """Steps."""


class _Kinds(NamedTuple):
    """Kinds of steps: those that the same items of a pattern take."""

    of_step: Ints
    taken: Bools
    """Item × kind: whether the item takes steps of that kind."""


def match_pattern(steps: Steps, pattern: PathPattern) -> Matches:
    """Find the first match of a pattern in each session that has one.

    Of a session's matches it is the one that begins first; of these, each repetition stops as soon as the rest can
    follow, but for one at the end of the pattern, which goes on as long as it can.
    """
    kinds = _sort_steps(steps, pattern)
    first, width = _choose_alphabet(kinds.taken.shape[1])
    lines = _write_lines(steps, kinds.of_step, first)
    expression = _write_expression(pattern, kinds.taken, first)
    found = lines.str.contains(expression).arg_true()
    matching = lines.gather(found)
    begin = matching.str.find(expression).to_numpy().astype(np.int64) // width
    length = matching.str.extract(expression, 0).str.len_chars().to_numpy().astype(np.int64)
    session = found.to_numpy().astype(np.int64)
    return Matches(session, steps.begins[session] + begin, length)


def find_unknown(pattern: PathPattern, page_names: pl.Series) -> list[Fault]:
    """List the pages of a pattern that nobody has seen, with the names nearest to them."""
    pages = [name for name in pattern.names if not name.is_event and not find_fitting(name, page_names).any()]
    return [Fault(name.sign, _tell_unknown(name, page_names)) for name in pages]


def _tell_unknown(name: Name, page_names: pl.Series) -> str:
    if name.is_wild:
        return f'no page fits "{name.text}"; * stands for any signs, \\* for a star'
    if name.plain in EVENT_NAMES:
        return f"no page is called {name.plain!r}; the event is event:{name.plain}"
    if not name.quoted and page_names.str.starts_with(name.plain).any():
        return f'no page is called {name.plain!r}; for all that begin so, write "{name.plain}*" in quotes'
    near = _find_near(name.plain, page_names) or page_names.head(3).to_list()
    return f"no page is called {name.plain!r}; {suggest(near)}"


def _find_near(text: str, names: pl.Series) -> list[str]:
    """Find the nearest names, among those that share the most pairs of signs: the search itself is slow."""
    pairs = {text[place : place + 2] for place in range(len(text) - 1)} or {text}
    holds = [pl.col("name").str.contains(pair, literal=True).cast(pl.Int32) for pair in sorted(pairs)]
    table = pl.DataFrame({"name": names}).with_columns(shared=pl.sum_horizontal(holds))
    likely = table.sort("shared", "name", descending=[True, False])["name"].head(LIKELY)
    return get_close_matches(text, likely.to_list(), n=3, cutoff=0.5)


def find_fitting(name: Name, names: pl.Series) -> Bools:
    """Tell which names fit."""
    fits = names.str.contains(name.expression) if name.is_wild else names == name.plain
    return np.asarray(fits, np.bool_)


def _sort_steps(steps: Steps, pattern: PathPattern) -> _Kinds:
    """Sort the steps into kinds by page and event."""
    pages = _sign_names(pattern.names, steps.page_names, events=False)
    events = _sign_names(pattern.names, steps.event_names, events=True)
    page_signs, page_kind = np.unique(np.append(pages, 0), return_inverse=True)
    event_signs, event_kind = np.unique(events, return_inverse=True)
    signs = (page_signs[:, None] | event_signs).ravel()
    of_step = page_kind[steps.page] * event_signs.size + event_kind[steps.event]
    return _merge_kinds(of_step, np.array([_take(item, pattern.names, signs) for item in pattern.items]))


def _merge_kinds(of_step: Ints, taken: Bools) -> _Kinds:
    """Make one kind of those that all items treat alike."""
    merged, kind = np.unique(taken, axis=1, return_inverse=True)
    return _Kinds(kind.ravel()[of_step], merged)


def _sign_names(wanted: Sequence[Name], names: pl.Series, *, events: bool) -> Ints:
    """Set one bit for each of the wanted names that fits."""
    signs = np.zeros(len(names), np.int64)
    for bit, name in enumerate(wanted):
        if name.is_event == events:
            signs |= find_fitting(name, names).astype(np.int64) << bit
    return signs


def _take(item: Item, names: Sequence[Name], signs: Ints) -> Bools:
    """Tell which kinds an item takes."""
    wanted = sum(1 << bit for bit, name in enumerate(names) if any(name is own for own in item.names))
    takes: Bools = ((signs & wanted) != 0) != item.negated
    return takes


def _choose_alphabet(kinds: int) -> tuple[int, int]:
    """Choose the first sign of the alphabet with the fewest bytes that has one for each kind, and its bytes."""
    return next((first, width) for width, (first, signs) in enumerate(ALPHABETS, start=1) if kinds <= signs)


def _write_lines(steps: Steps, kind: Ints, first: int) -> pl.Series:
    """Write each session as a line of signs; of all lines at once, as one text that is split."""
    if not kind.size:
        return pl.Series(dtype=pl.String)
    text = np.full(kind.size + steps.session[-1], ord("\n"), "<u4")
    text[np.arange(kind.size) + steps.session] = kind + first
    return pl.Series([text.tobytes().decode("utf-32-le")]).str.split("\n").explode()


def _write_expression(pattern: PathPattern, taken: Bools, first: int) -> str:
    """Write a pattern as a regular expression over signs."""
    parts = [
        _write_set(kinds, first) + _write_count(item, last=place == len(pattern.items))
        for place, (item, kinds) in enumerate(zip(pattern.items, taken, strict=True), start=1)
    ]
    return ("^" if pattern.from_entry else "") + "".join(parts) + ("$" if pattern.to_exit else "")


def _write_set(kinds: Bools, first: int) -> str:
    return (
        "[" + "".join(rf"\x{{{first + kind:x}}}" for kind in np.flatnonzero(kinds)) + "]" if kinds.any() else r"[^\s\S]"
    )


def _write_count(item: Item, *, last: bool) -> str:
    """Write how often; as few as will do, or at the end of the pattern as many as there are."""
    if item.least == item.most == 1:
        return ""
    most = "" if item.most is None else item.most
    return f"{{{item.least},{most}}}" + ("" if last else "?")
