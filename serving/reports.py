"""Reports: tables made by the daily run, that a page can draw without knowing them."""

import re
from typing import Literal

import msgspec

from serving.reasons import Language

ColumnKind = Literal["text", "count", "number", "share", "money", "seconds", "time"]
"""How a column's values read: number is a measure without a unit or with the one in its title, share is 0 … 1, money in
the operator's currency, time an ISO 8601 text."""

Cell = str | int | float | None

NAME_PATTERN = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")


class Text(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One text in the two languages of the page."""

    en: str
    zh: str

    def read(self, language: Language) -> str:
        """Return it in one of them."""
        return self.zh if language == "zh" else self.en


class ReportColumn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One column of a report."""

    name: str
    title: Text
    kind: ColumnKind = "text"
    words: dict[str, Text] = {}
    """What some values are called by people: the cell says `wap`, the page WAP or WAP 门户."""
    detail: bool = False
    """Whether it is for files and the page rather than for a screen of a hundred columns."""


class Report(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One table with its titles; each row has one cell for each column, None where there is no value."""

    name: str
    title: Text
    note: Text
    columns: list[ReportColumn]
    rows: list[list[Cell]]
    chapter: Text = Text("Reports", "报表")
    """What it stands under in the list of reports."""
    place: int = 0
    """Where it stands among the reports; equal places by name."""


class ReportError(ValueError):
    """A report that cannot be published, with the reason and what to do."""


def encode_report(report: Report) -> bytes:
    """Write a report as the JSON document that a snapshot carries, after checking it."""
    _check_report(report)
    return msgspec.json.encode(report)


def decode_report(document: bytes) -> Report:
    """Read and check a report's JSON document; raises `ReportError`."""
    try:
        report = msgspec.json.decode(document, type=Report)
    except (msgspec.DecodeError, UnicodeDecodeError) as fault:
        raise ReportError(f"This is no report: {fault}. Make it with encode_report.") from None
    _check_report(report)
    return report


def _check_report(report: Report) -> None:
    """Refuse a name that is no file name, and rows that do not fit the columns."""
    if not NAME_PATTERN.fullmatch(report.name):
        raise ReportError(f"Report name {report.name!r} is not usable: use small letters, digits, - and _, at most 64.")
    wrong = [place for place, row in enumerate(report.rows, 1) if len(row) != len(report.columns)]
    if wrong:
        raise ReportError(
            f"Report {report.name}: row {wrong[0]} and {len(wrong) - 1} more do not have one cell for each of the "
            f"{len(report.columns)} columns; fill missing values with null."
        )
