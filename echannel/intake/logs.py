"""Logs: sources opened, with the format that fits them and the place from which they are read on."""

from typing import NamedTuple

import polars as pl

from echannel.intake.feeds import Feed
from echannel.intake.plan import Intake
from echannel.intake.progress import Progress, find_place, name_progress
from ingest import (
    START,
    BadInput,
    Batch,
    Format,
    Place,
    Recipe,
    Source,
    choose_format,
    guess_format,
    read_header,
    write_recipe,
)

FIELDS = "#Fields:"


class Log(NamedTuple):
    """One source, ready to be read."""

    feed: Feed
    source: Source
    format: Format
    begin: Place
    progress: Progress
    finished: bool
    """Whether a last line without a line break is whole."""


def open_log(feed: Feed, intake: Intake) -> Log | None:
    """Look at a source's first lines, and find how it is read and from where on; none where it has no line yet.

    Raises `BadInput` where no format fits, or where more of its first lines fail than the settings let pass.
    """
    finished = _is_finished(feed, intake)
    head = feed.read_head(finished)
    if head is None:
        return None
    form = choose_format(intake.format, head, intake.mapping, feed.name, intake.zone)
    _refuse_another_kind(form, head, feed, intake)
    source = _name_source(feed, form, head, intake)
    progress = name_progress(source.fingerprint, form.name, intake)
    begin = START if intake.into == "products" else find_place(feed, progress, intake)
    return Log(feed, source, form, begin, progress, finished)


def _is_finished(feed: Feed, intake: Intake) -> bool:
    """Tell whether a source will not grow: it was said to be finished, or was left alone for long enough."""
    if intake.finished or feed.changed_at is None:
        return True
    rest = intake.now.timestamp() - feed.changed_at if intake.now else 0.0
    return rest > intake.settings.ingest.settle_seconds


def _refuse_another_kind(form: Format, head: Batch, feed: Feed, intake: Intake) -> None:
    if 1 - form.sure <= intake.settings.ingest.refuse_above:
        return
    raise BadInput(
        f"only {form.sure:.0%} of its first lines read as {form.name};"
        f" it looks like {guess_format(head, intake.mapping, feed.name)}",
        feed.name,
        "Pass the right file or --format; nothing was written.",
    )


def _name_source(feed: Feed, form: Format, head: Batch, intake: Intake) -> Source:
    """Name a source by its first line, and where that is a header by the line below too: many logs begin with it."""
    first = _read_first(head)
    below = _read_first(next(form.pair([head]))[0])
    told = feed.identity or (first if below == first else f"{first}\n{below}")
    channel = intake.channel or (intake.mapping.channel if intake.mapping else None)
    columns = _read_columns(form, head, intake) if below != first else []
    recipe = Recipe(form.name, channel, intake.map_file, columns, intake.encoding, intake.zone)
    fingerprint = intake.pseudonym("source", told)
    return Source(feed.name, fingerprint, form.name, channel, intake.zone or "UTC", write_recipe(recipe))


def _read_columns(form: Format, head: Batch, intake: Intake) -> list[str]:
    """Read the columns that a header names: without it none of the lines below could be read again."""
    if form.name == "w3c":
        named = head.lines["text"].filter(head.lines["text"].str.starts_with(FIELDS))
        return named[0].removeprefix(FIELDS).split() if len(named) else []
    return (
        read_header(_read_first(head), intake.mapping.separator if intake.mapping else ",")
        if form.name == "csv"
        else []
    )


def _read_first(batch: Batch) -> str:
    """Return the first line that is not blank, understood or not."""
    understood = batch.lines.head(1).select("line", text=pl.col("text").cast(pl.Binary))
    rejected = batch.rejected.head(1).select("line", text="raw")
    first = pl.concat([understood, rejected]).sort("line").head(1)
    return "".join(text.decode(errors="backslashreplace") for text in first["text"])
