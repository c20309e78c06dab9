from datetime import UTC, datetime
from functools import partial

import polars as pl

from ingest import (
    Order,
    Product,
    Source,
    complete_products,
    merge_orders,
    read_csv,
    split_lines,
    take_orders,
    take_products,
)
from tests.drawing import draw
from tests.intake import map_columns, pseudonym

SOURCE = Source("orders.csv", "f", "csv")
BOOK = map_columns(
    into="orders", header=False, columns=["o", "i", "tel", "ch", "n", "p", "t"],
    fields={"order_id": "o", "item_id": "i", "customer_id": "tel", "channel": "ch", "quantity": "n", "price": "p", "ordered_at": "t"},
)  # fmt: skip


def book(*lines):
    (batch,) = split_lines([("\n".join(lines) + "\n").encode()])
    return take_orders(batch, partial(read_csv, columns=BOOK.columns, mapping=BOOK), SOURCE, pseudonym)


def test_an_order_line_keeps_what_was_bought_and_hides_who_bought_it():
    taken = book("O1,HS-07,13800000001,web,2,1999,2026-03-02 08:00:00")
    Order.validate(taken.rows)
    assert taken.rows.select("order_id", "item_id", "quantity", "price").row(0) == ("O1", "HS-07", 2, 1999.0)
    assert taken.rows["person_id"][0] == pseudonym("customer", "13800000001")


def test_a_wrong_order_line_is_quarantined():
    taken = book(
        "O1,HS-07,13800000001,web,2,1999,2026-03-02 08:00:00",
        "O2,HS-07,13800000001,shop,1,1,2026-03-02 08:00:00",
        "O3,HS-07,13800000001,web,0,1,2026-03-02 08:00:00",
        "O4,HS-07,,web,1,1,2026-03-02 08:00:00",
    )
    assert taken.quarantined["reason"].sort().to_list() == ["bad_value", "missing_field", "no_channel"]
    assert taken.lines == len(taken.rows) + len(taken.quarantined) + taken.ignored


def test_a_line_of_less_than_no_pieces_gives_back() -> None:
    taken = book("O1,A,13800000001,web,-2,5,2026-03-02 08:00:00")
    assert Order.validate(taken.rows)["quantity"].to_list() == [-2]


def test_an_order_book_without_prices_and_pieces_counts_each_line_as_one_piece():
    short = map_columns(
        into="orders", header=False, columns=["i", "tel", "t"], channel="web",
        fields={"item_id": "i", "customer_id": "tel", "ordered_at": "t"},
    )  # fmt: skip
    (batch,) = split_lines([b"HS-07,13800000001,2026-03-02 08:00:00\n"])
    source = SOURCE._replace(channel="web")
    taken = take_orders(batch, partial(read_csv, columns=short.columns, mapping=short), source, pseudonym)
    assert taken.rows.select("item_id", "quantity", "price").rows() == [("HS-07", 1, None)]


def test_a_quantity_left_empty_is_one():
    assert book("O1,A,13800000001,web,,5,2026-03-02 08:00:00").rows["quantity"].to_list() == [1]


def test_the_order_system_wins_over_the_logs_and_nothing_counts_twice():
    logs = draw("""
        visitor | time  | name     | order | item | price
        ann     | 08:00 | purchase | O1    | A    | 1
        ann     | 08:00 | purchase | O1    | B    | 2
        ann     | 09:00 | purchase |       | C    | 3
        ann     | 09:30 | purchase | O9    |      |
    """)
    system = Order.cast(
        pl.DataFrame({
            "order_id": ["O1"], "item_id": ["A"], "ordered_at": [datetime(2026, 3, 2, 8, tzinfo=UTC)],
            "person_id": ["ann"], "channel": ["web"], "quantity": [5], "price": [9.0],
        })
    )  # fmt: skip
    merged = Order.validate(merge_orders(system, logs))
    assert merged.select("item_id", "quantity", "price").rows() == [("A", 5, 9.0), ("B", 1, 2.0), ("C", 1, 3.0)]


def test_the_catalogue_is_read_like_any_other_table():
    mapping = map_columns(
        into="products", header=False, columns=["id", "name", "price", "to", "ch"],
        fields={"item_id": "id", "name": "name", "price": "price", "on_sale_to": "to", "channels": "ch"},
    )  # fmt: skip
    (batch,) = split_lines(["PL-1,畅享套餐,59,2026-04-01,web app\nPL-2,,x,,\n".encode()])
    taken = take_products(batch, partial(read_csv, columns=mapping.columns, mapping=mapping), SOURCE, pseudonym)
    assert Product.validate(taken.rows).select("item_id", "name", "price", "channels").row(0) == (
        "PL-1",
        "畅享套餐",
        59.0,
        "web app",
    )
    assert taken.quarantined["reason"].to_list() == ["bad_number"]


def test_the_catalogue_tells_on_which_terms_a_product_is_sold_and_what_it_is_like():
    fields = ("item_id", "requires", "excludes", "min_age")
    mapping = map_columns(
        into="products", header=False, columns=[*fields, "brand", "net"],
        fields={name: name for name in fields} | {"attributes": ["brand", "net"]},
    )  # fmt: skip
    (batch,) = split_lines([b"BB-09,BB-04,,18,brand=Acme,5g\nPL-12,,DP-10 DP-11,,,\nX,,,-1,,\nY,,,young,,\n"])
    taken = take_products(batch, partial(read_csv, columns=mapping.columns, mapping=mapping), SOURCE, pseudonym)
    assert Product.validate(taken.rows).select(*fields, "attributes").rows() == [
        ("BB-09", "BB-04", None, 18, "brand=Acme 5g"),
        ("PL-12", None, "DP-10 DP-11", None, None),
    ]
    assert taken.quarantined["reason"].to_list() == ["bad_value", "bad_number"]


def test_a_catalogue_that_an_earlier_version_kept_has_no_terms():
    earlier = pl.DataFrame({name: ["A"] if name == "item_id" else [None] for name in Product.column_names()[:8]})
    assert Product.validate(complete_products(earlier)).row(0) == ("A", *[None] * 11)
