"""The console: what a person sees, and the one JSON document that a script reads."""

import io
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import zip_longest

import msgspec
from rich.console import Console
from rich.padding import Padding
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn, TransferSpeedColumn
from rich.table import Table

from echannel.screen import draw_tables, measure_strip
from serving import Language, Report, ReportColumn, Text

notes = Console(stderr=True, highlight=False)
"""For people: progress, advice and errors."""
WIDTH = 160
"""Characters of a line where no terminal tells its own."""
answers = Console(highlight=False, markup=False, width=None if sys.stdout.isatty() else WIDTH)
"""For what was asked: tables and documents."""


def spare_signs() -> None:
    """Let standard output write signs that the machine's encoding lacks by their numbers."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")


def print_document(document: object) -> None:
    """Print one JSON document on a line of its own, and nothing else."""
    sys.stdout.buffer.write(write_line(document))
    sys.stdout.buffer.flush()


def write_line(document: object) -> bytes:
    """Write one JSON document as a line in UTF-8."""
    return msgspec.json.encode(document) + b"\n"


def print_report(report: Report, most: int | None = None, screen: Console = answers, language: Language = "en") -> None:
    """Print a report without its details, the first `most` rows of it, in as many tables as its columns need."""
    shown = report.rows[:most]
    strips = [
        measure_strip(column, [read_cell(row[place], column, language) for row in shown], language)
        for place, column in enumerate(report.columns)
        if not column.detail
    ]
    screen.print(report.title.read(language), style="italic")
    for table in draw_tables(strips, screen.width):
        screen.print(table)
    screen.print(report.note.read(language), style="dim italic")
    if len(report.rows) > len(shown):
        screen.print(MORE.read(language).format(len(report.rows) - len(shown)))


def print_note(report: Report, language: Language = "en") -> None:
    """Tell whoever watches what a report says beside its table, where the form has no place for it."""
    notes.print(f"{report.title.read(language)}: {report.note.read(language)}", markup=False, soft_wrap=True)


def print_cards(report: Report, most: int, screen: Console = answers, language: Language = "en") -> None:
    """Print the first rows of a report as cards: id, name and advice as its head, the others in two columns.

    For reports of many columns; the labels are in both languages.
    """
    screen.print(f"{report.title.en} {report.title.zh}")
    for number, row in enumerate(report.rows[:most], 1):
        cells = [
            (f"{column.title.en} {column.title.zh}", read_cell(cell, column, language))
            for cell, column in zip(row, report.columns, strict=True)
        ]
        cards = Table.grid(padding=(0, 2))
        for justify in ("left", "right", "left", "right"):
            cards.add_column(justify=justify, overflow="fold")
        for left, right in zip_longest(cells[3::2], cells[4::2], fillvalue=("", "")):
            cards.add_row(*left, *right)
        screen.print(f"\n{number}  {cells[1][1]}  ({cells[0][1]})\n   → {cells[2][1]}", soft_wrap=True)
        screen.print(Padding(cards, (0, 0, 0, 3)))
    more = len(report.rows) - most
    told = [report.note.read(language)] + ([MORE.read(language).format(more)] if more > 0 else [])
    screen.print(f"\n{' '.join(told)}")


def read_cell(cell: str | float | None, column: ReportColumn, language: Language = "en") -> str:
    """Read a value as people call it, or as they write it."""
    word = column.words.get(cell) if isinstance(cell, str) else None
    return word.read(language) if word else format_cell(cell, column.kind)


def format_cell(cell: str | float | None, kind: str) -> str:
    """Write a value as people read it: 1,234 · 12.3 % · 59.00."""
    if cell is None:
        return "–"
    if isinstance(cell, str):
        return cell
    if kind == "number" and 0 < cell < SMALL:
        return f"<{SMALL:g}"
    formats = {"share": "{:.1%}", "money": "{:,.2f}", "seconds": "{:,.1f}"}
    return formats.get(kind, "{:,.4g}" if isinstance(cell, float) else "{:,}").format(cell)


MORE = Text("And {:,} more.", "另有 {:,} 行。")
SMALL = 0.0001
"""Below it a number without a unit, a q-value mostly, is only said to be below it."""


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
