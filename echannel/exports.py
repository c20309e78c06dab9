"""Exports: a report as a table on the screen, or as JSON, CSV, a workbook or a page, safe to open."""

import csv
import html
import io
import sys
from pathlib import Path

import xlsxwriter

from echannel.console import format_cell, notes, print_document, print_report
from echannel.exits import Exit, Stop
from serving import Report

FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")
"""A cell that begins with one of these is run as a formula by spreadsheets (OWASP, CSV injection)."""
NUMBER_FORMATS = {"count": "#,##0", "share": "0.0%", "money": "#,##0.00", "seconds": "#,##0.0"}


def export_report(report: Report, form: str, out: Path | None, funnel: str | None = None) -> None:
    """Write a report in one of the five forms, to a file or to standard output."""
    if form == "xlsx":
        if out is None:
            raise Stop(Exit.WRONG_USE, "a workbook needs a file", "--format xlsx", "Add --out report.xlsx.")
        write_workbook(report, out)
    elif form == "table":
        print_report(report)
    elif form == "json":
        print_document(describe_funnel(report, funnel) if funnel is not None else describe_report(report))
    else:
        _write_text(write_csv(report) if form == "csv" else write_page(report), out)


def describe_report(report: Report) -> dict[str, object]:
    """Describe a report as one object a row."""
    names = [column.name for column in report.columns]
    return {
        "report": report.name,
        "note": report.note.en,
        "rows": [dict(zip(names, row, strict=True)) for row in report.rows],
    }


def describe_funnel(report: Report, name: str) -> dict[str, object]:
    """Describe a funnel with its totals: entrants = converted + lost + open."""
    steps = describe_report(report)["rows"]
    assert isinstance(steps, list)
    entrants = steps[0]["reached"] if steps else 0
    return {
        "funnel": name,
        "entrants": entrants,
        "converted": steps[-1]["reached"] if steps else 0,
        "lost": sum(step["lost"] for step in steps),
        "open": sum(step["open"] for step in steps),
        "steps": steps,
    }


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
    rows = "".join(
        "<tr>"
        + "".join(
            f"<td>{html.escape(format_cell(cell, column.kind))}</td>"
            for cell, column in zip(row, report.columns, strict=True)
        )
        + "</tr>\n"
        for row in report.rows
    )
    title, note = html.escape(report.title.en), html.escape(report.note.en)
    return (
        f'<!doctype html>\n<html lang="en"><meta charset="utf-8"><title>{title}</title>\n'
        "<style>body{font:16px/1.5 system-ui;margin:2rem}td,th{padding:.2rem .8rem;text-align:left;border-bottom:1px solid #ddd}</style>\n"
        f"<h1>{title}</h1><p>{note}</p>\n<table><thead><tr>{heads}</tr></thead><tbody>\n{rows}</tbody></table></html>\n"
    )


def write_workbook(report: Report, out: Path) -> None:
    """Write a report as a workbook without live formulas or links."""
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(str(out), options) as workbook:
        sheet = workbook.add_worksheet(report.name[:31])
        bold = workbook.add_format({"bold": True})
        for place, column in enumerate(report.columns):
            sheet.set_column(
                place, place, 18, workbook.add_format({"num_format": NUMBER_FORMATS.get(column.kind, "General")})
            )
            sheet.write_string(0, place, column.title.en, bold)
        for line, row in enumerate(report.rows, 1):
            for place, cell in enumerate(row):
                if cell is not None:
                    sheet.write(line, place, cell)
        sheet.freeze_panes(1, 0)


def _disarm(cell: str | float | None) -> str | float | None:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA_SIGNS) else cell


def _write_text(text: str, out: Path | None) -> None:
    if out is None:
        sys.stdout.write(text)
    else:
        out.write_text(text)
        notes.print(f"wrote {out}")
