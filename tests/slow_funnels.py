"""A slow search for the levels of a funnel that tries every choice of events, for the fast one to be held against."""

from collections.abc import Iterator, Sequence
from itertools import combinations, pairwise, permutations
from typing import Any, NamedTuple

from ingest import STAGE_OF_EVENT
from paths import Condition, EventFilter, FunnelDefinition, FunnelStep

DATA_END = 8
"""The minute in which the data ends."""


class Action(NamedTuple):
    """What somebody did, and in which minute; `line` tells what came first in the log."""

    minute: int
    name: str
    page: str
    item: str | None
    visitor: str
    line: int
    price: float | None = None
    device: str | None = None
    person: str = "m"
    session: str = "s"


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


def passes(action: Action, wanted: EventFilter) -> bool:
    named = action.name == wanted.event and wanted.page in (None, action.page)
    return named and all(holds(action, condition) for condition in wanted.where)


def holds(action: Action, condition: Condition) -> bool:
    """Tell whether a property is what it must be; what is not known is not."""
    value: Any = getattr(action, condition.column)
    if value is None:
        return False
    at_least = condition.at_least is None or value >= condition.at_least
    at_most = condition.at_most is None or value <= condition.at_most
    return at_least and at_most and value != condition.is_not and (condition.is_in is None or value in condition.is_in)


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
            rank = (level, -minutes[-1], len(minutes), minutes[::-1], [-place for place in course])
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


def follow_carts(actions: Sequence[Action], quiet_minutes: float) -> dict[Action, str]:
    """Walk through each person's events, and say to which way towards an order each belongs; the others to none."""
    carts: dict[Action, str] = {}
    for person in {action.person for action in actions}:
        own = sorted(
            (action for action in actions if action.person == person), key=lambda a: (a.minute, a.session, a.line)
        )
        ways: list[list[Action]] = [[]]
        for action in (action for action in own if action.name in STAGE_OF_EVENT):
            way = ways[-1]
            if way and (way[-1].name == "purchase" or action.minute - way[-1].minute > quiet_minutes):
                ways.append([])
            ways[-1].append(action)
        opened = [
            next((way[place:] for place, action in enumerate(way) if action.name in ("view_item", "add_to_cart")), [])
            for way in ways
        ]
        first = next((place for place, way in enumerate(opened) if way), 0)
        for number, way in enumerate(opened[first:], start=1):
            if way:
                inside = own[own.index(way[0]) : own.index(way[-1]) + 1]
                carts |= dict.fromkeys(inside, f"{person}#{number}")
    return carts


def find_entrant(action: Action, funnel: FunnelDefinition, carts: dict[Action, str]) -> str | None:
    """Find who takes an event's steps."""
    names = {"visitor": action.visitor, "customer": action.person, "session": action.session}
    return carts.get(action) if funnel.scope == "cart" else names[funnel.scope]


def expect(actions: Sequence[Action], funnel: FunnelDefinition, quiet_minutes: float) -> dict[str, Found]:
    """Find each entrant's level by trying everything; `quiet_minutes`: the silence that ends a cart."""
    found, carts = {}, follow_carts(actions, quiet_minutes)
    for entrant in {find_entrant(action, funnel, carts) for action in actions} - {None}:
        groups: dict[tuple, list[Action]] = {}
        for action in actions:
            held = tuple({"item_id": action.item, "page": action.page}[column] for column in funnel.held)
            if find_entrant(action, funnel, carts) == entrant and None not in held:
                groups.setdefault(held, []).append(action)
        attempt = try_sets if funnel.order == "any" else try_all
        tried = [row for group in groups.values() for row in attempt(group, funnel)]
        if tried:
            best = max(tried, key=lambda row: row.rank)
            last = {str(row.lines[-1]) for row in tried if row.rank == best.rank}
            found[entrant] = Found(best.rank[0], best.minutes, last, any(row.alive for row in tried))
    return found
