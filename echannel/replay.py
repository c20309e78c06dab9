"""Replay: quarantined lines are read again by today's rules, and leave the quarantine where they can be read now."""

import csv
import io
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from functools import partial
from typing import NamedTuple

import dataframely as dy
import msgspec
import polars as pl

from echannel.exits import Stop
from echannel.intake import Intake, Ledger, plan_intake, take_ahead, write_part
from echannel.sessions.refresh import refresh_sessions
from echannel.sources import SourceSettings
from echannel.workspace import Workspace
from ingest import (
    TOO_LONG,
    BadInput,
    Batch,
    Line,
    Quarantine,
    Reader,
    Recipe,
    Source,
    Taken,
    choose_format,
    pair_spool,
    read_recipe,
    reread_lines,
    write_recipe,
)
from lake import rewrite_rows

PLACE = r":\d+:[0-9a-f]+$"
"""What an id of a quarantined line tells beside its source: the line's number, and what it says."""
SLICE_BYTES = 64 << 20
"""Bytes of lines that are read again at once."""
GROUP = ("fingerprint", "source", "format", "channel", "recipe")
SPOOL = "spool"
READ_AS = {"parquet": "ndjson"}
"""A quarantined row of a typed table is text, JSON, from then on."""

Lines = dy.DataFrame[Quarantine]
Pair = Callable[[Iterable[Batch]], Iterator[tuple[Batch, Reader]]]


class Choice(NamedTuple):
    """Which lines are read again, and by what other than what they were read by."""

    reason: str | None = None
    source: str | None = None
    map: str | None = None
    encoding: str | None = None
    format: str | None = None


def replay_quarantine(space: Workspace, choice: Choice, now: datetime) -> Ledger:
    """Read quarantined lines again as if their sources were read anew; say what became of every one.

    Ids are those that the lines would have had, so an event that was read otherwise since is found to be a duplicate.
    Rows are committed first, then the lines leave the quarantine, or stay in it with their new reason; killed in
    between, run it again. Lines that are too long are not whole and are left alone.
    """
    began, ledger = time.perf_counter(), Ledger()
    for lines in _read_slices(space, choice):
        try:
            ledger.add(_replay(lines, space, choice, now))
        except (BadInput, Stop) as fault:
            ledger.notices.append(f"{lines['source'][0]}: {fault.what}. {fault.fix}")
    refresh_sessions(space.lake, space.settings)
    ledger.seconds = round(time.perf_counter() - began, 3)
    return ledger


def _read_slices(space: Workspace, choice: Choice) -> Iterator[Lines]:
    """Yield the lines of one source after another, a bounded number of bytes at a time."""
    lines = space.lake.scan("quarantine").filter(pl.col("reason") != TOO_LONG)
    for name, wanted in (("reason", choice.reason), ("source", choice.source)):
        lines = lines.filter(pl.col(name) == wanted) if wanted else lines
    fingerprint = pl.col("quarantine_id").str.replace(PLACE, "").alias("fingerprint")
    listed = lines.select("quarantine_id", "line", fingerprint, *GROUP[1:], size=pl.col("raw").bin.size())
    part = pl.col("size").cum_sum().over(GROUP, order_by="line") // SLICE_BYTES
    parts = listed.sort(*GROUP, "line").collect().with_columns(part=part)
    for ids in parts.partition_by(*GROUP, "part", maintain_order=True):
        chosen = lines.join(ids.lazy().select("quarantine_id"), on="quarantine_id", how="semi")
        yield Quarantine.cast(chosen.sort("line").collect())


def _replay(lines: Lines, space: Workspace, choice: Choice, now: datetime) -> Ledger:
    first = lines.row(0, named=True)
    recipe = _write_recipe(first, choice)
    given = {"channel": first["channel"], "map": recipe.map, "encoding": recipe.encoding, "zone": recipe.zone}
    intake = plan_intake(space, msgspec.convert({"path": [], **given}, SourceSettings), now)
    if intake.into == "products":
        raise BadInput("a catalogue is read whole or not at all", first["source"], "Mend the file and ingest it again.")
    fingerprint = first["quarantine_id"].rsplit(":", 2)[0]
    source = Source(
        first["source"], fingerprint, recipe.format, first["channel"], recipe.zone or "UTC", write_recipe(recipe)
    )
    still: list[pl.DataFrame] = []
    ledger = write_part(_take(lines, source, recipe, intake, still), intake, intake.is_distinct(recipe.format))
    tried = pl.col("quarantine_id").is_in(lines["quarantine_id"].implode())
    rewrite_rows(space.lake, "quarantine", tried, lambda rows: rows.filter(~tried), pl.concat(still))
    return ledger


def _write_recipe(line: dict[str, str], choice: Choice) -> Recipe:
    """Write how a source's lines are read now: as they were, but for what was chosen otherwise."""
    recipe = read_recipe(line["recipe"])
    named = choice.format or recipe.format or line["format"]
    return msgspec.structs.replace(
        recipe,
        format=READ_AS.get(named, named),
        map=choice.map or recipe.map,
        encoding=choice.encoding or recipe.encoding,
    )


def _take(lines: Lines, source: Source, recipe: Recipe, intake: Intake, still: list[pl.DataFrame]) -> Iterator[Taken]:
    """Read the lines again; those that are quarantined again are noted too."""
    batch = reread_lines(lines, recipe.encoding)
    pair = _choose_pair(batch, source.name, recipe, intake)
    for taken in take_ahead(pair([batch]), source, intake):
        still.append(taken.quarantined)
        yield taken


def _choose_pair(batch: Batch, where: str, recipe: Recipe, intake: Intake) -> Pair:
    if recipe.format == SPOOL:
        return partial(pair_spool, settings=intake.settings.trackers)
    return choose_format(recipe.format, _set_head(batch, recipe, intake), intake.mapping, where, recipe.zone).pair


def _set_head(batch: Batch, recipe: Recipe, intake: Intake) -> Batch:
    """Put the header back before lines that came under one."""
    if not recipe.columns:
        return batch
    header = pl.DataFrame({"line": [1], "text": [_write_header(recipe, intake)]})
    return batch._replace(lines=Line.cast(pl.concat([header, batch.lines.select("line", "text")])))


def _write_header(recipe: Recipe, intake: Intake) -> str:
    if recipe.format == "w3c":
        return f"#Fields: {' '.join(recipe.columns)}"
    separator = (intake.mapping.separator if intake.mapping else None) or ","
    if len(separator) > 1:
        return separator.join(recipe.columns)
    written = io.StringIO()
    csv.writer(written, delimiter=separator, lineterminator="").writerow(recipe.columns)
    return written.getvalue()
