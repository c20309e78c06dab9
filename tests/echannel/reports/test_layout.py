"""Reports on page layouts: names beside ids, and every word in both languages."""

from echannel.plans.layout import LayoutDraft
from echannel.reports import LAYOUT_PARTS
from echannel.reports.words import LAYOUT_CHANGES, LAYOUT_LEFT_OUT, LAYOUT_VERDICTS
from evaluation import PolicyEstimate
from recommend import LayoutSettings, Showings, plan_page
from recommend.layout.changes import CHANGES
from recommend.layout.plan import LEFT_OUT_REASONS
from recommend.layout.worth import VERDICTS
from tests.showings import NOW, draw_products, draw_showings
from tests.spec.test_planned_pages import SHOWN

PRODUCTS = draw_products("""
    item | name   | margin | min_age
    A    | 流量包 |     10 |
    B    |        |     10 |
    C    | Casino |     10 |      18
""")


def read_rows(part: str, page: str = "home") -> list[dict[str, object]]:
    shown = draw_showings(SHOWN + "a:2 | C | 1 | 0 | 0")
    plan = plan_page(shown, PRODUCTS, page, LayoutSettings(), NOW)
    draft = LayoutDraft(plan, Showings(shown, {}), PolicyEstimate.create_empty(), "Nobody drew.", PRODUCTS)
    report = LAYOUT_PARTS[part](draft)
    return [dict(zip((column.name for column in report.columns), row, strict=True)) for row in report.rows]


def test_each_product_stands_beside_its_name_or_its_id_where_it_has_none() -> None:
    first = read_rows("plan")[0]
    assert [first[name] for name in ("item_today", "name_today")] == ["A", "流量包"]
    assert [first[name] for name in ("item_planned", "name_planned")] == ["B", "B"]
    assert [(row["item_id"], row["name"]) for row in read_rows("products")] == [
        ("A", "流量包"), ("B", "B"), ("C", "Casino"),
    ]  # fmt: skip
    assert read_rows("left-out") == [{"item_id": "C", "name": "Casino", "reason": "for some ages only"}]


def test_a_page_without_a_plan_has_tables_without_rows() -> None:
    assert not any(read_rows(part, "elsewhere") for part in LAYOUT_PARTS)


def test_each_reason_change_and_verdict_has_its_words() -> None:
    assert tuple(LAYOUT_LEFT_OUT) == LEFT_OUT_REASONS
    assert set(LAYOUT_CHANGES) == set(CHANGES)
    assert set(LAYOUT_VERDICTS) == {*VERDICTS, "too little evidence"}
