"""One line may tell of several products: each is an event, and the line is counted once."""

import pytest

from tests.intake import map_columns, take_app

MAPPING = map_columns(
    fields={
        "event_id": "id", "occurred_at": "at", "visitor_id": "who", "name": "what", "order_id": "order",
        "item_id": "items.sku", "price": "items.price", "quantity": "items.pieces",
    },
    explode="items",
)  # fmt: skip


def line(items, event_id='"e1"'):
    return f'{{"id":{event_id},"at":"2026-03-02T08:00:00Z","who":"ann","what":"purchase","order":"o1","items":{items}}}'


def adds_up(taken):
    return taken.lines + taken.further == len(taken.rows) + len(taken.quarantined) + taken.ignored


def test_an_order_of_three_products_is_three_purchases():
    taken = take_app(line('[{"sku":"a","price":5},{"sku":"b"},{"sku":"a","pieces":2}]', '"e1"'), mapping=MAPPING)
    assert taken.rows.select("item_id", "price", "quantity", "order_id").rows() == [
        ("a", 5.0, None, "o1"), ("b", None, None, "o1"), ("a", None, 2, "o1"),
    ]  # fmt: skip
    assert taken.rows["event_id"].to_list() == ["e1", "e1#2", "e1#3"]
    assert (taken.lines, taken.further, adds_up(taken)) == (1, 2, True)


def test_products_of_a_line_without_an_id_have_ids_of_their_own_and_the_same_ones_each_time():
    content = line('[{"sku":"a"},{"sku":"a"}]', "null")
    first, second = take_app(content, mapping=MAPPING), take_app(content, mapping=MAPPING)
    assert first.rows["event_id"].n_unique() == 2
    assert first.rows.equals(second.rows)


@pytest.mark.parametrize("items", ["[]", "null"])
def test_a_line_without_products_is_one_event_without_a_product(items):
    taken = take_app(line(items, '"e1"'), mapping=MAPPING)
    assert taken.rows.select("event_id", "item_id").rows() == [("e1", None)]
    assert adds_up(taken)


@pytest.mark.parametrize(
    ("items", "reason"),
    [
        ('[{"sku":"a"},{"sku":"b","price":"dear"}]', "bad_number"),
        ('[{"sku":"a"},{"sku":"b","price":-1}]', "bad_value"),
        ('[{"sku":"a"},7]', "not_a_value"),
    ],
)
def test_where_one_product_is_wrong_the_line_is_quarantined_whole_and_once(items, reason):
    taken = take_app(line('[{"sku":"c"}]', '"e2"'), line(items), mapping=MAPPING)
    assert taken.quarantined["reason"].to_list() == [reason]
    assert taken.rows["item_id"].to_list() == ["c"]
    assert (taken.lines, taken.further, adds_up(taken)) == (2, 0, True)
