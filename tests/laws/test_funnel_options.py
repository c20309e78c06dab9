"""Whatever the options of a funnel, the search finds what trying every choice of events finds."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import combinations, pairwise, permutations
from typing import Any, NamedTuple

import dataframely as dy
import msgspec
import polars as pl
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from ingest import Sessioned
from paths import EventFilter, Exclusion, FunnelDefinition, FunnelError, FunnelStep, Level, measure_levels
from tests.drawing import DAY_ONE, make_events

NAMES = ("view_item", "add_to_cart", "purchase", "search")
DATA_END = 8


class Action(NamedTuple):
    """What a visitor did, and in which minute; `line` tells what came first in the log."""

    minute: int
    name: str
    page: str
    item: str | None
    visitor: str
    line: int


class Tried(NamedTuple):
    """One chain: how it ranks, when and lastly with which line it took its steps, and whether it may still go on."""

    rank: tuple[Any, ...]
    minutes: tuple[int | None, ...]
    lines: tuple[int | None, ...]
    alive: bool


class Found(NamedTuple):
    """What is expected of an entrant's level."""

    level: int
    minutes: tuple[int | None, ...]
    last_lines: set[str]
    """The lines that the last step may be of; several where events tie."""
    waiting: bool


actions = st.lists(
    st.tuples(
        st.integers(0, DATA_END),
        st.sampled_from(NAMES),
        st.sampled_from("ppq"),
        st.sampled_from(["x", "x", "x", "y", None]),
        st.sampled_from("aaaab"),
    ),
    min_size=2,
    max_size=6,
).map(lambda drawn: [Action(*cells, line) for line, cells in enumerate(drawn, start=1)])
filters = st.builds(EventFilter, st.sampled_from(NAMES[:3]), page=st.sampled_from([None, None, "p", "q"]))
steps = st.builds(
    FunnelStep,
    st.sampled_from(NAMES[:3]),
    page=st.sampled_from([None, None, None, "p", "q"]),
    any_of=st.sampled_from([0, 0, 1]).flatmap(lambda most: st.lists(filters, max_size=most).map(tuple)),
    optional=st.sampled_from([False, False, True]),
    within_minutes=st.sampled_from([None, None, None, 1, 3]),
    after_minutes=st.sampled_from([0, 0, 0, 0, 1, 2]),
)
exclusions = st.builds(
    Exclusion,
    st.sampled_from(NAMES),
    page=st.sampled_from([None, "p"]),
    after_step=st.integers(1, 3),
    before_step=st.sampled_from([None, 2, 3]),
)


@st.composite
def definitions(draw: st.DrawFn, order: str) -> FunnelDefinition:
    """Draw a funnel of any options that go together."""
    drawn = draw(st.lists(steps, min_size=2, max_size=4))
    bare = {"optional": False, "within_minutes": None, "after_minutes": 0}
    told = [{key: getattr(step, key) for key in step.__struct_fields__} for step in drawn]
    free = order == "any"
    told = [row | (bare if free or place == 0 else {}) for place, row in enumerate(told)]
    told[-1]["optional"] = False
    excluded = draw(st.sampled_from([0, 0, 2]).flatmap(lambda most: st.lists(exclusions, max_size=most)))
    if free:
        excluded = [Exclusion(each.event, each.page) for each in excluded]
    try:
        return FunnelDefinition(
            name="f",
            steps=tuple(FunnelStep(**row) for row in told),
            window_hours=draw(st.sampled_from([2, 5, 9, 9])) / 60,
            order=order,
            ties="either" if free else draw(st.sampled_from(["either", "arrival", "strict"])),
            hold=draw(st.sampled_from([(), (), (), (), "item_id", ("item_id", "page")])),
            exclude=tuple(excluded),
        )
    except FunnelError:
        assume(False)
        raise


