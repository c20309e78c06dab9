"""Exports: a report as a table on the screen, or as JSON, CSV, a workbook or a page, safe to open."""

import csv
import html
import io
from collections.abc import Sequence
from pathlib import Path

import xlsxwriter

from echannel.console import print_note, print_report, read_cell
from echannel.outlet import open_screen, write_content, write_document, write_text
from serving import Language, Report, ReportColumn, Text

FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")
"""A cell that begins with one of these is run as a formula by spreadsheets (OWASP, CSV injection)."""
PAGE = """<!doctype html>
<html lang="{language}"><meta charset="utf-8"><title>{title}</title>
<style>
body {{ font: 16px/1.5 system-ui; margin: 2rem }}
td, th {{ padding: .2rem .8rem; text-align: left; border-bottom: 1px solid #ddd }}
</style>
<h1>{title}</h1><p>{note}</p>
<table><thead><tr>{heads}</tr></thead><tbody>
{rows}
</tbody></table></html>
"""
LONGEST_SHEET_NAME = 31
NOTES = Text("Notes", "说明")
NOTES_COLUMNS = ((Text("Sheet", "工作表"), 24), (Text("Title", "标题"), 30), (Text("What it says", "说明"), 100))
"""Heads of the first sheet, and how wide they stand."""
Cell = str | int | float | None
Row = dict[str, Cell]
NUMBER_FORMATS = {"count": "#,##0", "share": "0.0%", "money": "#,##0.00", "seconds": "#,##0.0"}


def export_report(
    report: Report, form: str, out: Path | None, funnel: str | None = None, *, language: Language = "en"
) -> None:
    """Write a report in one of the five forms, to a file or to standard output, for people in their language."""
    if form == "xlsx":
        write_workbook([report], out, language)
    elif form == "table":
        with open_screen(out) as screen:
            print_report(report, screen=screen, language=language)
    elif form == "json":
        told = describe_report(report, language) if funnel is None else describe_funnel(report, funnel)
        write_document(told, out)
    elif form == "csv":
        write_text(write_csv(report, language), out, mark=True)
        print_note(report, language)
    else:
        write_text(write_page(report, language), out)


def describe_report(report: Report, language: Language = "en") -> dict[str, object]:
    """Describe a report as one object a row."""
    return {"report": report.name, "note": report.note.read(language), "rows": _describe_rows(report)}


def describe_funnel(report: Report, name: str) -> dict[str, object]:
    """Describe a funnel with its totals, and so each of its segments: entrants = converted + lost + open."""
    parts: dict[str, list[Row]] = {}
    for row in _describe_rows(report):
        parts.setdefault(str(row.pop("segment", None)), []).append(row)
    whole, *segments = ({"segment": segment} | _sum_up(steps) for segment, steps in parts.items())
    told = {"funnel": name} | {key: value for key, value in whole.items() if key != "segment"}
    return told | {"segments": segments} if segments else told


def _sum_up(steps: list[Row]) -> dict[str, object]:
    return {
        "entrants": steps[0]["reached"],
        "converted": steps[-1]["reached"],
        "lost": sum(int(step["lost"] or 0) for step in steps),
        "open": sum(int(step["open"] or 0) for step in steps),
        "steps": steps,
    }


def _describe_rows(report: Report) -> list[Row]:
    names = [column.name for column in report.columns]
    return [dict(zip(names, row, strict=True)) for row in report.rows]


def write_csv(report: Report, language: Language = "en") -> str:
    """Write a report as CSV; text that a spreadsheet would run gets an apostrophe before it.

    English has the names of the code for heads and words, which scripts read; Chinese has those of people.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    heads, rows = [column.name for column in report.columns], report.rows
    if language != "en":
        heads = [column.title.read(language) for column in report.columns]
        rows = [_call_all(row, report.columns, language) for row in report.rows]
    writer.writerow(map(_disarm, heads))
    writer.writerows(map(_disarm, row) for row in rows)
    return text.getvalue()


def write_page(report: Report, language: Language = "en") -> str:
    """Write a report as one HTML page without scripts."""
    heads = "".join(f"<th>{html.escape(column.title.read(language))}</th>" for column in report.columns)
    pairs = (zip(row, report.columns, strict=True) for row in report.rows)
    cells = ([read_cell(cell, column, language) for cell, column in row] for row in pairs)
    rows = "\n".join("<tr>" + "".join(f"<td>{html.escape(cell)}</td>" for cell in row) + "</tr>" for row in cells)
    title, note = (html.escape(text.read(language)) for text in (report.title, report.note))
    return PAGE.format(language=language, title=title, note=note, heads=heads, rows=rows)


def write_workbook(reports: Sequence[Report], out: Path | None, language: Language = "en") -> None:
    """Write reports as a workbook, what they say on a first sheet and a sheet each, without live formulas or links."""
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, options) as workbook:
        _write_notes(reports, workbook, language)
        for report in reports:
            _write_sheet(report, workbook, language)
    write_content(content.getvalue(), out)


def _write_notes(reports: Sequence[Report], workbook: xlsxwriter.Workbook, language: Language) -> None:
    """Write what the screen says beside each table: a table without rows is none without its verdict."""
    sheet = workbook.add_worksheet(NOTES.read(language))
    bold, folded = workbook.add_format({"bold": True}), workbook.add_format({"text_wrap": True, "valign": "top"})
    for place, (head, width) in enumerate(NOTES_COLUMNS):
        sheet.set_column(place, place, width, folded)
        sheet.write_string(0, place, head.read(language), bold)
    for line, report in enumerate(reports, 1):
        for place, text in enumerate((_name_sheet(report), report.title.read(language), report.note.read(language))):
            sheet.write_string(line, place, text)
    sheet.freeze_panes(1, 0)


def _name_sheet(report: Report) -> str:
    return report.name[:LONGEST_SHEET_NAME]


def _write_sheet(report: Report, workbook: xlsxwriter.Workbook, language: Language) -> None:
    sheet = workbook.add_worksheet(_name_sheet(report))
    bold = workbook.add_format({"bold": True})
    for place, column in enumerate(report.columns):
        number = workbook.add_format({"num_format": NUMBER_FORMATS.get(column.kind, "General")})
        sheet.set_column(place, place, 18, number)
        sheet.write_string(0, place, column.title.read(language), bold)
    for line, row in enumerate(report.rows, 1):
        for place, cell in enumerate(_call_all(row, report.columns, language)):
            if cell is not None:
                sheet.write(line, place, cell)
    sheet.freeze_panes(1, 0)


def _call_all(row: Sequence[Cell], columns: Sequence[ReportColumn], language: Language) -> list[Cell]:
    return [_call(cell, column, language) for cell, column in zip(row, columns, strict=True)]


def _call(cell: Cell, column: ReportColumn, language: Language) -> Cell:
    """Call a value as people do."""
    word = column.words.get(cell) if isinstance(cell, str) else None
    return word.read(language) if word else cell


def _disarm(cell: Cell) -> Cell:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA_SIGNS) else cell
