"""The screen: a report as tables that fit it, so that no column is cut off."""

from collections.abc import Sequence
from typing import NamedTuple

from rich.cells import cell_len
from rich.console import JustifyMethod
from rich.table import Table

from serving import Language, ReportColumn

LEAST_TEXT = 10
"""Characters below which no text is folded, nor a word of a heading: a day is not broken."""
LEAST_NUMBER = 24
"""Characters below which no number is folded."""
FRAME = 3
"""What a column's frame takes."""


class Strip(NamedTuple):
    """One column as it may be drawn."""

    column: ReportColumn
    title: str
    cells: Sequence[str]
    least: int
    """Width below which it would be hard to read."""
    most: int
    """Width at which nothing is folded."""


def measure_strip(column: ReportColumn, cells: Sequence[str], language: Language) -> Strip:
    """Measure how wide a column must and can be; a Chinese character takes two places."""
    title = column.title.read(language)
    widest = max(map(cell_len, cells), default=0)
    word = max(map(cell_len, title.split()), default=0)
    least = max(min(widest, LEAST_TEXT if is_text(column) else LEAST_NUMBER), min(word, LEAST_TEXT))
    return Strip(column, title, cells, least, max(widest, cell_len(title)))


def draw_tables(strips: Sequence[Strip], width: int) -> list[Table]:
    """Draw columns as a table, or where they are too many for the width as several, each led by the first column."""
    return [_draw(part, width) for part in _divide(strips, width)]


def is_text(column: ReportColumn) -> bool:
    """Tell whether a column stands to the left."""
    return column.kind in ("text", "time")


def _divide(strips: Sequence[Strip], width: int) -> list[list[Strip]]:
    parts = [list(strips[:1])]
    for strip in strips[1:]:
        if len(parts[-1]) > 1 and sum(each.least + FRAME for each in [*parts[-1], strip]) + 1 > width:
            parts.append([strips[0]])
        parts[-1].append(strip)
    return parts


def _draw(strips: Sequence[Strip], width: int) -> Table:
    table = Table()
    for strip, wide in zip(strips, _share(strips, width - 1 - FRAME * len(strips)), strict=True):
        justify: JustifyMethod = "left" if is_text(strip.column) else "right"
        table.add_column(strip.title, justify=justify, width=wide, overflow="fold")
    for row in zip(*(strip.cells for strip in strips), strict=True):
        table.add_row(*row)
    return table


def _share(strips: Sequence[Strip], room: int) -> list[int]:
    """Share the room out: to each its least, then what is left to those that need least more."""
    widths = [strip.least for strip in strips]
    if sum(widths) > room:  # two columns alone that are too wide
        widths = [min(width, max(room // len(strips), 1)) for width in widths]
    left = max(room - sum(widths), 0)
    for place, index in enumerate(sorted(range(len(strips)), key=lambda index: strips[index].most - widths[index])):
        more = min(strips[index].most - widths[index], left // (len(strips) - place))
        widths[index] += more
        left -= more
    return widths
