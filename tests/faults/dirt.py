"""Dirt: what stands in real logs beside good lines, for every format."""

import gzip
import json
from pathlib import Path
from typing import NamedTuple

import zstandard

from tests.intake import hit

Lines = list[bytes]
BLANK = "blank"
"""A line of nothing is ignored, and counted so."""
SOMEHOW = None
"""A line that one format reads and another does not: it is there once, as an event or in quarantine."""

MAPPING = """\
into = "events"
channel = "app"
{more}
[fields]
occurred_at = "time"
visitor_id = "visitor"
location = "screen"
price = "price"
[time]
unit = "s"
"""


class Dialect(NamedTuple):
    """A format, the lines that its files begin with, one good line for each number, and its mapping file."""

    name: str
    head: Lines
    line: str
    mapping: str | None = None
    channel: str | None = "web"

    def write_good(self, number: int) -> bytes:
        """Write a good line."""
        return self.line.replace("NN", f"{number:03}").encode()

    def list_options(self, folder: Path) -> list[object]:
        """Return the options by which it is read."""
        options: list[object] = ["--format", self.name, *(["--channel", self.channel] if self.channel else [])]
        if self.mapping:
            (folder / "map.toml").write_text(self.mapping)
            options += ["--map", folder / "map.toml"]
        return options


NGINX = {
    "time_iso8601": "2026-03-02T08:00:01Z", "remote_addr": "10.0.0.NN", "request": "GET /p/NN HTTP/1.1", "status": 200,
    "http_user_agent": "Mozilla/5.0 (X11)",
}  # fmt: skip
DIALECTS = [
    Dialect("combined", [], hit("/product/NN", ip="10.0.0.NN")),
    Dialect("gateway", [], "1363157985066 \t13000000NN1\tAP\t10.0.0.1\thost/p/NN\t\t1\t2\t3\t4\t200", channel="wap"),
    Dialect("ndjson", [], '{"time":1772409601,"visitor":"vNN","screen":"/p/NN","price":5}', MAPPING.format(more="")),
    Dialect("csv", [b"time,visitor,screen,price"], "1772409601,vNN,/p/NN,5", MAPPING.format(more="header = true")),
    Dialect("nginx_json", [], json.dumps(NGINX)),
    Dialect(
        "w3c",
        [b"#Version: 1.0", b"#Fields: date time c-ip cs-method cs-uri-stem sc-status cs(User-Agent)"],
        "2026-03-02 00:00:01 10.0.0.NN GET /p/NN 200 Mozilla/5.0+(X11)",
    ),
]


def list_dirt(good: bytes) -> dict[str, tuple[bytes, str | None]]:
    """List dirty lines made of a good one, and why each is quarantined where that does not hang on the format."""
    half = len(good) // 2
    return {
        "bytes that are no UTF-8": (b"\xff\xfe\xfd", "not_utf8"),
        "one bad byte": (good[:half] + b"\xe4" + good[half:], "not_utf8"),
        "GBK": (good[:half] + "中文".encode("gbk") + good[half:], "not_utf8"),
        "NUL": (good[:half] + b"\0" + good[half:], "nul_byte"),
        "a line of NULs, as after a power cut": (b"\0" * 4096, "nul_byte"),
        "a line of 70 kB": (good + b"x" * 70_000, "line_too_long"),
        "a quote alone": (b'"', SOMEHOW),
        "a quote more": (good[:half] + b'"' + good[half:], SOMEHOW),
        "quotes not closed": (good.replace(b'"', b"", 1), SOMEHOW),
        "a line cut short": (good[:half], SOMEHOW),
        "two lines in one": (good + good, SOMEHOW),
        "columns too many": (good + b",1,2\t3\t4 5 6", SOMEHOW),
        "a carriage return within": (good[:half] + b"\r" + good[half:], SOMEHOW),
        "a carriage return at the end": (good + b"\r", SOMEHOW),
        "a byte order mark in the middle": (b"\xef\xbb\xbf" + good, SOMEHOW),
        "signs for terminals": (b"\x1b[31m" + good, SOMEHOW),
        "nothing": (b"", BLANK),
        "blanks": (b" \t ", BLANK),
        "carriage return": (b"\r", BLANK),
        "what is no log": (b"Segmentation fault (core dumped)", SOMEHOW),
        "a document within": (b'{"a": {"b": [1, 2', SOMEHOW),
    }


PACKINGS = {
    "gzip": lambda plain: gzip.compress(plain, mtime=0),
    "gzip of several members": lambda plain: b"".join(
        gzip.compress(plain[at : at + 999], mtime=0) for at in range(0, len(plain), 999)
    ),
    "gzip padded with NULs": lambda plain: gzip.compress(plain, mtime=0) + bytes(512),
    "zstd": lambda plain: zstandard.ZstdCompressor(write_checksum=True).compress(plain),
    "zstd of several frames": lambda plain: b"".join(
        zstandard.ZstdCompressor(write_checksum=True).compress(plain[at : at + 999]) for at in range(0, len(plain), 999)
    ),
}