@st.composite
def cases(draw: st.DrawFn, order: str) -> tuple[list[Action], FunnelDefinition]:
    """Draw a funnel, a visitor who walks some of its steps in order, and what happens besides."""
    funnel = draw(definitions(order))
    others = draw(actions)
    walked = funnel.steps[: draw(st.integers(1, len(funnel.steps)))]
    minutes = sorted(draw(st.lists(st.integers(0, DATA_END), min_size=len(walked), max_size=len(walked))))
    told = [
        Action(minute, choice.event, choice.page or "p", "x", "a", line)
        for line, (minute, choice) in enumerate(
            ((minute, draw(st.sampled_from(step.choices))) for minute, step in zip(minutes, walked, strict=True)),
            start=11,
        )
    ]
    return draw(st.permutations([*others[:3], *told])), funnel


def passes(action: Action, wanted: EventFilter) -> bool:
    return action.name == wanted.event and wanted.page in (None, action.page)


def is_good(action: Action, step: FunnelStep) -> bool:
    return any(passes(action, choice) for choice in step.choices)


def is_shut(
    chain: Sequence[Action], end: float, actions: Sequence[Action], course: Sequence[int], funnel: FunnelDefinition
) -> bool:
    """Tell whether an excluded event happened between the steps of a chain; `end`: when its last step is taken."""
    for exclusion in funnel.exclude:
        first = max(exclusion.after_step - 1, 0)
        last = (exclusion.before_step or len(funnel.steps)) - 1
        inside = [place for place, step in enumerate(course) if first <= step <= last]
        if len(inside) < 2 or len(chain) <= inside[0]:
            continue
        begin = chain[inside[0]].minute
        until = chain[inside[-1]].minute if len(chain) > inside[-1] else end
        if any(begin < action.minute < until and passes(action, exclusion) for action in actions):
            return True
    return False


def may_stand(
    action: Action, chain: Sequence[Action], steps: Sequence[FunnelStep], funnel: FunnelDefinition, ended: bool
) -> bool:
    """Tell whether an event outside a strict chain may stand somewhere: before it, after it, or as a reload."""
    for place in range(len(chain) + 1):
        before, after = chain[place - 1] if place else None, chain[place] if place < len(chain) else None
        key = (lambda each: (each.minute, each.line)) if funnel.ties == "arrival" else (lambda each: (each.minute,))
        fits = (before is None or key(before) <= key(action)) and (after is None or key(action) <= key(after))
        free = before is None or (after is None and ended) or is_good(action, steps[place - 1])
        if fits and free:
            return True
    return False


def is_chain(
    chain: Sequence[Action], actions: Sequence[Action], course: Sequence[int], funnel: FunnelDefinition, ended: bool
) -> bool:
    """Tell whether events, one a step, are a chain; not `ended`: one that may go on after the data's end."""
    steps = [funnel.steps[place] for place in course]
    for (before, after), step in zip(pairwise(chain), steps[1:], strict=False):
        gap = after.minute - before.minute
        least = step.after_minutes
        late = (
            gap > 0
            if funnel.ties == "strict"
            else (gap, after.line) > (0, before.line)
            if funnel.ties == "arrival"
            else gap >= 0
        )
        if not late or gap < least or (step.within_minutes is not None and gap > step.within_minutes):
            return False
    if chain[-1].minute - chain[0].minute > round(funnel.window_hours * 60):
        return False
    if is_shut(chain, chain[-1].minute if ended else 99, actions, course, funnel):
        return False
    others = [action for action in actions if action not in chain]
    return funnel.order != "strict" or all(may_stand(other, chain, steps, funnel, ended) for other in others)


def is_alive(
    chain: Sequence[Action], actions: Sequence[Action], course: Sequence[int], funnel: FunnelDefinition
) -> bool:
    """Tell whether a chain can be completed by events at the data's end or later."""
    if len(chain) == len(course) or not is_chain(chain, actions, course, funnel, ended=False):
        return False
    tick = 1e-6 if funnel.ties == "strict" else 0
    rest = [funnel.steps[place] for place in course[len(chain) :]]
    soonest = max(DATA_END, chain[-1].minute + max(rest[0].after_minutes, tick))
    if rest[0].within_minutes is not None and soonest - chain[-1].minute > rest[0].within_minutes:
        return False
    done = soonest + sum(max(step.after_minutes, tick) for step in rest[1:])
    return done - chain[0].minute <= round(funnel.window_hours * 60)


