"""捆绑促销规划 in the shell: what a merchandiser asks, and what stands in the files."""

import csv
import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from lake import Lake
from tests.intake import hit
from tests.shell import run

OFFERING = frozenset(
    [
        "id",
        "href",
        "name",
        "description",
        "version",
        "lastUpdate",
        "lifecycleStatus",
        "statusReason",
        "isBundle",
        "isSellable",
        "validFor",
        "agreement",
        "attachment",
        "bundledProductOffering",
        "category",
        "channel",
        "marketSegment",
        "place",
        "prodSpecCharValueUse",
        "productOfferingPrice",
        "productOfferingTerm",
        "productSpecification",
        "resourceCandidate",
        "serviceCandidate",
        "serviceLevelAgreement",
        "@type",
        "@baseType",
        "@schemaLocation",
    ]
)
"""Fields of TMF620 v4."""
BUNDLED = frozenset(
    ["id", "href", "name", "lifecycleStatus", "bundledProductOfferingOption", "@type", "@baseType", "@schemaLocation"]
)
OPTION = frozenset(["numberRelOfferDefault", "numberRelOfferLowerLimit", "numberRelOfferUpperLimit", "@type"])
PRICE = frozenset(
    [
        "id",
        "href",
        "name",
        "description",
        "version",
        "lastUpdate",
        "lifecycleStatus",
        "isBundle",
        "percentage",
        "priceType",
        "recurringChargePeriodLength",
        "recurringChargePeriodType",
        "unitOfMeasure",
        "price",
        "tax",
        "validFor",
        "productOfferingTerm",
        "place",
        "popRelationship",
        "bundledPopRelationship",
        "pricingLogicAlgorithm",
        "prodSpecCharValueUse",
        "constraint",
        "@type",
        "@baseType",
        "@schemaLocation",
    ]
)
STATUSES = ("In study", "In design", "In test", "Active", "Launched", "Retired", "Obsolete", "Rejected")


@pytest.fixture(scope="session")
def plan(lake: Path, operator: Path) -> Any:
    """Ask for the plan in words of one's own."""
    return lambda *words: run("plan", "bundles", "--lake", lake, *words, settings=operator / "echannel.toml")


def test_the_document_holds_the_plan_what_was_left_out_and_the_rehearsal(plan: Any, operator: Path) -> None:
    told = plan("--json").document
    bundle = json.loads((operator / "truth.json").read_text())["stories"]["bundle"]
    (row,) = told["rows"]
    assert row["bundle"] == " + ".join(sorted([bundle["first"], bundle["second"]]))
    assert row["advice"] == "side by side"
    assert row["q_value"] < 0.001
    assert row["people"] >= row["people_all"] >= 10
    assert told["left_out"]["report"] == "bundles-left-out"
    assert told["rehearsal"]["report"] == "bundles-rehearsal"


def test_a_person_sees_cards_in_both_languages_that_fit_on_a_hundred_columns(plan: Any) -> None:
    said = plan().out
    head, _, cards = said.partition("\n")
    assert head == "Bundles to offer 捆绑促销规划"
    assert "→ place side by side, no discount" in cards
    for label in ("Break-even 盈亏平衡转化率", "Buy all anyway 自相蚕食人数", "People a test needs 验证所需人数"):
        assert label in cards
    (card,) = [part for part in said.split("\n\n") if part.startswith("1  ")]
    assert max(map(width, card.splitlines())) <= 100


def width(line: str) -> int:
    """Columns of a terminal: Chinese signs take two."""
    return sum(1 + (sign > "\u2e80") for sign in line.rstrip())


def test_the_rehearsal_and_each_table_can_be_asked_for_alone(plan: Any) -> None:
    assert plan("--rehearse", "--json").document["report"] == "bundles-rehearsal"
    assert plan("--part", "left-out", "--json").document["report"] == "bundles-left-out"
    assert plan("--part", "evidence", "--json").document["report"] == "bundles-evidence"


def test_two_tables_at_once_are_refused(lake: Path) -> None:
    refused = run("plan", "bundles", "--lake", lake, "--rehearse", "--part", "plan", code=2)
    assert "Give one of them" in refused.err


def test_the_table_as_csv_has_a_row_a_bundle(plan: Any, tmp_path: Path) -> None:
    plan("--format", "csv", "--out", tmp_path / "plan.csv")
    rows = list(csv.DictReader(io.StringIO((tmp_path / "plan.csv").read_text(encoding="utf-8-sig"))))
    assert len(rows) == 1
    assert {"names", "price", "margin_low", "break_even", "trial_people"} <= rows[0].keys()
    assert "<h1>Bundles to offer</h1>" in plan("--format", "html").out


