"""The app's events: one JSON document a line under the app's own names, and dirt."""

from collections.abc import Sequence
from typing import Final

from simulator.addresses import name_order
from simulator.catalogue import CATEGORIES, Product
from simulator.chains import PAGES
from simulator.clicks import Clicks
from simulator.clock import stamp_app
from simulator.columns import NONE, Millis
from simulator.logs import Kind, Log, Scatter, write_blank
from simulator.names import SYSTEMS, name_device, name_phone
from simulator.site import EVENT_OF_NAME, PAGE_OF_ADDRESS

REGIONS: Final = ("北京", "上海", "广东", "四川", "陕西", "辽宁", "浙江")

_NAMES: Final = tuple(EVENT_OF_NAME)
_SCREENS: Final = {page: screen for screen, page, _ in PAGE_OF_ADDRESS["app"]}
_RESENT_SHARE: Final = 0.01
_CUT_SHARE: Final = 0.0012
_SCATTERED: Final = {"bad_utf8": 0.0005, "empty": 0.0004}


def build_app_log(clicks: Clicks, products: Sequence[Product], scatter: Scatter) -> Log:
    """Build the log of the app's collector; its lines stand in the order in which they were received."""
    lines = AppLines(clicks, products)
    rows = clicks.on("app")
    kinds = {
        "click": Kind(clicks.at[rows] + scatter.random.integers(150, 950, len(rows)), rows, lines.write_click),
        "resent": scatter.beside(rows, clicks.at, _RESENT_SHARE, (5_000, 60_000), lines.write_click),
        "cut_json": scatter.beside(rows, clicks.at, _CUT_SHARE, (1_000, 1_900), lines.write_cut),
    }
    for kind, writer in (("bad_utf8", lines.write_bad_utf8), ("empty", write_blank)):
        kinds[kind] = scatter.lines(max(1, round(_SCATTERED[kind] * len(rows))), writer)
    return Log(kinds)


class AppLines:
    """Writes the events that phones and tablets send."""

    def __init__(self, clicks: Clicks, products: Sequence[Product]) -> None:
        self.clicks = clicks
        self.goods = [f'"sku":"{p.item_id}","cat":"{p.category}","price":{p.price}' for p in products]

    def write_click(self, at: Millis, rows: Millis) -> list[bytes]:
        """Write events; `at` is when they are received, and an event sent again differs in that alone."""
        clicks = self.clicks
        columns = (clicks.at, clicks.device, clicks.customer, clicks.logged_in, clicks.page, clicks.event,
                   clicks.item, clicks.category, clicks.quantity, clicks.order)  # fmt: skip
        return [
            self._write(*values)
            for values in zip(at.tolist(), rows.tolist(), *(column[rows].tolist() for column in columns), strict=True)
        ]

    def _write(self, received: int, row: int, at: int, device: int, customer: int, known: bool, page: int, event: int,
               item: int, category: int, quantity: int, order: int) -> bytes:  # fmt: skip
        login = f'"{name_phone(customer)}"' if known else "null"
        props = self._write_props(item, category, quantity, order)
        return (
            f'{{"id":"a{row:010x}","event":"{_NAMES[event]}","ts":"{stamp_app(at)}","received":"{stamp_app(received)}",'
            f'"device":"{name_device(device)}","login":{login},"screen":"{_SCREENS[PAGES[page]]}","props":{{{props}}},'
            f'"app":{{"version":"8.{device % 3}.{device % 7}","os":"{SYSTEMS[device % 3]}"}},'
            f'"region":"{REGIONS[device % 7]}"}}'
        ).encode()

    def _write_props(self, item: int, category: int, quantity: int, order: int) -> str:
        if item != NONE:
            return self.goods[item] + (f',"qty":{quantity}' if quantity != NONE else "")
        if order != NONE:
            return f'"order":"{name_order(order)}"'
        return f'"cat":"{CATEGORIES[category]}"' if category != NONE else ""

    def write_cut(self, at: Millis, rows: Millis) -> list[bytes]:
        """Write events that broke off on their way."""
        whole = self.write_click(at, rows)
        return [line[: 40 + row % (len(line) - 60)] for line, row in zip(whole, rows.tolist(), strict=True)]

    def write_bad_utf8(self, at: Millis, numbers: Millis) -> list[bytes]:
        """Write events with a region in GBK."""
        region = REGIONS[0].encode("gbk")
        return [
            (
                f'{{"id":"b{n:016x}","event":"ScreenView","ts":"{stamp_app(t)}","received":"{stamp_app(t)}","device":"dx{n:016x}",'
                f'"login":null,"screen":"Promo","props":{{}},"app":{{"version":"7.0.0","os":"Android"}},"region":"'
            ).encode() + region + b'"}'
            for t, n in zip(at.tolist(), numbers.tolist(), strict=True)
        ]  # fmt: skip
