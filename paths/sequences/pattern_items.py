"""Items of a path pattern: what stands between two arrows, read with all its faults."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from ingest import EVENT_NAMES
from paths.sequences.pattern import Fault, Item, Name, suggest

MOST_REPEATS = 100
"""A session of more of the same page is no person's."""

REPEAT = re.compile(r"\{\s*(\d{0,6})\s*(,?)\s*(\d{0,6})\s*\}")
REPEATS = {"*": (0, None), "+": (1, None), "?": (0, 1)}
EVENT_MARK = "event:"


@dataclass(frozen=True)
class Token:
    """One word or sign of a pattern."""

    kind: str
    text: str
    sign: int

    def read_name(self) -> Name:
        """Read a page or event."""
        bare = self.text.removeprefix(EVENT_MARK)
        quoted = bare.startswith('"')
        return Name(bare[1:-1] if quoted else bare, bare != self.text, quoted, self.sign)


@dataclass(frozen=True)
class Segment:
    """What stands between two arrows."""

    tokens: tuple[Token, ...]
    sign: int

    def is_end(self, word: str) -> bool:
        """Tell whether this is a virtual end of the session."""
        return len(self.tokens) == 1 and self.tokens[0].text in (word, f"({word})")

    def read(self, faults: list[Fault]) -> Item | None:
        """Read one item; None where nothing can be made of it."""
        if not self.tokens:
            faults.append(Fault(self.sign, "nothing stands here; name a page, or take the arrow away"))
            return None
        first, *rest = self.tokens
        if first.kind == "open":
            item, rest = self._read_set(first, rest, faults)
        elif first.kind == "name":
            item = Item((_check_name(first, faults),), negated=False)
        elif first.text == "*":
            item = Item((), negated=True)
        else:
            faults.append(Fault(first.sign, f"{first.text} has nothing before it; name a page, or * for any"))
            return None
        return _repeat(item, rest, faults)

    def _read_set(self, first: Token, rest: list[Token], faults: list[Fault]) -> tuple[Item, list[Token]]:
        kinds = [token.kind for token in rest]
        close = kinds.index("close") if "close" in kinds else len(rest)
        if close == len(rest):
            faults.append(Fault(first.sign, f"{first.text} is never closed; put ] behind its names"))
        elif not close:
            faults.append(Fault(first.sign, "the brackets hold nothing; name pages, or write * for any"))
        for token in rest[:close]:
            if token.kind != "name":
                faults.append(Fault(token.sign, f"{token.text} cannot stand in brackets; leave names and spaces alone"))
        names = tuple(_check_name(token, faults) for token in rest[:close] if token.kind == "name")
        return Item(names, negated=first.text == "[^"), rest[close + 1 :]


def _check_name(token: Token, faults: list[Fault]) -> Name:
    name = token.read_name()
    word = name.text.strip("()")
    if not name.is_event and not name.quoted and name.text in ("entry", "exit", "(entry)", "(exit)"):
        where = "begins" if word == "entry" else "ends"
        faults.append(Fault(token.sign, f'{word} only {where} a pattern, alone; a page of that name is "{word}"'))
    if name.is_event and not name.is_wild and name.plain not in EVENT_NAMES:
        near = get_close_matches(name.plain, sorted(EVENT_NAMES), n=3, cutoff=0.5) or ["view_item", "purchase"]
        faults.append(Fault(token.sign, f"there is no event {name.plain!r}; {suggest(near)}"))
    return name


def _repeat(item: Item, rest: Sequence[Token], faults: list[Fault]) -> Item:
    """Take the repetition behind an item."""
    if not rest:
        return item
    mark, *more = rest
    if mark.kind != "repeat":
        faults.append(Fault(mark.sign, f"{mark.text} follows without an arrow; put -> before it"))
        return item
    if more:
        what = (
            "is a second repetition; leave one"
            if more[0].kind == "repeat"
            else "follows without an arrow; put -> before it"
        )
        faults.append(Fault(more[0].sign, f"{more[0].text} {what}"))
    least, most = _read_repeat(mark, faults)
    return Item(item.names, item.negated, least, most)


def _read_repeat(mark: Token, faults: list[Fault]) -> tuple[int, int | None]:
    if mark.text in REPEATS:
        return REPEATS[mark.text]
    match = REPEAT.fullmatch(mark.text)
    if match is None or not (match[1] or match[3]):
        faults.append(Fault(mark.sign, f"{mark.text} is no repetition; write {{3}}, {{2,5}} or {{2,}}"))
        return 1, 1
    least = int(match[1] or 0)
    most = least if not match[2] else int(match[3]) if match[3] else None
    if max(least, most or 0) > MOST_REPEATS:
        faults.append(
            Fault(mark.sign, f"{mark.text} repeats too often; at most {MOST_REPEATS} times, or {{2,}} without end")
        )
    elif most == 0 or (most is not None and most < least):
        faults.append(Fault(mark.sign, f"{mark.text} can never be; write the smaller number first, and more than 0"))
    return least, most