def list_chains(
    actions: Sequence[Action], funnel: FunnelDefinition
) -> Iterator[tuple[tuple[int, ...], tuple[Action, ...]]]:
    """List each choice of one event a step, by course."""
    optional = [place for place, step in enumerate(funnel.steps) if step.optional]
    for count in range(len(optional) + 1):
        for skipped in combinations(optional, count):
            course = tuple(place for place in range(len(funnel.steps)) if place not in skipped)
            for length in range(1, len(course) + 1):
                for chain in permutations(actions, length):
                    if all(is_good(action, funnel.steps[place]) for action, place in zip(chain, course, strict=False)):
                        yield course, chain


def try_all(actions: Sequence[Action], funnel: FunnelDefinition) -> list[Tried]:
    """Try every chain; the highest rank is the best."""
    tried = []
    for course, chain in list_chains(actions, funnel):
        minutes = tuple(action.minute for action in chain)
        alive = is_alive(chain, actions, course, funnel)
        if is_chain(chain, actions, course, funnel, ended=True):
            level = course[len(chain) - 1] + 1
            lines = tuple(action.line for action in chain)
            rank = (level, -minutes[-1], len(minutes), minutes[::-1])
            tried.append(Tried(rank, _spread(course, minutes), _spread(course, lines), alive))
        elif alive:
            raise AssertionError("a chain that may go on is one")
    return tried


def _spread(course: Sequence[int], values: Sequence[int]) -> tuple[int | None, ...]:
    """Give each step of the funnel up to the last one taken its value."""
    at_step = dict(zip(course, values, strict=False))
    return tuple(at_step.get(place) for place in range(course[len(values) - 1] + 1))


def try_sets(actions: Sequence[Action], funnel: FunnelDefinition) -> list[Tried]:
    """Try every set of steps done in any order; it is alive where the others may still be done."""
    tried = []
    window = round(funnel.window_hours * 60)
    for length in range(1, len(funnel.steps) + 1):
        for places in combinations(range(len(funnel.steps)), length):
            for chosen in permutations(actions, length):
                minutes = tuple(sorted(action.minute for action in chosen))
                last = [action.line for action in chosen if action.minute == minutes[-1]]
                good = all(is_good(action, funnel.steps[place]) for action, place in zip(chosen, places, strict=True))
                shut = [a.minute for a in actions if any(passes(a, exclusion) for exclusion in funnel.exclude)]
                broken = len(funnel.steps) > 1 and any(minutes[0] < minute < minutes[-1] for minute in shut)
                if good and minutes[-1] - minutes[0] <= window and not broken:
                    ended = len(funnel.steps) > 1 and any(minute > minutes[0] for minute in shut)
                    alive = length < len(funnel.steps) and minutes[0] + window >= DATA_END and not ended
                    tried.extend(Tried((length, -minutes[-1], minutes[::-1]), minutes, (line,), alive) for line in last)
    return tried


def expect(actions: Sequence[Action], funnel: FunnelDefinition) -> dict[str, Found]:
    """Find each visitor's level by trying everything."""
    found = {}
    for visitor in {action.visitor for action in actions}:
        groups: dict[tuple, list[Action]] = {}
        for action in actions:
            held = tuple({"item_id": action.item, "page": action.page}[column] for column in funnel.held)
            if action.visitor == visitor and None not in held:
                groups.setdefault(held, []).append(action)
        attempt = try_sets if funnel.order == "any" else try_all
        tried = [row for group in groups.values() for row in attempt(group, funnel)]
        if tried:
            best = max(tried, key=lambda row: row.rank)
            last = {str(row.lines[-1]) for row in tried if row.rank == best.rank}
            found[visitor] = Found(best.rank[0], best.minutes, last, any(row.alive for row in tried))
    return found


def make(actions: Sequence[Action]) -> dy.DataFrame[Sessioned]:
    return make_events(
        {
            "visitor_id": action.visitor,
            "occurred_at": DAY_ONE + timedelta(minutes=action.minute),
            "name": action.name,
            "page": action.page,
            "item_id": action.item,
            "line": action.line,
            "event_id": f"e{action.line:02}",
        }
        for action in actions
    )


