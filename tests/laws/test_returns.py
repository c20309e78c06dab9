"""What is true of returns, whatever was bought and given back."""

from collections import defaultdict

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest import Order, Sessioned, settle_orders
from tests.shop_orders import order

lawful = settings(deadline=None, max_examples=80)
MOVES = st.lists(
    st.tuples(st.sampled_from("ab"), st.sampled_from("XY"), st.sampled_from([1.0, 2.0]), st.sampled_from([-3, -2, -1, 1, 2, 4])),
    max_size=14,
)  # fmt: skip
Move = tuple[str, str, float, int]


def draw_moves(moves: list[Move]) -> pl.DataFrame:
    """Lines one minute after the other, each with a number of its own."""
    head = "person | time | order | item | price | quantity\n"
    rows = (
        f"{person} | 1 {8 + place // 60:02}:{place % 60:02} | n{place} | {item} | {price} | {pieces}"
        for place, (person, item, price, pieces) in enumerate(moves)
    )
    return order(head + "\n".join(rows))


def take_one_by_one(moves: list[Move]) -> tuple[dict[str, int], int]:
    """Lay pieces on piles and take them off again; give what is left of each order, and the pieces taken."""
    piles: dict[tuple[str, str, float], list[str]] = defaultdict(list)
    taken = 0
    for place, (*key, pieces) in enumerate(moves):
        pile = piles[tuple(key)]  # type: ignore[index]
        if pieces > 0:
            pile += [f"n{place}"] * pieces
        else:
            taken += min(len(pile), -pieces)
            del pile[max(len(pile) + pieces, 0) :]
    left: dict[str, int] = defaultdict(int)
    for pile in piles.values():
        for name in pile:
            left[name] += 1
    return dict(left), taken


@lawful
@given(MOVES)
def test_what_is_left_is_what_taking_piece_by_piece_leaves(moves: list[Move]) -> None:
    kept, returns = settle_orders(draw_moves(moves), Sessioned.create_empty())
    left, taken = take_one_by_one(moves)
    assert dict(Order.validate(kept).select("order_id", "quantity").iter_rows()) == left
    assert returns.lines == sum(pieces < 0 for *_, pieces in moves)
    bought = sum(pieces for *_, pieces in moves if pieces > 0)
    assert kept["quantity"].sum() == bought - taken


@lawful
@given(MOVES, st.randoms())
def test_the_order_of_the_lines_does_not_matter(moves: list[Move], chance: object) -> None:
    lines = draw_moves(moves)
    mixed = Order.cast(lines.sample(fraction=1, shuffle=True, seed=1))
    assert settle_orders(mixed, Sessioned.create_empty()).orders.equals(
        settle_orders(lines, Sessioned.create_empty()).orders
    )
