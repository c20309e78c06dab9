import re
import zipfile

from echannel.exports import write_csv, write_page, write_workbook
from serving import Report, ReportColumn, Text

NASTY = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "https://evil.example", "<script>alert(1)</script>", '"; DROP', None]
REPORT = Report(
    "nasty",
    Text("N", "N"),
    Text("", ""),
    [ReportColumn("text", Text("T", "T")), ReportColumn("share", Text("S", "S"), "share")],
    [[text, 0.125] for text in NASTY],
)


def test_a_cell_that_a_spreadsheet_would_run_is_disarmed_in_csv():
    lines = write_csv(REPORT).splitlines()
    assert lines[1:6] == ["'=1+1,0.125", "'+1,0.125", "'-1,0.125", "'@SUM(A1),0.125", "'\t=1,0.125"]


def test_numbers_below_zero_stay_numbers():
    report = Report("n", Text("", ""), Text("", ""), [ReportColumn("n", Text("", ""), "count")], [[-5]])
    assert write_csv(report) == "n\n-5\n"


def test_a_workbook_has_no_formulas_and_no_links(tmp_path):
    write_workbook([REPORT], tmp_path / "r.xlsx")
    with zipfile.ZipFile(tmp_path / "r.xlsx") as book:
        sheet = book.read("xl/worksheets/sheet2.xml").decode()
    assert "<f>" not in sheet
    assert "hyperlink" not in sheet
    assert sheet.count("<row") == len(NASTY) + 1


def test_the_first_sheet_of_a_workbook_says_what_the_screen_says_and_runs_nothing(tmp_path):
    verdict = Report("plan", Text("=Plan", "规划"), Text("https://evil.example", "证据不足"), REPORT.columns, [])
    write_workbook([verdict, REPORT], tmp_path / "r.xlsx")
    with zipfile.ZipFile(tmp_path / "r.xlsx") as book:
        first, texts = (book.read(f"xl/{part}.xml").decode() for part in ("worksheets/sheet1", "sharedStrings"))
        names = book.read("xl/workbook.xml").decode()
    assert re.findall(r'<sheet name="([^"]+)"', names) == ["Notes", "plan", "nasty"]
    assert re.findall("<t[^>]*>([^<]*)</t>", texts)[3:6] == ["plan", "=Plan", "https://evil.example"]
    assert first.count("<row") == 3
    assert "<f>" not in first
    assert "hyperlink" not in first


def test_a_page_runs_nothing():
    page = write_page(REPORT)
    assert "<script>" not in page
    assert "&lt;script&gt;" in page
    assert "12.5%" in page


def test_the_language_asked_for_is_that_of_headings_notes_and_words(tmp_path):
    column = ReportColumn("channel", Text("Channel", "=渠道"), words={"wap": Text("WAP", "WAP 门户")})
    report = Report("walks", Text("Walks", "浏览"), Text("All.", "全部。"), [column], [["wap"], ["=1"]])
    assert write_csv(report, "zh").splitlines() == ["'=渠道", "WAP 门户", "'=1"]
    assert write_csv(report, "en").splitlines() == ["channel", "wap", "'=1"]
    page = write_page(report, "zh")
    assert [word in page for word in ('lang="zh"', "<h1>浏览</h1><p>全部。</p>", "WAP 门户")] == [True] * 3
    write_workbook([report], tmp_path / "r.xlsx", "zh")
    with zipfile.ZipFile(tmp_path / "r.xlsx") as book:
        texts, names = (book.read(f"xl/{part}.xml").decode() for part in ("sharedStrings", "workbook"))
    assert 'name="说明"' in names
    assert {"浏览", "全部。", "=渠道", "WAP 门户"} <= set(re.findall("<t[^>]*>([^<]*)</t>", texts))
