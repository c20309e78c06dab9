"""What is printed fits the screen, and all of it is there."""

import io

import msgspec
import pytest
from rich.cells import cell_len
from rich.console import Console

from echannel.console import print_report
from serving import Report, ReportColumn, Text


def make_report(columns: int, *, chinese: bool) -> Report:
    """Make a report of a text column, numbers, and a story at the end, with headings of one language or the other."""
    english = ["Step"] + [f"People who came from place {place}" for place in range(columns)] + ["What happened"]
    theirs = ["步骤"] + [f"来自第{place}处的到达人数" for place in range(columns)] + ["发生了什么"]
    kinds = ["text", *["count"] * columns, "text"]
    titles = [Text(word, word) for word in (theirs if chinese else english)]
    story = (
        "浏览套餐详情页之后离开的访客比平时多" if chinese else "more visitors left after plan_detail than usually do"
    )
    rows = [
        [f"{'第' if chinese else 'step '}{row}", *(1_000_000 + 100 * row + place for place in range(columns)), story]
        for row in range(2)
    ]
    heads = [
        ReportColumn(f"c{place}", title, kind) for place, (title, kind) in enumerate(zip(titles, kinds, strict=True))
    ]
    return Report("funnel", Text("Funnel", "漏斗"), Text("Robots are left out.", "不计机器人。"), heads, rows)


def print_wide(report: Report, width: int) -> list[str]:
    paper = io.StringIO()
    print_report(report, screen=Console(file=paper, width=width, highlight=False, markup=False))
    return paper.getvalue().splitlines()


@pytest.mark.parametrize("chinese", [False, True])
@pytest.mark.parametrize("width", [40, 80, 100])
@pytest.mark.parametrize("columns", [2, 6, 12])
def test_a_table_fits_the_screen_and_nothing_of_it_is_cut(width, columns, chinese) -> None:
    report = make_report(columns, chinese=chinese)
    lines = print_wide(report, width)
    assert max(map(cell_len, lines)) <= width
    cells = [
        [cell.strip() for cell in line.replace("┃", "│").split("│")] for line in lines if "│" in line or "┃" in line
    ]
    for number in (cell for row in report.rows for cell in row if isinstance(cell, int)):
        assert any(f"{number:,}" in line for line in cells), number
    letters = "".join("".join(line) for line in cells).replace(" ", "")
    for word in [str(row[-1]) for row in report.rows] + [column.title.en for column in report.columns]:
        assert all(letters.count(letter) >= word.count(letter) for letter in word if letter != " ")


def test_each_part_of_a_divided_table_is_led_by_the_first_column_and_the_note_stands_once() -> None:
    lines = print_wide(make_report(12, chinese=False), 80)
    heads = [line for line in lines if line.startswith("┃ Step")]
    assert len(heads) > 1
    assert sum("step 1" in line for line in lines) == len(heads)
    assert sum("Robots are left out." in line for line in lines) == 1
    assert sum(line.strip() == "Funnel" for line in lines) == 1


def test_a_table_that_fits_is_one_and_as_wide_as_it_need_be() -> None:
    lines = print_wide(make_report(2, chinese=False), 160)
    assert sum(line.startswith("┏") for line in lines) == 1
    assert max(map(cell_len, lines)) < 160


def test_details_are_left_to_files() -> None:
    report = make_report(2, chinese=False)
    columns = [*report.columns[:-1], msgspec.structs.replace(report.columns[-1], detail=True)]
    lines = print_wide(msgspec.structs.replace(report, columns=columns), 80)
    assert not any("What happened" in line for line in lines)


def test_an_empty_report_shows_its_columns() -> None:
    lines = print_wide(msgspec.structs.replace(make_report(2, chinese=True), rows=[]), 80)
    assert any("步骤" in line for line in lines)


@pytest.mark.parametrize("width", [80, 100, 160])
def test_a_day_is_never_broken(width) -> None:
    report = make_report(12, chinese=False)
    days = [ReportColumn(f"d{place}", Text("From", "起"), "text") for place in range(4)]
    rows = [[row[0], *["2026-03-02"] * 4, *row[1:]] for row in report.rows]
    report = msgspec.structs.replace(report, columns=[report.columns[0], *days, *report.columns[1:]], rows=rows)
    lines = print_wide(report, width)
    assert sum(line.count("2026-03-02") for line in lines) == 8
    assert max(map(cell_len, lines)) <= width
