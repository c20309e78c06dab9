"""The WAP gateway's log: eleven fields with tabs between them, and dirt."""

from collections.abc import Sequence
from typing import Final

from simulator.addresses import AddressBook
from simulator.catalogue import Product
from simulator.clicks import Clicks
from simulator.columns import Millis
from simulator.logs import Kind, Log, Scatter, write_blank
from simulator.names import name_access_point, name_phone

HOST: Final = "wap.telco.example"
SITE_TYPE: Final = "运营商门户"

_IMPOSSIBLE: Final = ("99999999999999999", "-1", "20260332250000", "time")
_GONE_SHARE: Final = 0.004
_SCATTERED: Final = {"too_few_fields": 0.0008, "impossible_time": 0.0006, "bad_utf8": 0.0005, "empty": 0.0004}


def build_wap_log(clicks: Clicks, products: Sequence[Product], scatter: Scatter) -> Log:
    """Build the log of the WAP gateway."""
    lines = WapLines(clicks, products)
    rows = clicks.on("wap")
    kinds = {
        "click": Kind(clicks.at[rows], rows, lines.write_click),
        "not_found": scatter.beside(rows, clicks.at, _GONE_SHARE, (500, 900), lines.write_gone),
    }
    writers = {
        "too_few_fields": write_too_few, "impossible_time": write_impossible, "bad_utf8": write_bad_utf8,
        "empty": write_blank,
    }  # fmt: skip
    for kind, share in _SCATTERED.items():
        kinds[kind] = scatter.lines(max(1, round(share * len(rows))), writers[kind])
    return Log(kinds)


class WapLines:
    """Writes the lines that customers' phones leave."""

    def __init__(self, clicks: Clicks, products: Sequence[Product]) -> None:
        self.clicks = clicks
        self.book = AddressBook("wap", products)

    def write_click(self, at: Millis, rows: Millis) -> list[bytes]:
        """Write page views."""
        return self._write(at, rows, self.book.look_up(self.clicks, rows), 200)

    def write_gone(self, at: Millis, rows: Millis) -> list[bytes]:
        """Write requests for pages that are no more."""
        return self._write(at, rows, ["/old/index.wml"] * len(rows), 404)

    def _write(self, at: Millis, rows: Millis, addresses: list[str], status: int) -> list[bytes]:
        customers = self.clicks.customer[rows].tolist()
        return [
            _write_fields(str(t), name_phone(c), c, f"{HOST}{address}", SITE_TYPE, row, status)
            for t, c, address, row in zip(at.tolist(), customers, addresses, rows.tolist(), strict=True)
        ]


def _write_fields(time: str, phone: str, cell: int, address: str, site_type: str, number: int, status: int) -> bytes:
    """Write one line: time and a space, phone, access point, IP, address, kind of site, packets, bytes, status."""
    up, down = 3 + number % 23, 4 + number % 41
    ip = f"10.{cell >> 16 & 255}.{cell >> 8 & 255}.{cell & 255}"
    fields = (f"{time} ", phone, name_access_point(cell), ip, address, site_type, up, down, up * 91, down * 733, status)
    return "\t".join(map(str, fields)).encode()


def _stray_phone(number: int) -> str:
    return f"131{number % 100_000_000:08d}"


def write_too_few(at: Millis, numbers: Millis) -> list[bytes]:
    """Write lines that break off after a few fields."""
    return [
        b"\t".join(_write_fields(str(t), _stray_phone(n), n % 65_536, f"{HOST}/", "", n, 200).split(b"\t")[: 2 + n % 8])
        for t, n in zip(at.tolist(), numbers.tolist(), strict=True)
    ]


def write_impossible(at: Millis, numbers: Millis) -> list[bytes]:
    """Write lines with times that cannot be."""
    return [
        _write_fields(_IMPOSSIBLE[n % len(_IMPOSSIBLE)], _stray_phone(n), n % 65_536, f"{HOST}/", SITE_TYPE, n, 200)
        for _, n in zip(at, numbers.tolist(), strict=True)
    ]


def write_bad_utf8(at: Millis, numbers: Millis) -> list[bytes]:
    """Write lines whose kind of site is in GBK."""
    return [
        _write_fields(str(t), _stray_phone(n), n % 65_536, f"{HOST}/s", "#", n, 200).replace(
            b"#", SITE_TYPE.encode("gbk")
        )
        for t, n in zip(at.tolist(), numbers.tolist(), strict=True)
    ]
