"""What merchandisers read of pairs and rules."""

from pathlib import Path

import msgspec
import polars as pl

from echannel.reports import BUNDLE_PARTS, REPORTS, Desk, write_reports
from echannel.training.tables import Tables
from echannel.tree import Settings
from ingest import Order, ReturnCount
from recommend import PairSettings
from serving import Report
from tests.drawing import draw
from tests.shell import run
from tests.shop_baskets import buy, catalogue

CLICKS = draw("visitor | time | name | item\nann | 08:00 | view_item | phone\nann | 08:01 | view_item | case")
SHELVES = "item | name\n phone | Aurora\n case | Shell\n film | Film"
MEASURES = {
    "support", "support_antecedent", "support_consequent", "confidence", "lift", "leverage", "conviction", "zhang",
    "jaccard", "certainty", "kulczynski", "representativity", "ratio", "low", "high", "p_value", "q_value",
}  # fmt: skip


def write(name: str, orders: pl.DataFrame, returns: ReturnCount | None = None) -> Report:
    tables = Tables(CLICKS.lazy(), Order.cast(orders), catalogue(SHELVES), returns or ReturnCount())
    return (REPORTS | BUNDLE_PARTS)[name](Desk(tables, Settings()))


def rows(report: Report) -> list[dict]:
    return [dict(zip([column.name for column in report.columns], row, strict=True)) for row in report.rows]


def test_a_pair_is_told_in_its_surer_direction_with_all_measures() -> None:
    (row,) = rows(write("also-bought", buy("often | items\n 20 | phone case\n 60 | phone\n 40 | film")))
    assert (row["item_a"], row["name_a"], row["item_b"], row["name_b"]) == ("case", "Shell", "phone", "Aurora")
    assert (row["baskets"], row["confidence"], row["confidence_back"]) == (20, 1, 0.25)
    assert row.keys() >= MEASURES
    assert row["more"] == round(20 - 20 / row["ratio"])


def test_what_is_surely_most_above_chance_stands_first() -> None:
    """Film and toy met ten times: hardly more than things so popular would by chance."""
    shop = "often | items\n 30 | phone case\n 40 | phone\n 12 | radio cable\n 9 | radio\n 10 | film toy\n 95 | film\n 95 | toy"
    told = rows(write("also-bought", buy(shop)))
    assert [(row["item_a"], row["item_b"]) for row in told] == [
        ("case", "phone"),
        ("cable", "radio"),
        ("film", "toy"),
    ]
    assert told[2]["q_value"] > 0.05


def test_what_fewer_than_ten_people_bought_together_is_left_out() -> None:
    """Nine bought film and toy; one dealer bought radio and cable twenty times; ten bought phone and case, two twice."""
    lines = buy("often | items\n 12 | phone case film\n 9 | radio toy\n 20 | radio cable plan\n 60 | pack")
    number = pl.col("order_id").str.slice(1).cast(pl.Int64)
    person = pl.when(number.is_between(21, 40)).then(pl.lit("dealer")).otherwise("p" + (number % 10).cast(pl.String))
    orders = lines.with_columns(
        person_id=pl.when(number < 12).then(person).when(number > 20).then(person).otherwise("person_id")
    )
    told = rows(write("also-bought", orders))
    assert {(row["item_a"], row["item_b"]) for row in told} == {("case", "film"), ("case", "phone"), ("film", "phone")}
    assert {(row["baskets"], row["people"]) for row in told} == {(12, 10)}
    report = write("rules", orders)
    assert {(row["baskets"], row["people"]) for row in rows(report)} == {(12, 10)}
    assert "Left out: fewer than 10 people." in report.note.en
    assert "不足 10 人者不列出" in report.note.zh


def test_of_candidates_that_fewer_than_ten_people_bought_together_no_numbers_are_told() -> None:
    told = rows(write("left-out", buy("often | items\n 9 | phone case\n 30 | radio cable\n 300 | film\n 300 | toy")))
    numbers = {row["names"]: (row["baskets"], row["ratio"] is None, row["q_value"] is None) for row in told}
    assert numbers == {"cable + radio": (30, False, False), "Shell + Aurora": (None, True, True)}


def test_the_note_says_what_was_set_aside() -> None:
    gifts = buy("often | items\n 20 | phone case").with_columns(
        price=pl.when(pl.col("item_id") == "case").then(pl.lit(0.0))
    )
    note = write("also-bought", gifts, ReturnCount(7, 2, 1)).note
    assert "lines at a price of 0: 20" in note.en
    assert "returns, with what they take back: 7; returns found in part: 2" in note.en
    assert "returns whose order is not found: 1" in note.en
    assert "零价明细：20" in note.zh
    assert "Set aside" not in write("also-bought", buy("often | items\n 20 | phone case")).note.en


def test_rules_of_three_carry_the_same_measures() -> None:
    told = rows(write("rules", buy("often | items\n 30 | phone case film\n 30 | phone\n 30 | plan")))
    assert {len(row["antecedent"].split(" + ")) + len(row["consequent"].split(" + ")) for row in told} == {3}
    assert all(row.keys() >= MEASURES for row in told)


def test_the_screen_shows_what_is_acted_on_and_the_files_the_rest(lake: Path, operator: Path, tmp_path: Path) -> None:
    settings = operator / "echannel.toml"
    shown = run("report", "also-bought", "--lake", lake, settings=settings).out
    assert "Times chance" in shown
    assert "Kulczynski" not in shown
    run("report", "also-bought", "--lake", lake, "--format", "csv", "--out", tmp_path / "p.csv", settings=settings)
    assert "kulczynski" in (tmp_path / "p.csv").read_text().splitlines()[0]


def test_a_report_that_has_too_much_to_count_says_so_in_its_place() -> None:
    """Three pairs are viewed together twice, of which one may be told."""
    visits = (("ann", 8), ("bob", 9))
    looks = "\n".join(f"{who} | 1 0{hour}:00 | view_item | {item}" for who, hour in visits for item in "ABC")
    tables = Tables(draw("visitor | time | name | item\n" + looks).lazy(), Order.create_empty(), catalogue(SHELVES))
    settings = msgspec.structs.replace(Settings(), pairs=PairSettings(most_pairs=1))
    written = {report.name: report for report in write_reports(Desk(tables, settings))}
    ((what, where, fix),) = written["also-viewed"].rows
    assert (what, where) == ("more than 1 pairs of items came together in 2 baskets or more", "[pairs]")
    assert "`[evidence] most_items`" in str(fix)
    assert written["also-bought"].rows == []
    assert written["also-bought"].columns[0].name == "item_a"
