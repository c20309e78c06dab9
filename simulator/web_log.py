"""The web hall's access log: combined lines of people, robots and dirt."""

from collections.abc import Sequence
from typing import Final

from simulator.addresses import AddressBook
from simulator.catalogue import CATEGORIES, Product
from simulator.chains import PAGE
from simulator.clicks import Clicks
from simulator.clock import stamp_web
from simulator.columns import Millis
from simulator.logs import Kind, Log, Scatter, write_blank
from simulator.names import name_address, name_agent, name_phone
from simulator.web_dirt import (
    write_bad_utf8,
    write_binary,
    write_handshake,
    write_head,
    write_too_long,
    write_unterminated,
)

_GOOGLE: Final = "(compatible; Googlebot/2.1; +http://www.google.com/bot.html)"
ROBOTS: Final = (
    ("66.249.66.17", f"Mozilla/5.0 {_GOOGLE}"),
    ("66.249.66.18", f"Mozilla/5.0 (Linux; Android 6.0.1; Nexus 5X) Chrome/132.0.0.0 Mobile Safari/537.36 {_GOOGLE}"),
    ("116.179.32.5", "Mozilla/5.0 (compatible; Baiduspider/2.0; +http://www.baidu.com/search/spider.html)"),
    ("54.36.148.9", "Mozilla/5.0 (compatible; AhrefsBot/7.0; +http://ahrefs.com/robot/)"),
    ("40.77.167.3", "Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)"),
    ("123.126.113.80", "Sogou web spider/4.0(+http://www.sogou.com/docs/help/webmasters.htm#07)"),
)
HOST: Final = "https://www.telco.example"

_FROM_OUTSIDE: Final = (
    "-",
    "https://www.baidu.com/",
    "-",
    "https://www.sogou.com/",
    "https://weixin.qq.com/",
    f"{HOST}/",
)
_ASSETS: Final = ("/static/main.css", "/static/app.js", "/static/logo.png", "/static/hall.js", "/static/banner-1.png")
_GONE: Final = ("/promo/2019/summer", "/huodong/old", "/m/shop.do", "/news/1234")

# Lines for each click, or scattered over the period as a share of the number of clicks.
_ASSET_SHARE: Final = 0.42
_REDIRECT_SHARE: Final = 0.004
_GONE_SHARE: Final = 0.004
_SCATTERED: Final = {
    "robot": 0.055, "head": 0.003, "unterminated_agent": 0.0006, "tls_handshake": 0.0008, "binary": 0.0003,
    "bad_utf8": 0.0006, "too_long": 0.00002, "empty": 0.0004,
}  # fmt: skip


def build_web_log(clicks: Clicks, products: Sequence[Product], scatter: Scatter) -> Log:
    """Build the log of the web hall's server."""
    lines = WebLines(clicks, products)
    rows = clicks.on("web")
    done = rows[clicks.page[rows] == PAGE["order_done"]]
    looks = rows[clicks.page[rows] == PAGE["product"]]
    kinds = {
        "post": Kind(clicks.at[done] - 900, done, lines.write_post),
        "redirect": scatter.beside(looks, clicks.at, _REDIRECT_SHARE, (-900, -500), lines.write_redirect),
        "click": Kind(clicks.at[rows], rows, lines.write_click),
        "static": scatter.beside(rows, clicks.at, _ASSET_SHARE, (100, 600), lines.write_asset),
        "not_found": scatter.beside(rows, clicks.at, _GONE_SHARE, (600, 900), lines.write_gone),
    }
    writers = {
        "robot": lines.write_robot, "head": write_head, "unterminated_agent": write_unterminated,
        "tls_handshake": write_handshake, "binary": write_binary, "bad_utf8": write_bad_utf8,
        "too_long": write_too_long, "empty": write_blank,
    }  # fmt: skip
    for kind, share in _SCATTERED.items():
        kinds[kind] = scatter.lines(max(1, round(share * len(rows))), writers[kind])
    return Log(kinds)


