"""The console: what a person sees, and the one JSON document that a script reads."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import msgspec
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn, TransferSpeedColumn
from rich.table import Table

from serving import Report, ReportColumn

notes = Console(stderr=True, highlight=False)
"""For people: progress, advice and errors."""
answers = Console(highlight=False, markup=False, width=None if sys.stdout.isatty() else 160)
"""For what was asked: tables and documents."""


def print_document(document: object) -> None:
    """Print one JSON document on a line of its own, and nothing else."""
    sys.stdout.buffer.write(msgspec.json.encode(document) + b"\n")
    sys.stdout.buffer.flush()


def print_report(report: Report) -> None:
    """Print a report as a table."""
    table = Table(title=report.title.en, caption=report.note.en, title_justify="left", caption_justify="left")
    rows = [[read_cell(cell, column) for cell, column in zip(row, report.columns, strict=True)] for row in report.rows]
    for place, column in enumerate(report.columns):
        widest = max((len(row[place]) for row in rows), default=0)
        is_text = column.kind in ("text", "time")
        table.add_column(
            column.title.en, justify="left" if is_text else "right", min_width=min(widest, 24), overflow="fold"
        )
    for row in rows:
        table.add_row(*row)
    answers.print(table)


def read_cell(cell: str | float | None, column: ReportColumn) -> str:
    """Read a value as people call it, or as they write it."""
    word = column.words.get(cell) if isinstance(cell, str) else None
    return word.en if word else format_cell(cell, column.kind)


def format_cell(cell: str | float | None, kind: str) -> str:
    """Write a value as people read it: 1,234 · 12.3 % · 59.00."""
    if cell is None:
        return "–"
    if isinstance(cell, str):
        return cell
    formats = {"share": "{:.1%}", "money": "{:,.2f}", "seconds": "{:,.1f}"}
    return formats.get(kind, "{:,.4g}" if isinstance(cell, float) else "{:,}").format(cell)


@contextmanager
def show_progress(what: str, total_bytes: int) -> Iterator[Callable[[int], None]]:
    """Show a bar of bytes read where a person watches, and nothing where a script does; yield what moves it."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        DownloadColumn(),
        TransferSpeedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=notes, disable=not notes.is_terminal, transient=True) as progress:
        task = progress.add_task(what, total=total_bytes)
        yield lambda read: progress.advance(task, read)
