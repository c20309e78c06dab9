"""Layouts: what is answered of a page."""

from dataclasses import replace

import numpy as np
import pytest

from serving import (
    PINNED,
    PLANNED,
    TODAY,
    Answers,
    Catalogue,
    LayoutSlot,
    Links,
    PageLayouts,
    PlacedItem,
    Snapshot,
)

ROWS = [
    PlacedItem("home", "top", "A", False, PINNED, 80.0),
    PlacedItem("home", "left", "B", True, PLANNED, 41.6),
    PlacedItem("home", "right", "C", False, TODAY, 0.0),
    PlacedItem("away", "only", "A", False, TODAY, 0.0),
]
SOLD = Catalogue.from_rows(
    list("ABC"), on_sale_from=[None] * 3, on_sale_to=[None, None, 500], channels=[None, "app", None], names=[None] * 3
)


def ask(
    page: str = "home", key: str | None = None, *, share: float = 0.5, version: str = "v1", **asked: object
) -> list[LayoutSlot] | None:
    parts = {name: asked.pop(name) for name in ("catalogue", "requires", "excludes") if name in asked}
    layouts = PageLayouts.from_rows(ROWS, share)
    shop = Snapshot(**{"layouts": layouts, "catalogue": SOLD, "model_version": version, **parts})
    return Answers(shop).lay_out(page, key, **asked)


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
    assert Answers(Snapshot(catalogue=SOLD)).lay_out("home") is None


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


def test_what_has_an_age_gate_is_shown_to_who_tells_an_age_that_passes_it() -> None:
    adult = replace(SOLD, min_age=np.array([0, 18, 0]))
    shown = {age: items(ask(catalogue=adult, age=age)) for age in (None, 17, 18)}
    assert shown == {None: ["A", "C"], 17: ["A", "C"], 18: ["A", "B", "C"]}


def test_what_requires_another_is_never_shown_since_the_page_is_everybodys() -> None:
    assert items(ask(requires=Links.from_names({"B": frozenset("A"), "C": frozenset("C")}))) == ["A", "C"]


def test_without_a_share_nothing_changes() -> None:
    assert {tuple(items(ask(key=str(key), share=0.0))) for key in range(20)} == {("A", "B", "C")}


def test_no_layouts_are_no_pages() -> None:
    assert len(PageLayouts.from_rows([], 0.1).pages) == 0
