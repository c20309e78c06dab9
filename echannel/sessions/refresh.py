"""Sessions kept up to date with the lake's events: late events re-open the sessions that they touch, and no others."""

from uuid import uuid4

import dataframely as dy
import msgspec

from echannel.people.identity import resolve_persons
from echannel.sessions.recut import cut_windows
from echannel.sessions.reopening import find_reopened
from echannel.sessions.rewriting import PORTIONS, Portions, Rewriting
from echannel.tree import Settings
from ingest import Sessioned, Touched, cap_pages, settle
from lake import TABLES, Exchange, Lake, Overtaken, State, read_news, share

TRIES = 20


def refresh_sessions(lake: Lake, settings: Settings, portions: Portions = PORTIONS) -> None:
    """Bring `sessioned` and `sessions` up to date with `events` and the settings; see docs/decisions/0002.

    Cut anew are the sessions that events touch which came, changed or went since; all of them where the settings are
    others, or where it cannot be told any more what changed. Raises `TimeoutError` where other writers come first
    twenty times.
    """
    if lake.version("events") < 0:
        return None
    for _ in range(TRIES):
        try:
            with share(lake.folder):
                return _refresh(lake, settings, portions)
        except Overtaken:
            continue
    raise TimeoutError(f"{lake.folder}: other writers came first {TRIES} times. Run the command again.")


def scan_sessioned(lake: Lake, settings: Settings) -> dy.LazyFrame[Sessioned]:
    """Return the lake's events with their sessions, up to date, in no order, to be read column by column as needed.

    The person of an anonymous session is the one customer ever seen on its device, where there is one. Of each day and
    channel the busiest pages keep their names.
    """
    refresh_sessions(lake, settings)
    sessioned = cap_pages(lake.scan("sessioned"), settings.ingest.most_pages)
    return Sessioned.cast(resolve_persons(lake, settings, sessioned))


def _refresh(lake: Lake, settings: Settings, portions: Portions) -> None:
    """Cut what must be cut anew, and commit both tables; their notes agree once both are."""
    sessioned, sessions, events = (_look(lake, name) for name in ("sessioned", "sessions", "events"))
    made_by = {"of": events.id, "settings": _tell_rules(settings)}
    made_of = {**made_by, "events": str(events.version)}
    whole = "work" in sessioned.note and sessioned.note["work"] == sessions.note.get("work")
    if whole and made_of.items() <= sessioned.note.items():
        return
    known = whole and made_by.items() <= sessioned.note.items()
    touched = _find_touched(sessioned, sessions, events, settings, portions) if known else None
    made_of["work"] = uuid4().hex
    with Exchange(sessions) as ours, Exchange(sessioned) as theirs:
        files = Rewriting(theirs, "occurred_at", portions), Rewriting(ours, "ended_at", portions)
        for file in files:
            file.reopen(touched)
        for cut in cut_windows(events.pieces, touched, settings, portions.events):
            for file, rows in zip(files, cut, strict=True):
                file.add(rows)
        for file in files:
            file.flush()
        ours.commit(made_of)
        theirs.commit(made_of)


def _look(lake: Lake, name: str) -> State:
    """Look at a table; one of an earlier shape is begun anew."""
    kind = TABLES[name]
    if name != "events" and lake.scan(name).collect_schema() != kind.schema.create_empty().schema:
        lake.replace(name, kind.schema.create_empty())
    return State(lake.folder / name, kind)


def _tell_rules(settings: Settings) -> str:
    """Write down what cutting hangs on: other rules cut all sessions anew."""
    robots = settings.robots
    return msgspec.json.encode((settle(settings.sessions), robots.flood_events, robots.flood_seconds)).decode()


def _find_touched(
    sessioned: State, sessions: State, events: State, settings: Settings, portions: Portions
) -> Touched | None:
    """Find what changed since the sessions were cut; None where that cannot be told any more."""
    news = read_news(events.folder, int(sessioned.note["events"]), events.version)
    if news is None:
        return None
    return find_reopened(news, sessions.pieces["file"].to_list(), settle(settings.sessions).pause_us, portions.points)
