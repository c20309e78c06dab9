"""页面规划 in the shell: the plan beside today's page, and the truth where there is none."""

import csv
import io
import json
import zipfile
from pathlib import Path

import pytest

from serving import load_snapshot
from tests.shell import run


@pytest.fixture(scope="session")
def document(operator: Path, lake: Path) -> dict[str, object]:
    return run("plan", "layout", "category", "--lake", lake, "--json", settings=operator / "echannel.toml").document


def test_the_plan_tells_what_moves_and_what_it_is_expected_to_earn(document, operator: Path) -> None:
    truth = json.loads((operator / "truth.json").read_text())["shelf"]
    assert [row["slot"] for row in document["plan"]["rows"]] == truth["slots"]
    assert [row["item_today"] for row in document["plan"]["rows"]] == truth["usual"]
    assert {row["measure"] for row in document["worth"]["rows"]} == {"clicks", "margin"}
    assert document["verdict"] == document["worth"]["rows"][1]["verdict"]
    assert "95 %" in document["slots"]["note"]


def test_the_drawn_pages_judge_the_plan_a_second_time(document) -> None:
    assert [row["estimator"] for row in document["trial"]["rows"]] == ["ipw", "snipw", "dm", "dr"]
    assert {row["verdict"] for row in document["trial"]["rows"] if row["estimator"] != "dm"} == {"too little evidence"}


def test_a_page_that_shows_nothing_is_too_little_evidence_and_no_error(operator: Path, lake: Path) -> None:
    told = run("plan", "layout", "home", "--lake", lake, "--json", settings=operator / "echannel.toml").document
    assert (told["verdict"], told["plan"]["rows"], told["exploration"]) == ("too little evidence", [], None)
    shown = run("plan", "layout", "home", "--lake", lake, settings=operator / "echannel.toml")
    assert "too little evidence" in shown.out


def test_a_person_sees_the_tables_and_a_workbook_has_all(operator: Path, lake: Path, tmp_path: Path) -> None:
    ask = ("plan", "layout", "category", "--lake", lake)
    shown = run(*ask, settings=operator / "echannel.toml").out
    assert "data_packs:1" in shown
    run(*ask, "--format", "xlsx", "--out", tmp_path / "page.xlsx", settings=operator / "echannel.toml")
    with zipfile.ZipFile(tmp_path / "page.xlsx") as book:
        assert sum(name.startswith("xl/worksheets/sheet") for name in book.namelist()) == 7


def test_a_workbook_and_a_csv_without_rows_say_why(operator: Path, lake: Path, tmp_path: Path) -> None:
    why = "too little evidence: the log has no showing on nope"
    ask = ("plan", "layout", "nope", "--lake", lake)
    run(*ask, "--format", "xlsx", "--out", tmp_path / "page.xlsx", settings=operator / "echannel.toml")
    with zipfile.ZipFile(tmp_path / "page.xlsx") as book:
        assert why in book.read("xl/sharedStrings.xml").decode()
    told = run(*ask, "--format", "csv", settings=operator / "echannel.toml")
    assert why in told.err
    assert len(told.out.splitlines()) == 1


def test_a_table_and_a_document_go_to_the_file_that_is_named(operator: Path, lake: Path, tmp_path: Path) -> None:
    ask = ("plan", "layout", "category", "--lake", lake)
    for form in ("table", "json"):
        told = run(*ask, "--format", form, settings=operator / "echannel.toml").out
        assert run(*ask, "--format", form, "--out", tmp_path / form, settings=operator / "echannel.toml").out == ""
        assert (tmp_path / form).read_text(encoding="utf-8") == told


def test_one_table_of_it_is_a_csv(operator: Path, lake: Path) -> None:
    ask = ("plan", "layout", "category", "--part", "products", "--format", "csv", "--lake", lake)
    rows = list(csv.DictReader(io.StringIO(run(*ask, settings=operator / "echannel.toml").out)))
    assert len(rows) == 11


def test_pins_that_cannot_be_met_are_bad_input_with_the_way_out(operator: Path, lake: Path, tmp_path: Path) -> None:
    settings = tmp_path / "echannel.toml"
    pins = '[[layout.pages.category.pins]]\nslot = "data_packs:9"\nitem_id = "DP-01"\n'
    site_map = (operator / "sitemap.toml").as_posix()
    settings.write_text(f'[ingest]\nsite_map = "{site_map}"\n{pins}')
    refused = run("plan", "layout", "category", "--lake", lake, settings=settings, code=3)
    assert "no slot of the page" in refused.err
    assert "layout.pages.category" in refused.err


def test_training_publishes_the_pages_that_the_settings_name(operator: Path, lake: Path) -> None:
    serving = lake / "serving"
    layouts = load_snapshot(serving / (serving / "CURRENT").read_text().strip()).layouts
    truth = json.loads((operator / "truth.json").read_text())["shelf"]
    assert layouts is not None
    assert layouts.pages.tolist() == ["category"]
    assert layouts.slot_names.tolist() == truth["slots"]
    assert layouts.swaps.tolist() == [1, 1, 1, 1, 1, 0]
