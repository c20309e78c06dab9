"""Settings of sessions, as the settings file tells them."""

from collections.abc import Iterable, Iterator
from difflib import get_close_matches

import msgspec
import polars as pl

from ingest.events import EVENT_NAMES
from ingest.refusals import BadInput
from ingest.sessions.presets import PRESETS
from ingest.sessions.rules import SessionRules

MOST_MINUTES = 31 * 24 * 60
"""A month: who comes back later than that comes again."""
MOST_HOURS = 100 * 366 * 24
"""A century."""


class SessionSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How a visitor's events are cut into sessions. Raises `BadInput` with all its faults at once."""

    preset: str | None = None
    """Begin with the rules of a product: ga4, matomo, posthog, sensors or volcengine; the keys below win over it."""
    pause_minutes: float | None = None
    """A longer pause begins a new session; exactly this long does not. 30 by default, as nearly everywhere."""
    exact_pause_cuts: bool | None = None
    """Whether a pause of exactly `pause_minutes` begins a new session too, as in Matomo. false by default."""
    midnight: bool | None = None
    """Whether midnight in `zone` begins a new session, so that each belongs to one day. false by default."""
    campaign: bool | None = None
    """Whether an event of another campaign than the session's begins a new session. false by default."""
    login: bool | None = None
    """Whether the login of another customer than the session's begins a new session. false by default."""
    separators: tuple[str, ...] | None = None
    """Events, in GA4's names, that begin a new session and are its first. None by default."""
    endings: tuple[str, ...] | None = None
    """Events, in GA4's names, that are the last of their session: what follows begins a new one. None by default."""
    longest_hours: float | None = None
    """No event lies further than this behind the first of its session. 0, the default: no limit."""
    passive: tuple[str, ...] | None = None
    """Events, in GA4's names, that keep no session alive (heartbeats): pauses are measured without. None by default."""
    zone: str | None = None
    """The operator's time zone, for midnight. Asia/Shanghai by default."""

    def __post_init__(self) -> None:
        if faults := list(_find_faults(self)):
            raise BadInput("; ".join(faults), "[sessions]", "See docs/sessions.md.")


def settle(settings: SessionSettings) -> SessionRules:
    """Return the rules in force: what the settings say, else what their preset says, else the defaults."""
    said = {name: value for name, value in msgspec.structs.asdict(settings).items() if value is not None}
    return msgspec.structs.replace(PRESETS.get(said.pop("preset", ""), SessionRules()), **said)


def _find_faults(settings: SessionSettings) -> Iterator[str]:
    if settings.preset not in (None, *PRESETS):
        yield f"unknown preset {settings.preset!r}{_suggest(settings.preset or '', PRESETS)}"
    rules = settle(settings)
    yield from _find_fault_in_lengths(rules)
    for key in ("separators", "endings", "passive"):
        unknown = [name for name in getattr(rules, key) if name not in EVENT_NAMES]
        yield from (f"unknown event {name!r} in {key}{_suggest(name, EVENT_NAMES)}" for name in unknown)
    for name in sorted({*rules.separators, *rules.endings} & set(rules.passive)):
        yield f"{name!r} cannot both cut sessions and be passive: name it in one place"
    if rules.zone != SessionRules().zone and not (rules.zone and _is_zone(rules.zone)):
        yield f"unknown time zone {rules.zone!r}: give one like Asia/Shanghai"


def _find_fault_in_lengths(rules: SessionRules) -> Iterator[str]:
    if not 0 < rules.pause_minutes <= MOST_MINUTES:
        yield f"pause_minutes is {rules.pause_minutes:g}: give minutes above 0, like 30, and at most {MOST_MINUTES}"
    if not 0 <= rules.longest_hours <= MOST_HOURS:
        yield f"longest_hours is {rules.longest_hours:g}: give hours, like 24, or 0 for no limit"
    elif 0 < rules.longest_hours * 60 < rules.pause_minutes:
        yield (
            f"longest_hours is {rules.longest_hours:g}, shorter than one pause of {rules.pause_minutes:g} minutes:"
            " make it longer or the pause shorter"
        )


def _suggest(name: str, known: Iterable[str]) -> str:
    near = get_close_matches(name, sorted(known), n=2, cutoff=0.5)
    return f" (did you mean {' or '.join(near)}?)" if near else f" (choose of {', '.join(sorted(known))})"


def _is_zone(name: str) -> bool:
    """Tell whether the engine that finds midnights knows the zone."""
    try:
        pl.select(pl.datetime(2026, 1, 1, time_zone="UTC").dt.convert_time_zone(name))
    except pl.exceptions.ComputeError:
        return False
    return True