def test_the_workbook_has_a_sheet_for_each_table_and_neither_formulas_nor_links(plan: Any, tmp_path: Path) -> None:
    plan("--format", "xlsx", "--out", tmp_path / "plan.xlsx")
    with zipfile.ZipFile(tmp_path / "plan.xlsx") as book:
        names = book.read("xl/workbook.xml").decode()
        sheets = [book.read(name).decode() for name in book.namelist() if name.startswith("xl/worksheets/sheet")]
    for sheet in (
        "Notes",
        "bundles",
        "bundles-evidence",
        "bundles-left-out",
        "bundles-rehearsal",
        "bundles-how-to-read",
    ):
        assert f'name="{sheet}"' in names
    assert len(sheets) == 6
    assert not [sheet for sheet in sheets if "<f>" in sheet or "hyperlink" in sheet]


def test_cards_and_the_document_go_to_the_file_that_is_named(plan: Any, tmp_path: Path) -> None:
    for form in ("table", "json"):
        told = plan("--format", form).out
        assert plan("--format", form, "--out", tmp_path / form).out == ""
        assert (tmp_path / form).read_text(encoding="utf-8") == told


def test_a_workbook_needs_a_file(lake: Path) -> None:
    assert "--out" in run("plan", "bundles", "--lake", lake, "--format", "xlsx", code=2).err


def test_the_draft_offering_uses_the_words_of_tmf620(plan: Any) -> None:
    (offering,) = json.loads(plan("--format", "tmf620").out)
    assert offering.keys() <= OFFERING
    assert (offering["@type"], offering["isBundle"]) == ("ProductOffering", True)
    assert offering["lifecycleStatus"] == "In design"
    assert offering["lifecycleStatus"] in STATUSES
    assert offering["validFor"]["startDateTime"].endswith("Z")
    assert [part["id"] for part in offering["bundledProductOffering"]] == ["HS-07", "VA-05"]
    for part in offering["bundledProductOffering"]:
        assert part.keys() <= BUNDLED
        assert part["bundledProductOfferingOption"].keys() <= OPTION
    (price,) = offering["productOfferingPrice"]
    assert price.keys() <= PRICE
    assert price["price"] == {"@type": "Money", "unit": "CNY", "value": 2828.0}
    assert [channel["id"] for channel in offering["channel"]] == ["web", "wap", "app"]


def test_a_draft_read_back_as_a_catalogue_is_not_on_sale(plan: Any, tmp_path: Path) -> None:
    plan("--format", "tmf620", "--out", tmp_path / "offerings.json")
    lake = tmp_path / "lake"
    told = run("ingest", tmp_path / "offerings.json", "--format", "tmf620", "--lake", lake, "--json").document
    assert (told["events"], told["quarantined"]) == (1, 0)
    (product,) = Lake(lake).scan("products").collect().rows(named=True)
    assert (product["item_id"], product["price"], product["attributes"]) == ("HS-07+VA-05", 2828.0, "bundle")
    assert product["channels"] == "web wap app"
    assert product["on_sale_to"].year == 1970


def test_nobody_stands_in_any_export(plan: Any, lake: Path) -> None:
    """The people of the orders, by their pseudonyms."""
    people = Lake(lake).scan("orders").collect()["person_id"].unique().to_list()
    told = plan("--json").out + plan("--format", "tmf620").out + plan().out
    assert people
    assert not [person for person in people if person in told]


def test_the_report_stands_among_the_products_and_can_be_asked_for(lake: Path, operator: Path) -> None:
    settings = operator / "echannel.toml"
    asked = run("report", "bundles", "--lake", lake, "--json", settings=settings).document
    assert asked["report"] == "bundles"
    assert len(asked["rows"]) == 1


def test_ingest_says_what_gives_back_and_the_note_what_became_of_it(tmp_path: Path) -> None:
    """Twelve orders of phone and case, one of which is cancelled; and a cancellation of nothing."""
    (tmp_path / "map.toml").write_text(
        'into = "orders"\nchannel = "web"\n[fields]\norder_id = "order"\nitem_id = "item"\nordered_at = "at"\n'
        'customer_id = "who"\nquantity = "pieces"\n'
    )
    lines = [f"O{n},{item},2026-03-02T08:00:{n:02}Z,c{n},1" for n in range(12) for item in ("phone", "case")]
    lines += ["C1,case,2026-03-03T08:00:00Z,c3,-1", "C2,film,2026-03-03T08:00:00Z,c3,-1"]
    (tmp_path / "orders.csv").write_text("order,item,at,who,pieces\n" + "\n".join(lines) + "\n")
    (tmp_path / "access.log").write_text(hit("/home") + "\n")
    lake = tmp_path / "lake"
    read = ("ingest", tmp_path / "orders.csv", "--map", tmp_path / "map.toml", "--finished", "--lake", lake)
    assert "2 that give something back" in run(*read).out
    run("ingest", tmp_path / "access.log", "--format", "combined", "--channel", "web", "--finished", "--lake", lake)
    told = run("report", "also-bought", "--lake", lake, "--json").document
    assert [(row["item_a"], row["item_b"], row["baskets"]) for row in told["rows"]] == [("case", "phone", 11)]
    assert "returns, with what they take back: 1; returns whose order is not found: 1" in told["note"]