def measure(events: dy.DataFrame[Sessioned], funnel: FunnelDefinition) -> pl.DataFrame:
    return measure_levels(events, funnel, DAY_ONE + timedelta(minutes=DATA_END))


def check(actions: Sequence[Action], funnel: FunnelDefinition) -> None:
    told = msgspec.structs.replace(funnel, breakdown="line", attribution="last")
    levels = measure(make(actions), told).with_columns(
        pl.col("reached_at").list.eval((pl.element() - DAY_ONE).dt.total_minutes())
    )
    expected = expect(actions, funnel)
    assert dict(levels.select("entrant", "level").iter_rows()) == {who: one.level for who, one in expected.items()}
    reached = dict(levels.select("entrant", "reached_at").iter_rows())
    assert reached == {who: list(one.minutes) for who, one in expected.items()}
    status = {
        who: "converted" if one.level == len(funnel.steps) else "open" if one.waiting else "lost"
        for who, one in expected.items()
    }
    assert dict(levels.select("entrant", "status").iter_rows()) == status
    segments = dict(levels.select("entrant", "segment").iter_rows())
    assert {who: segment for who, segment in segments.items() if segment not in expected[who].last_lines} == {}


@settings(max_examples=150, deadline=None)
@given(cases("ordered"))
def test_ordered_with_every_option(case: tuple[list[Action], FunnelDefinition]) -> None:
    check(*case)


@settings(max_examples=150, deadline=None)
@given(cases("strict"))
def test_strict_with_every_option(case: tuple[list[Action], FunnelDefinition]) -> None:
    check(*case)


@settings(max_examples=120, deadline=None)
@given(cases("any"))
def test_any_order_with_every_option(case: tuple[list[Action], FunnelDefinition]) -> None:
    check(*case)


ANY_OPTIONS = st.one_of(*map(definitions, ("ordered", "strict", "any")))


@settings(max_examples=60, deadline=None)
@given(st.data(), actions, ANY_OPTIONS, st.sampled_from(["first", "last", "step 1"]))
def test_neither_the_order_of_the_rows_nor_their_chunks_matter(
    data: st.DataObject, actions: list[Action], funnel: FunnelDefinition, attribution: str
) -> None:
    told = msgspec.structs.replace(funnel, breakdown="line", attribution=attribution)
    levels = measure(make(actions), told)
    rows = data.draw(st.permutations(range(len(actions))))
    cut = data.draw(st.integers(0, len(rows)))
    events = make(actions)[rows]
    chunks = Sessioned.cast(pl.concat([events[:cut], events[cut:]], rechunk=False))
    assert measure(chunks, told).equals(levels)
    assert levels.drop("segment").equals(measure(make(actions), funnel).drop("segment"))


@settings(max_examples=60, deadline=None)
@given(actions, actions, definitions("ordered"))
def test_more_events_never_bring_an_entrant_less_far_where_nothing_is_excluded(
    actions: list[Action], more: list[Action], funnel: FunnelDefinition
) -> None:
    free = msgspec.structs.replace(funnel, exclude=())
    later = [action._replace(line=action.line + 100) for action in more]
    before, after = measure(make(actions), free), measure(make([*actions, *later]), free)
    both = before.join(after, on="entrant", suffix="_after")
    assert both.height == before.height
    assert (both["level_after"] >= both["level"]).all()


@settings(max_examples=50, deadline=None)
@given(actions, ANY_OPTIONS)
def test_levels_keep_to_their_schema_and_fall_from_step_to_step(
    actions: list[Action], funnel: FunnelDefinition
) -> None:
    levels = Level.validate(measure(make(actions), funnel))
    reached = [(levels["level"] >= step).sum() for step in range(1, len(funnel.steps) + 1)]
    assert reached == sorted(reached, reverse=True)
    assert (
        reached[0] == levels.height == sum((levels["status"] == word).sum() for word in ("converted", "lost", "open"))
    )
