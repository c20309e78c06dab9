"""Path patterns as text: `product -> [^cart]* -> exit`, read with every fault, its place and its remedy."""

import re
from collections.abc import Iterator

from paths.sequences.pattern import Fault, PathPattern, refuse_pattern
from paths.sequences.pattern_items import Segment, Token

MOST_SIGNS = 1_000
"""A longer pattern is a program."""
MOST_NAMES = 60
"""Each takes one bit of an integer."""
TOKEN = re.compile(
    r"""(?P<space>\s+) | (?P<arrow>->|→) | (?P<repeat>\{[^{}]*\}|[*+?]) | (?P<open>\[\^?) | (?P<close>\])
      | (?P<name>(?:event:)?(?:"(?:[^"\\]|\\.)+" | (?:(?!->)[^\s→"\[\]{}*+?^])+)) | (?P<wrong>.)""",
    re.VERBOSE | re.DOTALL,
)


def parse_pattern(text: str) -> PathPattern:
    """Read a path pattern; raises PatternError with all faults, each with its place.

    Names are joined by `->` (or `→`). A name is a page as the site map names it, or `event:add_to_cart`; one that holds
    other signs stands in quotes, where `*` is any signs: `"/list/*"`. `*` alone is any one step, `[a b]` one of them,
    `[^a b]` none of them. Behind any of these, `*`, `+`, `?`, `{3}`, `{2,5}`, `{2,}` say how often in a row. `entry`
    at the beginning and `exit` at the end are the ends of the session.

    >>> [(item.negated, item.least, item.most) for item in parse_pattern("product -> [^cart]* -> exit").items]
    [(False, 1, 1), (True, 0, None)]
    """
    pattern, faults = read_pattern(text)
    if faults:
        raise refuse_pattern(faults)
    return pattern


def read_pattern(text: str) -> tuple[PathPattern, list[Fault]]:
    """Read as much of a pattern as can be, and list what is wrong with it."""
    if len(text) > MOST_SIGNS:
        return PathPattern((), False, False), [Fault(MOST_SIGNS + 1, f"it is too long; use at most {MOST_SIGNS} signs")]
    faults: list[Fault] = []
    segments = list(_split(text, faults))
    ends = [segments[0].is_end("entry"), len(segments) > 1 and segments[-1].is_end("exit")]
    middle = segments[ends[0] : len(segments) - ends[1]]
    items = tuple(item for segment in middle if (item := segment.read(faults)) is not None)
    pattern = PathPattern(items, *ends)
    if len(pattern.names) > MOST_NAMES:
        faults.append(Fault(pattern.names[MOST_NAMES].sign, f"it names too much; leave at most {MOST_NAMES} names"))
    if not faults and not any(item.least for item in items) and not (all(ends) and items):
        faults.append(Fault(1, "no page at all would do; name one without *, ? or {0,…}"))
    return pattern, faults


def _split(text: str, faults: list[Fault]) -> Iterator[Segment]:
    """Cut a pattern at its arrows."""
    tokens: list[Token] = []
    for match in TOKEN.finditer(text):
        token = Token(str(match.lastgroup), match[0], match.start() + 1)
        if token.kind == "arrow":
            yield Segment(tuple(tokens), token.sign)
            tokens = []
        elif token.kind == "wrong":
            faults.append(Fault(token.sign, _tell_wrong(token.text)))
        elif token.kind != "space":
            tokens.append(token)
    yield Segment(tuple(tokens), max(len(text), 1))


def _tell_wrong(sign: str) -> str:
    if sign == '"':
        return 'the quote is never closed, or holds nothing; put " behind the name'
    return f"{sign} cannot stand here; put a name that holds it in quotes"
