"""What the earlier part of a split may know of what was given back."""

import polars as pl

from echannel.training.tables import Moves, Tables, split_tables
from ingest import Product, Sessioned
from tests.drawing import draw
from tests.shop_orders import order

VISITS = draw("""
    visitor | time    | name
    ann     | 1 08:00 | page_view
    bob     | 2 08:00 | page_view
    cid     | 3 08:00 | page_view
    dan     | 4 08:00 | page_view
    eve     | 5 08:00 | page_view
""")


def split(orders: pl.DataFrame, events: pl.DataFrame | None = None) -> list[list[tuple[str, str]]]:
    """Split off the last fifth, which begins on the fifth day; each part's orders and items."""
    moves = Moves(orders, Sessioned.cast(events if events is not None else Sessioned.create_empty()))
    settled = moves.settle()
    tables = Tables(VISITS.lazy(), settled.orders, Product.create_empty(), settled.returns, moves)
    return [part.orders.select("order_id", "item_id").rows() for part in split_tables(tables, 0.2)]


def test_what_was_given_back_after_the_split_still_stands_before_it_and_not_after_it() -> None:
    earlier, later = split(
        order("""
        person | time    | order | item | quantity | price
        ann    | 1 08:00 | O1    | A    | 1        | 5
        ann    | 1 08:00 | O1    | B    | 1        | 5
        ann    | 2 08:00 | C1    | B    | -1       | 5
        ann    | 5 09:00 | C2    | A    | -1       | 5
        bob    | 5 08:00 | O2    | A    | 1        | 5
        bob    | 5 10:00 | C3    | A    | -1       | 5
        bob    | 5 11:00 | O3    | D    | 1        | 5
    """)
    )
    assert earlier == [("O1", "A")]
    assert later == [("O3", "D")]


def test_a_refund_that_the_log_tells_is_known_from_its_moment_on() -> None:
    lines = order(
        "person | time | order | item\nann | 1 08:00 | O1 | A\nann | 1 08:00 | O2 | B\nbob | 5 08:00 | O3 | A"
    )
    refunds = draw("""
        visitor | time    | name   | order | item
        ann     | 2 08:00 | refund | O2    | B
        ann     | 5 08:00 | refund | O1    | A
    """)
    assert split(lines, refunds) == [[("O1", "A")], [("O3", "A")]]


def test_a_part_split_again_knows_no_more() -> None:
    lines = order("""
        person | time    | order | item | quantity | price
        ann    | 1 08:00 | O1    | A    | 1        | 5
        ann    | 4 09:00 | C1    | A    | -1       | 5
    """)
    moves = Moves(lines, Sessioned.create_empty())
    tables = Tables(VISITS.lazy(), moves.settle().orders, Product.create_empty(), moves=moves)
    once, _ = split_tables(tables, 0.2)
    twice, _ = split_tables(once, 0.3)
    assert once.orders.is_empty()
    assert twice.orders["order_id"].to_list() == ["O1"]
