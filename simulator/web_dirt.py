"""The dirt in a web log: what scanners, monitors and broken clients leave there."""

from typing import Final

from simulator.clock import stamp_web
from simulator.columns import Millis
from simulator.names import AGENTS

MONITOR: Final = ("69.162.124.230", "Mozilla/5.0+(compatible; UptimeRobot/2.0; http://www.uptimerobot.com/)")
_LONG: Final = 70_000


def _scanner(number: int) -> str:
    return f"{('198.51.100', '203.0.113')[number & 1]}.{number >> 1 & 255}"


def write_head(at: Millis, _: Millis) -> list[bytes]:
    """Write the questions of a monitoring service whether the site is up."""
    address, agent = MONITOR
    return [f'{address} - - [{stamp_web(t)}] "HEAD / HTTP/1.1" 200 0 "-" "{agent}"'.encode() for t in at.tolist()]


def write_unterminated(at: Millis, numbers: Millis) -> list[bytes]:
    """Write lines whose user agent has no closing quote."""
    return [
        f'{_scanner(n)} - - [{stamp_web(t)}] "GET /product/PL-01 HTTP/1.1" 200 5123 "-" "Mozilla/5.0 (Win'.encode()
        for t, n in zip(at.tolist(), numbers.tolist(), strict=True)
    ]


def write_handshake(at: Millis, numbers: Millis) -> list[bytes]:
    """Write encrypted greetings that came to the plain port, as the server escapes them."""
    return [
        rf'{_scanner(n)} - - [{stamp_web(t)}] "\x16\x03\x01\x02\x00\x01\x00\x01\xFC\x03\x03" 400 157 "-" "-"'.encode()
        for t, n in zip(at.tolist(), numbers.tolist(), strict=True)
    ]


def write_binary(at: Millis, numbers: Millis) -> list[bytes]:
    """Write bytes that are no text and no line of a log."""
    greeting = b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"
    return [
        greeting + n.to_bytes(8, "big").replace(b"\n", b"\x00").replace(b"\r", b"\x00")
        for _, n in zip(at, numbers.tolist(), strict=True)
    ]


def write_bad_utf8(at: Millis, numbers: Millis) -> list[bytes]:
    """Write requests with Chinese words in GBK."""
    words = "套餐".encode("gbk")
    return [
        f'{_scanner(n)} - - [{stamp_web(t)}] "GET /s?w='.encode()
        + words
        + f' HTTP/1.1" 200 901 "-" "{AGENTS[4]}"'.encode()
        for t, n in zip(at.tolist(), numbers.tolist(), strict=True)
    ]


def write_too_long(at: Millis, numbers: Millis) -> list[bytes]:
    """Write requests longer than 64 KiB."""
    return [
        f'{_scanner(n)} - - [{stamp_web(t)}] "GET /s?w={"A" * _LONG} HTTP/1.1" 414 177 "-" "{AGENTS[0]}"'.encode()
        for t, n in zip(at.tolist(), numbers.tolist(), strict=True)
    ]
