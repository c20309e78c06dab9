"""Parts: a source is written a bounded part at a time, each part whole or not at all."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial

import polars as pl

from echannel.ahead import map_ahead
from echannel.intake.guard import Guard
from echannel.intake.ledger import Ledger
from echannel.intake.logs import Log
from echannel.intake.plan import Intake
from echannel.intake.progress import mark_place
from ingest import (
    Batch,
    Drift,
    Place,
    Reader,
    Source,
    Taken,
    complete_products,
    find_term_faults,
    say_drift,
    take_events,
    take_orders,
    take_products,
)
from lake import Lake, share

Pairs = Iterable[tuple[Batch, Reader]]


def take_ahead(pairs: Pairs, source: Source, intake: Intake) -> Iterator[Taken]:
    """Take a source's batches, several at once and in their order."""
    return map_ahead(partial(_take, source=source, intake=intake), pairs)


def write_part(
    taken: Iterable[Taken], intake: Intake, distinct: bool, marks: Callable[[], Mapping[str, int]] = dict
) -> Ledger:
    """Write one part of a source: first what is quarantined, then the rows and the marks in one commit.

    `marks` is asked when the part has been read, and may raise to give up: then nothing is written. Killed between
    the two commits, the quarantined lines are there and come again with the rows: their ids find them.
    """
    ledger, aside, drift, further = Ledger(), list[pl.DataFrame](), list[Drift](), 0
    guard = Guard(intake.lake, intake.pseudonym)

    def read() -> Iterator[pl.DataFrame]:
        for batch in map(guard.leave_out, taken):
            ledger.note(batch)
            aside.append(batch.quarantined)
            drift.extend(batch.drift)
            yield batch.rows

    def finish() -> Mapping[str, int]:
        moved = marks()
        guard.check()
        intake.lake.append_new("quarantine", aside, distinct=True)
        return moved

    def look(new: pl.LazyFrame) -> None:
        nonlocal further
        if intake.into == "events":
            flagged = new.select(pl.col("robot", "clock").count(), (pl.col("name") == "refund").sum()).collect()
            ledger.robots, ledger.future, ledger.returns = (int(count) for count in flagged.row(0))
            further = _count_further(new) if ledger.further else 0
        elif intake.into == "orders":
            ledger.returns = int(new.select((pl.col("quantity") < 0).sum()).collect().item())

    if intake.into == "products":
        catalogue = list(read())
        with share(intake.lake.folder):
            finish()
            written = _replace_products(intake.lake, catalogue)
        ledger.notices += find_term_faults(complete_products(intake.lake.scan("products").collect()))
    else:
        written = intake.lake.append_new(intake.into, read(), distinct=distinct, watch=look, marks=finish)
    ledger.notices += say_drift(drift)
    kept = written - further
    ledger.duplicates, ledger.events, ledger.further = ledger.events - kept, kept, further
    return ledger


def _count_further(new: pl.LazyFrame) -> int:
    """Count rows beyond the first of their line: the several events of one line are kept or dropped together."""
    return int(new.select(pl.len() - pl.struct("source", "line").n_unique()).collect().item())


class Parts:
    """A log on its way into the lake: what it holds, cut into parts where a place is known to go on from."""

    def __init__(self, log: Log, intake: Intake) -> None:
        self._log, self._intake = log, intake
        self._places: dict[int, Place] = {log.begin.lines: log.begin}
        self._taken = take_ahead(self._pair(), log.source, intake)
        self._lines = log.begin.lines
        self.place = log.begin
        self.over = False

    def read_part(self, lines: int) -> Iterator[Taken]:
        """Yield what is taken of about so many lines; all of a catalogue is one part."""
        until = self._lines + lines if self._intake.into != "products" else None
        for taken in self._taken:
            self._lines += taken.lines
            self.place = self._places.pop(self._lines, self.place)
            yield taken
            if until is not None and self._lines >= until and self._lines == self.place.lines:
                return
        self.over = True

    def mark(self) -> Mapping[str, int]:
        """Return the marks of the place reached, having made sure that the source is what it was."""
        self._log.feed.check(more_to_come=not self.over)
        reached = self.place != self._log.begin
        return mark_place(self.place, self._log.progress, self._intake.pseudonym) if reached else {}

    def _pair(self) -> Iterator[tuple[Batch, Reader]]:
        """Give each batch its reader; those before the place to begin from only say how the later ones are read."""
        log = self._log
        through = not log.format.resumable
        batches = self._note_places(log.feed.read(log.begin, through, log.finished))
        passed = 0 if through else log.begin.lines
        for batch, read in log.format.pair(batches):
            passed += batch.size
            if passed > log.begin.lines:
                yield batch, read

    def _note_places(self, batches: Iterable[Batch]) -> Iterator[Batch]:
        for batch in batches:
            if batch.end:
                self._places[batch.end.lines] = batch.end
            yield batch


def _take(pair: tuple[Batch, Reader], source: Source, intake: Intake) -> Taken:
    batch, read = pair
    if intake.into == "events":
        robots = intake.settings.robots
        return take_events(batch, read, source, intake.site_map, intake.pseudonym, robots, intake.now)
    if intake.into == "orders":
        return take_orders(batch, read, source, intake.pseudonym)
    return take_products(batch, read, source, intake.pseudonym)


def _replace_products(lake: Lake, frames: list[pl.DataFrame]) -> int:
    """Take a catalogue for the whole of today's; of two rows for one product the later stays."""
    if not frames:
        return 0
    catalogue = pl.concat(frames).unique("item_id", keep="last", maintain_order=True).sort("item_id")
    if not catalogue.equals(lake.scan("products").sort("item_id").collect()):
        lake.replace("products", catalogue)
    return len(catalogue)
