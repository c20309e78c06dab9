"""Addresses: where on its channel's site each click went."""

from collections.abc import Sequence
from urllib.parse import quote

from simulator.catalogue import CATEGORIES, KEYWORDS, Product
from simulator.chains import PAGES
from simulator.clicks import Clicks
from simulator.columns import Millis
from simulator.site import EVENTS, PAGE_OF_ADDRESS, QUERY_OF_ADDRESS


def name_order(order: int) -> str:
    """Give an order its id, as sites and order book write it."""
    return f"E{order + 100_001}"


class AddressBook:
    """Knows the addresses of one channel's site."""

    def __init__(self, channel: str, products: Sequence[Product]) -> None:
        self.ids = [product.item_id for product in products]
        self.words = [[quote(word) for word in KEYWORDS[category]] for category in CATEGORIES]
        self.address = {
            (PAGES.index(page), EVENTS.index(event or "page_view")): address + _ask(address, page)
            for address, page, event in PAGE_OF_ADDRESS[channel]
        }

    def look_up(self, clicks: Clicks, rows: Millis) -> list[str]:
        """Tell the address of each click, with its query."""
        columns = (clicks.page, clicks.event, clicks.item, clicks.category, clicks.order)
        return [
            self._fill(row, *codes)
            for row, *codes in zip(rows.tolist(), *(column[rows].tolist() for column in columns), strict=True)
        ]

    def _fill(self, row: int, page: int, event: int, item: int, category: int, order: int) -> str:
        address = self.address[page, event]
        if "{" not in address:
            return address
        words = self.words[category]
        return address.format(
            item_id=self.ids[item], category=CATEGORIES[category], order_id=name_order(order),
            word=words[row % len(words)],
        )  # fmt: skip


def _ask(address: str, page: str) -> str:
    """Write the query that an address takes, its values still open."""
    query = "&".join(f"{name}={{{field}}}" for field, name in QUERY_OF_ADDRESS.get(address, {}).items())
    query = "q={word}" if page == "search" else query
    return f"?{query}" if query else ""
