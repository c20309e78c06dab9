"""退货与取消: what was given back was not bought, where the order line it came from can be told."""

import polars as pl

from ingest import Order, Sessioned, settle_orders
from tests.drawing import draw
from tests.shop_orders import order

NO_EVENTS = Sessioned.create_empty()


def settle(text: str) -> tuple[list[tuple[str, str, int]], tuple[int, int, int]]:
    """Give what is left of drawn order lines – person, item, pieces – and what became of the returns."""
    kept, returns = settle_orders(order(text), NO_EVENTS)
    return Order.validate(kept).select("person_id", "item_id", "quantity").rows(), tuple(returns)


def test_a_cancelled_line_takes_its_order_line_back() -> None:
    assert settle("""
        person | time    | order | item | quantity | price
        ann    | 1 08:00 | O1    | A    | 2        | 5
        ann    | 1 08:00 | O1    | B    | 1        | 9
        ann    | 3 10:00 | C7    | A    | -2       | 5
    """) == ([("ann", "B", 1)], (1, 0, 0))


def test_a_part_given_back_leaves_the_rest() -> None:
    assert settle("""
        person | time    | order | item | quantity | price
        ann    | 1 08:00 | O1    | A    | 10       | 5
        ann    | 3 10:00 | C7    | A    | -4       | 5
    """) == ([("ann", "A", 6)], (1, 0, 0))


def test_the_latest_earlier_order_is_the_one_that_is_given_back() -> None:
    drawn = """
        person | time    | order | item | quantity | price
        ann    | 1 08:00 | O1    | A    | 3        | 5
        ann    | 2 08:00 | O2    | A    | 3        | 5
        ann    | 3 10:00 | C7    | A    | -4       | 5
        ann    | 4 08:00 | O3    | A    | 3        | 5
    """
    kept, returns = settle_orders(order(drawn), NO_EVENTS)
    assert kept.select("order_id", "quantity").rows() == [("O1", 2), ("O3", 3)]
    assert tuple(returns) == (1, 0, 0)


def test_what_was_never_bought_before_at_that_price_by_that_person_is_counted_as_unmatched() -> None:
    assert settle("""
        person | time    | order | item | quantity | price
        ann    | 1 08:00 | C1    | A    | -1       | 5
        ann    | 2 08:00 | O1    | A    | 1        | 5
        ann    | 3 08:00 | C2    | A    | -1       | 4
        bob    | 3 08:00 | C3    | A    | -1       | 5
        ann    | 3 08:00 | C4    | B    | -1       | 5
    """) == ([("ann", "A", 1)], (0, 0, 4))


def test_more_given_back_than_bought_is_matched_in_part() -> None:
    assert settle("""
        person | time    | order | item | quantity | price
        ann    | 1 08:00 | O1    | A    | 2        | 5
        ann    | 3 10:00 | C7    | A    | -5       | 5
    """) == ([], (0, 1, 0))


def test_a_return_that_names_its_order_takes_that_order_whoever_asks_and_at_any_price() -> None:
    assert settle("""
        person | time    | order | item | quantity | price
        ann    | 1 08:00 | O1    | A    | 1        | 5
        ann    | 2 08:00 | O2    | A    | 1        | 5
        bob    | 3 10:00 | O1    | A    | -1       | 4
    """) == ([("ann", "A", 1)], (1, 0, 0))


def test_a_refund_event_does_the_same_and_one_without_an_item_takes_the_whole_order() -> None:
    logs = draw("""
        visitor | time    | name     | order | item | price
        ann     | 1 08:00 | purchase | O1    | A    | 5
        ann     | 1 08:00 | purchase | O1    | B    | 9
        bob     | 1 09:00 | purchase | O2    | A    | 5
        bob     | 1 09:00 | purchase | O2    | C    | 7
        ann     | 2 08:00 | refund   | O1    |      |
        bob     | 2 08:00 | refund   | O2    | A    | 5
        bob     | 2 09:00 | refund   | O9    |      |
    """)
    kept, returns = settle_orders(Order.create_empty(), logs)
    assert kept.select("order_id", "item_id").rows() == [("O2", "C")]
    assert tuple(returns) == (2, 0, 1)


def test_robots_give_nothing_back() -> None:
    logs = draw("""
        visitor | time    | name     | order | item | robot
        ann     | 1 08:00 | purchase | O1    | A    |
        ann     | 2 08:00 | refund   | O1    | A    | flood
    """)
    kept, returns = settle_orders(Order.create_empty(), logs)
    assert (kept.height, returns.lines) == (1, 0)


def test_a_return_told_by_the_order_system_and_by_the_logs_counts_once() -> None:
    book = order("""
        person | time    | order | item | quantity
        ann    | 1 08:00 | O1    | A    | 2
        ann    | 2 08:00 | O1    | A    | -1
    """)
    logs = draw("visitor | time | name | order | item\nann | 2 08:00 | refund | O1 | A")
    kept, returns = settle_orders(book, logs)
    assert kept["quantity"].to_list() == [1]
    assert returns.lines == 1


def test_orders_without_returns_stay_as_they_are() -> None:
    lines = order("person | time | order | item\nann | 1 08:00 | O1 | A\nann | 1 08:00 | O1 | B")
    kept, returns = settle_orders(lines, NO_EVENTS)
    assert kept.equals(lines.sort("ordered_at", "person_id", "item_id", "order_id"))
    assert returns.lines == 0


def test_the_gift_shop_takes_back_what_was_cancelled(data_dir) -> None:
    """Invoices `C…` are cancellations; they have numbers of their own."""
    file = data_dir / "online_retail_ii_2009_2010/online_retail_ii_2009_2010.parquet"
    read = pl.read_parquet(file).filter(
        pl.col("Quantity") != 0, pl.col("Price") >= 0, pl.col("Customer ID").is_not_null()
    )
    lines = read.select(
        order_id=pl.col("Invoice").cast(pl.String),
        item_id=pl.col("StockCode").cast(pl.String),
        ordered_at=pl.col("InvoiceDate").cast(pl.String).str.to_datetime(time_unit="us", time_zone="UTC"),
        person_id=pl.col("Customer ID").cast(pl.Int64).cast(pl.String),
        channel=pl.lit("web"),
        quantity=pl.col("Quantity").cast(pl.Int64),
        price=pl.col("Price").cast(pl.Float64),
    ).sort("ordered_at", "order_id", "item_id", "quantity")
    kept, returns = settle_orders(Order.cast(lines), NO_EVENTS)
    told = lines.filter(pl.col("quantity") < 0).unique(["order_id", "item_id"]).height
    assert returns.lines == told
    assert returns.matched > 0.5 * told
    assert kept["quantity"].min() >= 1