class WebLines:
    """Writes the lines that people and robots leave."""

    def __init__(self, clicks: Clicks, products: Sequence[Product]) -> None:
        self.clicks = clicks
        self.ids = [product.item_id for product in products]
        self.book = AddressBook("web", products)

    def _write(
        self, at: Millis, rows: Millis, requests: list[str], answers: list[str], referrers: list[str]
    ) -> list[bytes]:
        device, customer = self.clicks.device[rows].tolist(), self.clicks.customer[rows].tolist()
        known = self.clicks.logged_in[rows].tolist()
        return [
            f'{name_address(d)} - {name_phone(c) if k else "-"} [{stamp_web(t)}] "{request} HTTP/1.1" {answer} '
            f'"{referrer}" "{name_agent(d)}"'.encode()
            for t, d, c, k, request, answer, referrer in zip(
                at.tolist(), device, customer, known, requests, answers, referrers, strict=True
            )
        ]

    def write_click(self, at: Millis, rows: Millis) -> list[bytes]:
        """Write page views; the referrer is the visit's page before, or a place outside."""
        requests = [f"GET {address}" for address in self.book.look_up(self.clicks, rows)]
        before = [f"{HOST}{address}" for address in self.book.look_up(self.clicks, rows - 1)]
        outside = [_FROM_OUTSIDE[visit % len(_FROM_OUTSIDE)] for visit in self.clicks.visit[rows].tolist()]
        is_first = self.clicks.is_first[rows].tolist()
        referrers = [out if first else page for out, first, page in zip(outside, is_first, before, strict=True)]
        answers = [f"200 {3_000 + row * 2_654_435_761 % 40_009}" for row in rows.tolist()]
        return self._write(at, rows, requests, answers, referrers)

    def write_asset(self, at: Millis, rows: Millis) -> list[bytes]:
        """Write the style sheets, scripts and pictures that come with a page."""
        requests = [f"GET {_ASSETS[row % len(_ASSETS)]}?v=81" for row in rows.tolist()]
        referrers = [f"{HOST}{address}" for address in self.book.look_up(self.clicks, rows)]
        answers = ["304 0" if row % 3 else f"200 {20_000 + row % 9_973}" for row in rows.tolist()]
        return self._write(at, rows, requests, answers, referrers)

    def write_gone(self, at: Millis, rows: Millis) -> list[bytes]:
        """Write requests for pages that are no more."""
        requests = [f"GET {_GONE[row % len(_GONE)]}" for row in rows.tolist()]
        return self._write(at, rows, requests, ["404 548"] * len(rows), ["-"] * len(rows))

    def write_redirect(self, at: Millis, rows: Millis) -> list[bytes]:
        """Write old addresses of products that lead on to the new ones."""
        requests = [f"GET /p.do?id={self.ids[item]}" for item in self.clicks.item[rows].tolist()]
        return self._write(at, rows, requests, ["301 162"] * len(rows), ["-"] * len(rows))

    def write_post(self, at: Millis, rows: Millis) -> list[bytes]:
        """Write the forms that were sent just before an order was done."""
        count = len(rows)
        return self._write(
            at, rows, ["POST /order/submit"] * count, ["302 0"] * count, [f"{HOST}/checkout/payment"] * count
        )

    def write_robot(self, at: Millis, numbers: Millis) -> list[bytes]:
        """Write the robots' rounds over the catalogue."""
        return [self._robot(t, number) for t, number in zip(at.tolist(), numbers.tolist(), strict=True)]

    def _robot(self, moment: int, number: int) -> bytes:
        address, agent = ROBOTS[number % len(ROBOTS)]
        number >>= 8
        places = ("/robots.txt", "/", f"/list/{CATEGORIES[number % len(CATEGORIES)]}", "/help")
        place = number >> 8 & 15
        path = places[place] if place < len(places) else f"/product/{self.ids[number % len(self.ids)]}"
        answer = f"200 {5_000 + number % 4_099}"
        return f'{address} - - [{stamp_web(moment)}] "GET {path} HTTP/1.1" {answer} "-" "{agent}"'.encode()
