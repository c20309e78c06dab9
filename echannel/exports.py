"""Exports: a report as a table on the screen, or as JSON, CSV, a workbook or a page, safe to open."""

import csv
import html
import io
from collections.abc import Sequence
from pathlib import Path

import xlsxwriter

from echannel.console import print_note, print_report, read_cell
from echannel.outlet import open_screen, write_content, write_document, write_text
from serving import Report

FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")
"""A cell that begins with one of these is run as a formula by spreadsheets (OWASP, CSV injection)."""
PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><title>{title}</title>
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
Row = dict[str, str | int | float | None]
NUMBER_FORMATS = {"count": "#,##0", "share": "0.0%", "money": "#,##0.00", "seconds": "#,##0.0"}


def export_report(report: Report, form: str, out: Path | None, funnel: str | None = None) -> None:
    """Write a report in one of the five forms, to a file or to standard output."""
    if form == "xlsx":
        write_workbook([report], out)
    elif form == "table":
        with open_screen(out) as screen:
            print_report(report, screen=screen)
    elif form == "json":
        write_document(describe_funnel(report, funnel) if funnel is not None else describe_report(report), out)
    elif form == "csv":
        write_text(write_csv(report), out, mark=True)
        print_note(report)
    else:
        write_text(write_page(report), out)


def describe_report(report: Report) -> dict[str, object]:
    """Describe a report as one object a row."""
    return {"report": report.name, "note": report.note.en, "rows": _describe_rows(report)}


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


def write_csv(report: Report) -> str:
    """Write a report as CSV; text that a spreadsheet would run gets an apostrophe before it."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(column.name for column in report.columns)
    writer.writerows([_disarm(cell) for cell in row] for row in report.rows)
    return text.getvalue()


def write_page(report: Report) -> str:
    """Write a report as one HTML page without scripts."""
    heads = "".join(f"<th>{html.escape(column.title.en)}</th>" for column in report.columns)
    cells = ([read_cell(cell, column) for cell, column in zip(row, report.columns, strict=True)] for row in report.rows)
    rows = "\n".join("<tr>" + "".join(f"<td>{html.escape(cell)}</td>" for cell in row) + "</tr>" for row in cells)
    title, note = html.escape(report.title.en), html.escape(report.note.en)
    return PAGE.format(title=title, note=note, heads=heads, rows=rows)


def write_workbook(reports: Sequence[Report], out: Path | None) -> None:
    """Write reports as a workbook, what they say on a first sheet and a sheet each, without live formulas or links."""
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, options) as workbook:
        _write_notes(reports, workbook)
        for report in reports:
            _write_sheet(report, workbook)
    write_content(content.getvalue(), out)


def _write_notes(reports: Sequence[Report], workbook: xlsxwriter.Workbook) -> None:
    """Write what the screen says beside each table: a table without rows is none without its verdict."""
    sheet = workbook.add_worksheet("Notes")
    bold, folded = workbook.add_format({"bold": True}), workbook.add_format({"text_wrap": True, "valign": "top"})
    for place, (head, width) in enumerate((("Sheet", 24), ("Title", 30), ("What it says", 100))):
        sheet.set_column(place, place, width, folded)
        sheet.write_string(0, place, head, bold)
    for line, report in enumerate(reports, 1):
        for place, text in enumerate((_name_sheet(report), report.title.en, report.note.en)):
            sheet.write_string(line, place, text)
    sheet.freeze_panes(1, 0)


def _name_sheet(report: Report) -> str:
    return report.name[:LONGEST_SHEET_NAME]


def _write_sheet(report: Report, workbook: xlsxwriter.Workbook) -> None:
    sheet = workbook.add_worksheet(_name_sheet(report))
    bold = workbook.add_format({"bold": True})
    for place, column in enumerate(report.columns):
        number = workbook.add_format({"num_format": NUMBER_FORMATS.get(column.kind, "General")})
        sheet.set_column(place, place, 18, number)
        sheet.write_string(0, place, column.title.en, bold)
    for line, row in enumerate(report.rows, 1):
        for place, cell in enumerate(row):
            if cell is not None:
                sheet.write(line, place, cell)
    sheet.freeze_panes(1, 0)


def _disarm(cell: str | float | None) -> str | float | None:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA_SIGNS) else cell
