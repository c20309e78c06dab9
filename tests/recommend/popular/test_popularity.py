import dataframely as dy
import polars as pl

from ingest import Product, Sessioned
from recommend import rank_popular, rank_siblings
from tests.drawing import draw


def test_equal_items_stand_in_the_order_of_their_names_and_the_rest_is_cut() -> None:
    events = draw("""
        visitor | time  | name      | item
        ann     | 08:00 | view_item | c
        ann     | 08:01 | view_item | b
        ann     | 08:02 | purchase  | a
    """)
    popular = rank_popular(events, most=2)
    assert popular.targets[popular.rank_targets("web").target].tolist() == ["a", "b"]


def test_passing_by_an_item_in_a_list_is_no_interest() -> None:
    assert len(rank_popular(draw("item | name\nplan | view_item_list\nplan | page_view")).keys) == 0


def catalogue(**category: str) -> dy.DataFrame[Product]:
    empty = {name: None for name in Product.column_names() if name not in ("item_id", "category")}
    return Product.cast(pl.DataFrame([{"item_id": item, "category": name, **empty} for item, name in category.items()]))


EVENTS = """
    visitor | time  | name      | item | category
    ann     | 08:00 | view_item | a    | plan
    ann     | 08:01 | view_item | b    | plan
    bob     | 08:00 | purchase  | b    | plan
    bob     | 08:02 | view_item | x    |
    cat     | 08:00 | page_view | c    | plan
"""


def test_siblings_are_the_items_of_one_category_the_most_wanted_first() -> None:
    siblings = rank_siblings(draw(EVENTS), catalogue(c="plan"))
    ranking = siblings.rank_targets("a")
    assert siblings.targets[ranking.target].tolist() == ["b"]
    assert (ranking.together.tolist(), ranking.alone) == ([2], 2)


def test_an_item_that_nobody_cared_for_yet_has_siblings_and_is_nobodys() -> None:
    siblings = rank_siblings(draw(EVENTS), catalogue(c="plan"))
    assert siblings.targets[siblings.rank_targets("c").target].tolist() == ["b", "a"]
    assert "c" not in siblings.targets


def test_the_catalogue_tells_the_category_before_the_log_does() -> None:
    siblings = rank_siblings(draw(EVENTS), catalogue(a="pack", x="pack"))
    assert siblings.targets[siblings.rank_targets("a").target].tolist() == ["x"]
    assert len(siblings.rank_targets("b").target) == 0


def test_without_categories_nobody_has_siblings() -> None:
    assert (
        len(rank_siblings(draw(EVENTS).with_columns(category=None).pipe(Sessioned.cast), Product.create_empty()).keys)
        == 0
    )
