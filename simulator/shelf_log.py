"""The shelf's log: one JSON document for each showing of the shelf, with what stood where, and one for each click."""

from collections.abc import Iterable, Sequence
from typing import Final

import numpy as np

from simulator.catalogue import Product
from simulator.clicks import Clicks
from simulator.clock import stamp_app
from simulator.columns import NONE, Millis
from simulator.logs import Kind, Log, Scatter
from simulator.names import name_device, name_phone
from simulator.shelf import PLACES, SLOT, Shelf

EVENT_OF_SHELF_NAME: Final = {"ShelfShown": "view_item_list", "ShelfTapped": "select_item"}

_SHOWN_AFTER_MS: Final = 300
_TAPPED_BEFORE_MS: Final = 100
_TAPPED_TWICE_SHARE: Final = 0.02


def build_shelf_log(clicks: Clicks, shelf: Shelf, products: Sequence[Product], scatter: Scatter) -> Log:
    """Build the shelf's log; some people tap twice."""
    lines = ShelfLines(clicks, shelf, products)
    tapped = (shelf.taken != NONE).nonzero()[0]
    moments = clicks.at[shelf.row[tapped] + 1] - _TAPPED_BEFORE_MS
    twice = tapped[scatter.random.random(len(tapped)) < _TAPPED_TWICE_SHARE]
    return Log({
        "shown": Kind(clicks.at[shelf.row] + _SHOWN_AFTER_MS, np.arange(len(shelf.row)), lines.write_shown),
        "tapped": Kind(moments, tapped, lines.write_tapped),
        "tapped_twice": Kind(clicks.at[shelf.row[twice] + 1] - _TAPPED_BEFORE_MS // 2, twice, lines.write_again),
    })  # fmt: skip


class ShelfLines:
    """Writes what the app tells of its shelf."""

    def __init__(self, clicks: Clicks, shelf: Shelf, products: Sequence[Product]) -> None:
        self.clicks, self.shelf = clicks, shelf
        self.ids = [product.item_id for product in products]
        self.chance = dict(zip(shelf.pool.tolist(), shelf.chance.round(6).tolist(), strict=True))

    def write_shown(self, at: Millis, rows: Millis) -> list[bytes]:
        """Write showings of the whole shelf."""
        return self._write("s", "ShelfShown", at, rows, (range(PLACES) for _ in rows))

    def write_tapped(self, at: Millis, rows: Millis) -> list[bytes]:
        """Write clicks on one place."""
        return self._write("t", "ShelfTapped", at, rows, ([place] for place in self.shelf.taken[rows].tolist()))

    def write_again(self, at: Millis, rows: Millis) -> list[bytes]:
        """Write second clicks on the same place."""
        return self._write("u", "ShelfTapped", at, rows, ([place] for place in self.shelf.taken[rows].tolist()))

    def _write(self, sign: str, event: str, at: Millis, rows: Millis, places: Iterable[Iterable[int]]) -> list[bytes]:
        clicks, opened = self.clicks, self.shelf.row[rows]
        people = zip(
            *(column[opened].tolist() for column in (clicks.device, clicks.customer, clicks.logged_in)), strict=True
        )
        return [
            (
                f'{{"id":"{sign}{row:010x}","event":"{event}","ts":"{stamp_app(moment)}","device":"{name_device(device)}",'
                f'"login":{self._write_login(customer, known)},"screen":"CategoryList","shelf":"{SLOT}",'
                f'"answer":"r{row:08x}","items":[{",".join(self._write_item(row, place) for place in seen)}]}}'
            ).encode()
            for moment, row, seen, (device, customer, known) in zip(
                at.tolist(), rows.tolist(), places, people, strict=True
            )
        ]

    def _write_login(self, customer: int, known: bool) -> str:
        return f'"{name_phone(customer)}"' if known else "null"

    def _write_item(self, row: int, place: int) -> str:
        item = int(self.shelf.layout[row, place])
        return f'{{"sku":"{self.ids[item]}","place":{place + 1},"chance":{self.chance[item][place]}}}'
