import csv
import io
from collections import Counter
from itertools import combinations

import numpy as np

from simulator import PLANTED, Simulation
from simulator.chains import PAGE
from simulator.columns import NONE
from simulator.site import EVENTS

ADD, REMOVE = EVENTS.index("add_to_cart"), EVENTS.index("remove_from_cart")


def count_pairs(baskets: list[set[str]]) -> Counter[tuple[str, str]]:
    return Counter(pair for basket in baskets for pair in combinations(sorted(basket), 2))


def test_a_cart_straight_after_a_product_takes_that_product_in(planted: Simulation):
    clicks = planted.clicks
    added = np.flatnonzero(clicks.event == ADD)
    assert (clicks.page[added] == PAGE["cart"]).all()
    assert (clicks.page[added - 1] == PAGE["product"]).all()
    assert (clicks.item[added] == clicks.item[added - 1]).all()


def test_products_are_taken_out_only_on_the_way_back_from_the_checkout(planted: Simulation):
    clicks = planted.clicks
    removed = np.flatnonzero(clicks.event == REMOVE)
    assert len(removed)
    assert (clicks.page[removed - 1] == PAGE["checkout"]).all()


def test_every_finished_order_holds_something_and_belongs_to_a_customer(planted: Simulation):
    clicks = planted.clicks
    done = clicks.page == PAGE["order_done"]
    orders = {line.order for line in planted.shopping.orders}
    assert set(clicks.order[done].tolist()) == orders
    assert (clicks.order[~done] == NONE).all()
    assert (clicks.customer[done] != NONE).all()


def test_an_order_holds_what_went_in_less_what_came_out(planted: Simulation):
    """Looked at for visits that did not take up an earlier cart."""
    clicks, visits = planted.clicks, planted.visits
    fresh = {
        int(visit)
        for visit in np.unique(clicks.visit[clicks.order != NONE])
        if visits.resumes[visit] == NONE and clicks.page[np.searchsorted(clicks.visit, visit)] != PAGE["cart"]
    }
    ordered: Counter[tuple[int, int]] = Counter()
    for line in planted.shopping.orders:
        if line.visit in fresh:
            ordered[line.visit, line.item] += line.quantity
    moved: Counter[tuple[int, int]] = Counter()
    for sign, event in ((1, ADD), (-1, REMOVE)):
        for row in np.flatnonzero(clicks.event == event).tolist():
            key = (int(clicks.visit[row]), int(clicks.item[row]))
            after_last_order = not (clicks.order[row:][clicks.visit[row:] == key[0]] != NONE).any()
            if key[0] in fresh and not after_last_order:
                moved[key] += sign * int(clicks.quantity[row])
    assert ordered == +moved


def test_the_planted_pair_is_bought_together_more_than_any_other(planted_baskets):
    assert PLANTED.bundle is not None
    (first, count), (_, second) = count_pairs(planted_baskets).most_common(2)
    assert first == (PLANTED.bundle.first, PLANTED.bundle.second)
    assert count >= 5 * second


def test_the_planted_pair_has_the_strongest_confidence_both_ways(planted_baskets):
    alone = Counter(item for basket in planted_baskets for item in basket)
    pairs = {pair: n for pair, n in count_pairs(planted_baskets).items() if n >= 3}
    for place in (0, 1):
        best = max(pairs, key=lambda pair: pairs[pair] / alone[pair[place]])
        assert best == ("HS-07", "VA-05")


def test_a_clean_run_has_no_bundle(clean_baskets):
    pairs = count_pairs(clean_baskets)
    assert pairs["HS-07", "VA-05"] <= 3
    assert pairs.most_common(1)[0][1] < 0.1 * sum(pairs.values())


def test_the_planted_drop_off_leaves_by_far_the_greatest_value(planted: Simulation):
    first, second, *_ = planted.truth["left_carts"]
    assert (first["channel"], first["stage"]) == ("wap", "delivery")
    assert first["value"] > 1.5 * second["value"]


def test_a_clean_run_has_no_drop_off(clean: Simulation):
    left = {(row["channel"], row["stage"]): row["value"] for row in clean.truth["left_carts"]}
    assert left["wap", "delivery"] < left["wap", "cart"]


def test_the_order_book_tells_prices_phones_and_pieces(planted: Simulation):
    price = {product.item_id: product.price for product in planted.operator.products}
    phones = {customer["phone"] for customer in planted.truth["people"]["customers"]}
    rows = list(csv.DictReader(io.StringIO(planted.documents["orders.csv"])))
    assert len(rows) == planted.truth["orders"]["lines"]
    assert [row["ordered_at"] for row in rows] == sorted(row["ordered_at"] for row in rows)
    for row in rows:
        assert float(row["price"]) == price[row["item_id"]]
        assert row["phone"] in phones
        assert int(row["quantity"]) >= 1
    assert {row["channel"] for row in rows} == {"web", "wap", "app"}
