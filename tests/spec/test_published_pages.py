"""What a page shows from now on: the plan where it is better or asked for, else what stands there today."""

import pytest

from recommend import LayoutSettings, Material, PageSettings, PageSlot, Pin, place_items, plan_page
from serving import PINNED, PLANNED, TODAY, PlacedItem
from tests.showings import NOW, draw_products, draw_showings
from tests.spec.test_planned_pages import CATALOGUE, SHOWN

FEW = """
    slot  | item | shown | clicked | bought
    a:1   | A    |   400 |      40 |      8
    a:2   | B    |   400 |      20 |      5
    a:1   | B    |    10 |       2 |      1
    a:2   | A    |    10 |       1 |      0
"""


def place(shown: str, **page: object) -> list[PlacedItem]:
    settings = LayoutSettings(pages={"home": PageSettings(**page)})
    plan = plan_page(draw_showings(shown), draw_products(CATALOGUE), "home", settings, NOW)
    return place_items(plan, settings)


def tell(rows: list[PlacedItem]) -> list[tuple[str, str, bool, int]]:
    return [(row.slot, row.item_id, row.swaps, row.why) for row in rows]


def test_a_plan_that_is_better_is_shown_with_its_clicks_and_neighbours_may_change() -> None:
    rows = place(SHOWN)
    assert tell(rows) == [("a:1", "B", True, PLANNED), ("a:2", "A", False, PLANNED)]
    assert round(rows[0].clicks) == 200


def test_without_a_gain_that_is_shown_nothing_moves() -> None:
    assert tell(place(FEW)) == [("a:1", "A", True, TODAY), ("a:2", "B", False, TODAY)]


def test_a_page_of_which_nothing_is_known_shows_todays_and_explores() -> None:
    apart = "\n".join(FEW.splitlines()[:4])
    assert tell(place(apart)) == [("a:1", "A", True, TODAY), ("a:2", "B", False, TODAY)]


STALE = (
    FEW
    + """
    a:2   | C    |    10 |       4 |      0
    a:2   | D    |    10 |       3 |      3
"""
)
TERMS = """
    item | margin | requires | min_age | channels
    A    |     10 |          |         |
    B    |     10 | {}
    C    |     10 |          |         |
    D    |     10 |          |         |
"""


def replace_b(terms: str) -> list[tuple[str, str, int, int]]:
    settings = LayoutSettings(pages={"home": PageSettings()})
    plan = plan_page(draw_showings(STALE), draw_products(TERMS.format(terms)), "home", settings, NOW)
    return [(row.slot, row.item_id, row.why, round(row.clicks)) for row in place_items(plan, settings)]


@pytest.mark.parametrize("terms", ["X | |", "| 18 |"])
def test_where_nobody_would_be_shown_todays_product_the_best_of_the_others_stands(terms: str) -> None:
    first, second = replace_b(terms)
    assert (first, second[:3]) == (("a:1", "A", TODAY, 0), ("a:2", "D", PLANNED))
    assert second[3] == pytest.approx(300, rel=0.2)


@pytest.mark.parametrize("terms", ["| |", "| | app"])
def test_what_some_are_shown_stays_where_it_stands_today(terms: str) -> None:
    assert replace_b(terms) == [("a:1", "A", TODAY, 0), ("a:2", "B", TODAY, 0)]


def test_a_pin_is_kept_and_never_changes_places() -> None:
    assert tell(place(FEW, pins=(Pin("a:1", "B"),))) == [("a:1", "B", False, PINNED), ("a:2", "A", False, PLANNED)]


def test_neighbours_that_do_not_fit_each_other_never_change_places() -> None:
    slots = (PageSlot("a:1", kind="banner"), PageSlot("a:2", kind="tile"))
    rows = place(
        FEW, slots=slots, material=(Material(item_id="A", kinds=("banner",)), Material(item_id="B", kinds=("tile",)))
    )
    assert [row.swaps for row in rows] == [False, False]


def test_a_page_without_a_showing_shows_nothing() -> None:
    settings = LayoutSettings(pages={"away": PageSettings()})
    plan = plan_page(draw_showings(FEW), draw_products(CATALOGUE), "away", settings, NOW)
    assert place_items(plan, settings) == []
