"""The order book and the catalogue, as the operator's back office exports them."""

import csv
import io
from collections.abc import Iterable, Sequence

from simulator.addresses import name_order
from simulator.carts import OrderLine
from simulator.catalogue import Product
from simulator.chains import CHANNELS
from simulator.clicks import Clicks
from simulator.clock import stamp_local
from simulator.columns import DAY_MS
from simulator.names import name_phone

ORDER_COLUMNS = ("order_id", "item_id", "phone", "channel", "quantity", "price", "ordered_at")
CATALOGUE_COLUMNS = (
    "item_id", "name", "category", "price", "margin", "on_sale_from", "on_sale_to", "channels", "requires", "excludes",
    "min_age", "attributes",
)  # fmt: skip


def write_orders(orders: Sequence[OrderLine], clicks: Clicks, products: Sequence[Product]) -> str:
    """Write one line an item of an order, by time and then order and item; times are local, without an offset."""
    at = clicks.at[[line.click for line in orders]].tolist() if orders else []
    rows = sorted(zip(at, orders, strict=True), key=lambda row: (row[0], row[1].order, row[1].item))
    return _write_table(
        ORDER_COLUMNS, (_write_order(moment, line, clicks, products[line.item]) for moment, line in rows)
    )


def _write_order(moment: int, line: OrderLine, clicks: Clicks, product: Product) -> Sequence[str | int | float]:
    phone = name_phone(int(clicks.customer[line.click]))
    channel = CHANNELS[int(clicks.channel[line.click])]
    return name_order(line.order), product.item_id, phone, channel, line.quantity, product.price, stamp_local(moment)


def write_catalogue(products: Iterable[Product], opened_at: int) -> str:
    """Write one line a product; empty where there is no limit, channels separated by spaces."""
    return _write_table(CATALOGUE_COLUMNS, (_write_product(product, opened_at) for product in products))


def _write_product(product: Product, opened_at: int) -> Sequence[str | float]:
    first, last = (
        "" if day is None else stamp_local(opened_at + day * DAY_MS) for day in (product.first_day, product.last_day)
    )
    terms = product.terms
    words = (" ".join(told) for told in (product.channels, terms.requires, terms.excludes))
    age = "" if terms.min_age is None else terms.min_age
    sold = product.item_id, product.name, product.category, product.price, product.margin, first, last
    return *sold, *words, age, " ".join(terms.attributes)


def _write_table(columns: Sequence[str], rows: Iterable[Sequence[str | int | float]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)
    return text.getvalue()
