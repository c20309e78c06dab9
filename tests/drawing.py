"""Drawn tables: the input of a test as a reader would draw it on paper.

    draw('''
        visitor | time  | name        | item
        --------+-------+-------------+-----
        ann     | 08:00 | view_item   | P1
        ann     | 08:02 | add_to_cart | P1
    ''')

gives these events as `Sessioned`, in the order drawn. An empty cell is null; bars stand between cells only. Short
heads: visitor, customer, person, session, item, order, time. A time is `08:00`, `08:00:05.250` (on day 1) or `3
08:00` (on day 3); day 1 is 2 March 2026, UTC. What is not drawn is filled in: a visitor called like the customer,
else `v`, channel web, name page_view, the stage from the name, events `e01`, `e02` …, sessions by pauses of more than
30 minutes, and the person: the customer if the session knows exactly one, else the visitor.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta

import dataframely as dy
import polars as pl

from ingest import STAGE_OF_EVENT, Sessioned

DAY_ONE = datetime(2026, 3, 2, tzinfo=UTC)
PAUSE = timedelta(minutes=30)
HEADS = {
    "visitor": "visitor_id", "customer": "customer_id", "person": "person_id", "session": "session_id",
    "item": "item_id", "order": "order_id", "time": "occurred_at",
}  # fmt: skip

Cell = str | float | datetime | None


def draw(text: str, **defaults: Cell) -> dy.DataFrame[Sessioned]:
    """Read a drawn table of events as `Sessioned`; `defaults` fill columns that are not drawn (`channel="app"`)."""
    return make_events(draw_rows(text), **defaults)


def make_events(rows: Iterable[Mapping[str, Cell]], **defaults: Cell) -> dy.DataFrame[Sessioned]:
    """Make `Sessioned` of rows that name some columns, filled in as for drawn ones; times as text or datetimes."""
    filled = [_fill(row, number, defaults) for number, row in enumerate(rows, start=1)]
    _sessionize(filled)
    columns = {name: [row.get(name) for row in filled] for name in Sessioned.column_names()}
    return Sessioned.cast(pl.DataFrame({name: _column(name, cells) for name, cells in columns.items()}))


def draw_rows(text: str) -> list[dict[str, str | None]]:
    """Read any drawn table as one dictionary a row, heads written out, empty cells as None."""
    lines = [line.strip() for line in text.strip().splitlines()]
    head, *body = [line for line in lines if line and not set(line) <= set("-+=| ")]
    names = [HEADS.get(name, name) for name in _cells(head)]
    return [dict(zip(names, [cell or None for cell in _cells(line)], strict=True)) for line in body]


def at(text: str) -> datetime:
    """Read `08:00`, `08:00:05.250` or `3 08:00` as a time of the drawn days."""
    day, _, clock = text.strip().rpartition(" ")
    hours, minutes, *seconds = clock.split(":")
    passed = timedelta(hours=int(hours), minutes=int(minutes), seconds=float(seconds[0]) if seconds else 0)
    return DAY_ONE + timedelta(days=int(day or 1) - 1) + passed


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.split("|")]


def _fill(row: Mapping[str, Cell], number: int, defaults: Mapping[str, Cell]) -> dict[str, Cell]:
    unknown = row.keys() - set(Sessioned.column_names())
    if unknown:
        raise ValueError(f"No event has a column {', '.join(sorted(unknown))}; draw one of {Sessioned.column_names()}.")
    filled: dict[str, Cell] = {"event_id": f"e{number:02}", "channel": "web", "visitor_id": "v", "name": "page_view"}
    filled.update({"source": "drawn", "line": number}, **defaults)
    if row.get("customer_id"):
        filled["visitor_id"] = row["customer_id"]
    filled.update(row)
    time = filled.get("occurred_at") or "00:00"
    filled["occurred_at"] = at(time) if isinstance(time, str) else time
    for clock in ("device_at", "received_at"):
        said = filled.get(clock)
        filled[clock] = at(said) if isinstance(said, str) else said
    filled.setdefault("stage", STAGE_OF_EVENT.get(str(filled["name"])))
    return filled


def _sessionize(rows: list[dict[str, Cell]]) -> None:
    """Give each row the session, step and person that are not drawn."""
    last: dict[Cell, dict[str, Cell]] = {}
    sessions = defaultdict(list)
    for row in sorted(rows, key=lambda row: (row["occurred_at"], row["line"])):
        before = last.get(row["visitor_id"])
        goes_on = before is not None and row["occurred_at"] - before["occurred_at"] <= PAUSE  # type: ignore[operator]
        row.setdefault("session_id", before["session_id"] if before and goes_on else row["event_id"])
        last[row["visitor_id"]] = row
        sessions[row["session_id"]].append(row)
    for session in sessions.values():
        customers = {row.get("customer_id") for row in session} - {None}
        for step, row in enumerate(session, start=1):
            row.setdefault("step", step)
            row.setdefault("person_id", customers.copy().pop() if len(customers) == 1 else row["visitor_id"])


def _column(name: str, cells: list[Cell]) -> pl.Series:
    """Make a typed column of drawn cells: numbers from text, times as they are."""
    dtype = Sessioned.columns()[name].dtype
    if dtype.is_numeric():
        cells = [None if cell is None else float(str(cell)) for cell in cells]
        return pl.Series(name, cells, pl.Float64).cast(dtype)
    return pl.Series(name, cells, dtype)
