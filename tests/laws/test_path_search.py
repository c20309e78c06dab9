"""What is true of every path search: it finds what trying every way finds."""

from itertools import product
from typing import NamedTuple

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest import Sessioned
from paths import FoundPath, FoundSession, PathCount, PathSettings, search_paths
from tests.drawing import DAY_ONE, make_events

PAGES = ["a", "b", "list/1", "list/2"]
EVENTS = ["page_view", "view_item", "purchase"]


class Place(NamedTuple):
    """One item of a pattern, as the oracle sees it."""

    text: str
    least: int
    most: int | None
    takes: frozenset[tuple[str | None, str]]


STEPS = [(page, event) for page in [None, *PAGES] for event in EVENTS]
NAMES = {
    "a": [step for step in STEPS if step[0] == "a"],
    "b": [step for step in STEPS if step[0] == "b"],
    '"list/*"': [step for step in STEPS if (step[0] or "").startswith("list/")],
    '"list/1"': [step for step in STEPS if step[0] == "list/1"],
    "event:view_item": [step for step in STEPS if step[1] == "view_item"],
    "event:purchase": [step for step in STEPS if step[1] == "purchase"],
}
REPEATS = {"": (1, 1), "*": (0, None), "+": (1, None), "?": (0, 1), "{2}": (2, 2), "{1,3}": (1, 3), "{2,}": (2, None)}


@st.composite
def places(draw: st.DrawFn) -> Place:
    kind = draw(st.sampled_from(["name", "any", "one of", "none of"]))
    names = draw(st.lists(st.sampled_from(sorted(NAMES)), min_size=1, max_size=1 if kind == "name" else 2, unique=True))
    repeat = draw(st.sampled_from(sorted(REPEATS)))
    named = {step for name in names for step in NAMES[name]}
    text, takes = {
        "name": (names[0], named),
        "any": ("*", set(STEPS)),
        "one of": (f"[{' '.join(names)}]", named),
        "none of": (f"[^{' '.join(names)}]", set(STEPS) - named),
    }[kind]
    return Place(text + repeat, *REPEATS[repeat], frozenset(takes))


class Pattern(NamedTuple):
    """A pattern, and what it means."""

    places: list[Place]
    from_entry: bool
    to_exit: bool

    @property
    def text(self) -> str:
        ends = ["entry"] * self.from_entry, ["exit"] * self.to_exit
        return " -> ".join([*ends[0], *(place.text for place in self.places), *ends[1]])

    @property
    def walks_events(self) -> bool:
        return "event:" in self.text


patterns = st.builds(Pattern, st.lists(places(), min_size=1, max_size=4), st.booleans(), st.booleans()).filter(
    lambda pattern: any(place.least for place in pattern.places) or (pattern.from_entry and pattern.to_exit)
)
sessions = st.dictionaries(
    st.sampled_from("stuv"),
    st.lists(st.tuples(st.sampled_from([None, *PAGES]), st.sampled_from(EVENTS)), min_size=1, max_size=7),
    min_size=1,
)


def make_sessions(walks: dict[str, list[tuple[str | None, str]]]) -> pl.DataFrame:
    every_page = {"all_pages": [(page, "page_view") for page in PAGES]}
    return make_events(
        {"session_id": session, "visitor_id": session, "page": page, "name": event, "occurred_at": DAY_ONE}
        for session, steps in (every_page | walks).items()
        for page, event in steps
    )


def walk(steps: list[tuple[str | None, str]], pattern: Pattern, *, collapse: bool) -> list[tuple[str | None, str]]:
    """List the steps that a pattern sees, by going through them one by one."""
    seen: list[tuple[str | None, str]] = []
    for step in steps:
        if not pattern.walks_events and step[0] is None:
            continue
        same = seen and (seen[-1] == step if pattern.walks_events else seen[-1][0] == step[0])
        if not (collapse and same):
            seen.append(step)
    return seen


def match(steps: list[tuple[str | None, str]], pattern: Pattern) -> tuple[int, int] | None:
    """Find the first match by trying every place to begin at and every number of times for every item."""
    found = []
    limits = [range(place.least, len(steps) + 1 if place.most is None else place.most + 1) for place in pattern.places]
    for begin in range(1 if pattern.from_entry else len(steps) + 1):
        for times in product(*limits):
            end = begin + sum(times)
            wanted = [place.takes for place, count in zip(pattern.places, times, strict=True) for _ in range(count)]
            fits = end <= len(steps) and all(
                step in takes for step, takes in zip(steps[begin:end], wanted, strict=True)
            )
            if fits and (end == len(steps) or not pattern.to_exit):
                found.append((begin, end - times[-1], -end))
    return (min(found)[0], -min(found)[2]) if found else None


@settings(deadline=None, max_examples=60)
@given(sessions, patterns, st.booleans())
def test_it_finds_the_sessions_and_places_that_trying_everything_finds(
    walks: dict[str, list[tuple[str | None, str]]], pattern: Pattern, collapse: bool
) -> None:
    frame = make_sessions(walks)
    repeats = PathSettings(repeats="collapsed" if collapse else "kept")
    found = search_paths(Sessioned.cast(frame), pattern.text, repeats, most=100)
    steps = {session: walk(steps, pattern, collapse=collapse) for session, steps in walks.items()}
    expected = {session: match(steps[session], pattern) for session in walks}
    told = {
        row["session_id"]: row["steps"] for row in found.sessions.iter_rows(named=True) if row["session_id"] in walks
    }
    assert told == {session: place[1] - place[0] for session, place in expected.items() if place}
    ways = [
        tuple(_name(step, pattern) for step in steps[session][slice(*place)])
        for session, place in expected.items()
        if place
    ]
    shown = {
        tuple(page for page in row["path"] if page not in ("(entry)", "(exit)")): row["sessions"]
        for row in found.paths.iter_rows(named=True)
    }
    assert all(shown[way] >= ways.count(way) for way in ways)
    assert sum(shown.values()) == found.sessions.height


def _name(step: tuple[str | None, str], pattern: Pattern) -> str:
    page, event = step
    return str(page) if not pattern.walks_events else f"{event}@{page}" if page else event


@settings(deadline=None, max_examples=60)
@given(sessions, patterns)
def test_the_tables_agree_and_the_order_of_the_log_does_not_matter(
    walks: dict[str, list[tuple[str | None, str]]], pattern: Pattern
) -> None:
    frame = make_sessions(walks)
    counts, paths, found = search_paths(Sessioned.cast(frame), pattern.text, most=100)
    PathCount.validate(counts), FoundPath.validate(paths), FoundSession.validate(found)
    every = counts.row(0, named=True)
    assert every["matched"] == counts["matched"][1:].sum() == paths["sessions"].sum() == found.height
    shuffled = frame.sample(fraction=1, shuffle=True, seed=1)
    again = search_paths(Sessioned.cast(shuffled), pattern.text, most=100)
    assert all(one.equals(other) for one, other in zip((counts, paths, found), again, strict=True))
