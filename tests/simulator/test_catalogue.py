from collections import Counter

from simulator import PLANTED, Simulation
from simulator.catalogue import CATEGORIES, SEGMENTS, build_catalogue
from simulator.terms import TERMS

DAYS = 28


def test_there_are_sixty_products_with_distinct_ids_in_order():
    ids = [product.item_id for product in build_catalogue(DAYS)]
    assert len(ids) == 60
    assert ids == sorted(set(ids))


def test_each_category_and_each_segment_has_its_products():
    products = build_catalogue(DAYS)
    assert set(Counter(product.category for product in products)) == set(CATEGORIES)
    assert min(Counter(product.segment for product in products)[segment] for segment in SEGMENTS) >= 8


def test_every_product_earns_something_and_costs_more():
    assert all(0 < product.margin < product.price for product in build_catalogue(DAYS))


def test_names_are_told_apart():
    assert len({product.name for product in build_catalogue(DAYS)}) == 60


def test_some_products_are_withdrawn_and_some_start_midway():
    products = build_catalogue(DAYS)
    assert any(product.last_day is not None and product.last_day < DAYS for product in products)
    assert any(product.first_day is not None and 0 < product.first_day < DAYS for product in products)
    assert any(product.channels == ("app",) for product in products)


def test_the_planted_bundle_is_sold_everywhere_all_the_time():
    assert PLANTED.bundle is not None
    pair = {PLANTED.bundle.first, PLANTED.bundle.second}
    products = [product for product in build_catalogue(DAYS) if product.item_id in pair]
    assert len(products) == 2
    assert all(p.first_day is None and p.last_day is None and len(p.channels) == 3 for p in products)


def test_nobody_orders_what_is_off_sale(planted: Simulation):
    day_ms = 86_400_000
    for line in planted.shopping.orders:
        product = planted.operator.products[line.item]
        day = (int(planted.clicks.at[line.click]) - planted.operator.starts_at) / day_ms
        assert (product.first_day or 0) <= day
        assert product.last_day is None or day < product.last_day


def test_terms_name_products_that_exist_and_bar_no_planted_bundle():
    products = {product.item_id: product.terms for product in build_catalogue(DAYS)}
    named = {other for terms in products.values() for other in (*terms.requires, *terms.excludes)}
    assert TERMS.keys() | named <= products.keys()
    assert PLANTED.bundle is not None
    pair = {PLANTED.bundle.first, PLANTED.bundle.second}
    assert not pair & named
    assert all(products[item][:3] == ((), (), None) for item in pair)
