"""Layouts: what is answered of a page."""

import pytest

from serving import PINNED, PLANNED, TODAY, Catalogue, LayoutSlot, PageLayouts, PlacedItem, lay_out

ROWS = [
    PlacedItem("home", "top", "A", False, PINNED, 80.0),
    PlacedItem("home", "left", "B", True, PLANNED, 41.6),
    PlacedItem("home", "right", "C", False, TODAY, 0.0),
    PlacedItem("away", "only", "A", False, TODAY, 0.0),
]
SOLD = Catalogue.from_rows(
    list("ABC"), on_sale_from=[None] * 3, on_sale_to=[None, None, 500], channels=[None, "app", None], names=[None] * 3
)


def ask(page: str = "home", key: str | None = None, **changes: object) -> list[LayoutSlot] | None:
    asked = {"version": "v1", "now_ms": 0, "channel": None, "lang": "en", "share": 0.5, "sold": SOLD, **changes}
    layouts = PageLayouts.from_rows(ROWS, float(asked.pop("share")))
    return lay_out(layouts, asked.pop("sold"), page, key, **asked)


def items(answer: list[LayoutSlot] | None) -> list[str]:
    return [slot.item_id for slot in answer or []]


def test_a_page_shows_its_slots_in_order_with_reasons() -> None:
    assert ask() == [
        LayoutSlot("top", 1, "A", None, "Its place is fixed"),
        LayoutSlot("left", 2, "B", None, "42 clicks expected in 1,000 showings"),
        LayoutSlot("right", 3, "C", None, "It stands there today"),
    ]
    assert ask(lang="zh")[1].reason == "预计每 1,000 次展示 42 次点击"


def test_a_page_without_a_layout_has_no_answer() -> None:
    assert ask("elsewhere") is None
    assert lay_out(None, SOLD, "home", None, version="v", now_ms=0, channel=None, lang="en") is None


def test_some_keys_change_neighbours_and_say_so_and_what_is_pinned_stays() -> None:
    answers = {tuple(items(ask(key=str(key)))) for key in range(40)}
    assert answers == {("A", "B", "C"), ("A", "C", "B")}
    swapped = next(answer for key in range(40) if items(answer := ask(key=str(key))) == ["A", "C", "B"])
    assert [slot.propensity for slot in swapped] == [1.0, 0.5, 0.5]
    assert swapped[1].reason == "Tried here, to learn how much the place is looked at"


def test_the_same_key_has_the_same_page_and_another_version_draws_anew() -> None:
    assert ask(key="7") == ask(key="7")
    assert any(ask(key=str(key)) != ask(key=str(key), version="v2") for key in range(20))


@pytest.mark.parametrize("changes", [{"now_ms": 600}, {"channel": "web"}])
def test_what_is_not_for_sale_leaves_its_slot_out_and_nothing_is_drawn_with_it(changes: dict[str, object]) -> None:
    answers = [ask(key=str(key), **changes) for key in range(20)]
    assert {len(answer) for answer in answers} == {2}
    assert {slot.propensity for answer in answers for slot in answer} == {1.0}


def test_without_a_share_nothing_changes() -> None:
    assert {tuple(items(ask(key=str(key), share=0.0))) for key in range(20)} == {("A", "B", "C")}


def test_no_layouts_are_no_pages() -> None:
    assert len(PageLayouts.from_rows([], 0.1).pages) == 0
