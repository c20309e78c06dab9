"""Lines in, events out: the way through ingest, for tests, without a disk."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import polars as pl

from echannel.people.keys import KeyedPseudonym
from ingest import (
    Event,
    Mapping,
    PageRule,
    Quarantine,
    Reader,
    RobotSettings,
    SiteMap,
    Source,
    Taken,
    read_combined,
    read_csv,
    read_mapping,
    read_ndjson,
    split_lines,
    take_events,
)

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
"""When logs are read."""

SHOP = SiteMap(
    pages=(
        PageRule(page="home", match="/"),
        PageRule(page="list", match="/list/{category}", event="view_item_list"),
        PageRule(page="product", match="/product/{item_id}", event="view_item"),
        PageRule(page="cart", match="/cart/add", event="add_to_cart", query={"item_id": "sku"}),
        PageRule(page="help", match="/help/**"),
        PageRule(page="done", regex=r"^/order/(?P<order_id>O\d+)/done$", event="purchase"),
    ),
    ignore=("/health",),
)
"""A small site map."""

ROBOTS_BY_DEFAULT = RobotSettings()

PEOPLE_AGENT = "Mozilla/5.0 (Linux; Android 14; 22081212C) AppleWebKit/537.36 Chrome/120.0 Mobile Safari/537.36"


pseudonym = KeyedPseudonym(b"a key for tests, no secret at all")


def chop(content: bytes, size: int = 1 << 16) -> Iterator[bytes]:
    """Cut bytes into chunks, as they come from a file or a wire."""
    return (content[start : start + size] for start in range(0, len(content), size))


def take(
    content: bytes,
    read: Reader,
    *,
    channel: str | None = "web",
    site_map: SiteMap = SHOP,
    chunk: int = 1 << 16,
    block: int = 1 << 20,
    robots: RobotSettings = ROBOTS_BY_DEFAULT,
) -> Taken:
    """Take a whole log in memory."""
    source = Source("test.log", "fingerprint", "test", channel)
    parts = [
        take_events(batch, read, source, site_map, pseudonym, robots)
        for batch in split_lines(chop(content, chunk), block)
    ]
    if not parts:
        return Taken(Event.create_empty(), Quarantine.create_empty(), 0, 0)
    return Taken(
        pl.concat([part.rows for part in parts]),
        pl.concat([part.quarantined for part in parts]),
        sum(part.ignored for part in parts),
        sum(part.lines for part in parts),
        sum(part.further for part in parts),
    )


def take_web(
    *lines: str,
    channel: str | None = "web",
    site_map: SiteMap = SHOP,
    robots: RobotSettings = ROBOTS_BY_DEFAULT,
) -> Taken:
    """Take lines of a combined access log."""
    content = "".join(f"{line}\n" for line in lines).encode()
    return take(content, read_combined, channel=channel, site_map=site_map, robots=robots)


def take_app(*lines: str, mapping: Mapping, site_map: SiteMap = SHOP) -> Taken:
    """Take NDJSON lines of the app."""
    content = "".join(f"{line}\n" for line in lines).encode()
    return take(content, partial(read_ndjson, mapping=mapping), channel="app", site_map=site_map)


def take_table(*lines: str, mapping: Mapping) -> Taken:
    """Take the lines of a CSV without its header."""
    content = "".join(f"{line}\n" for line in lines).encode()
    return take(content, partial(read_csv, columns=mapping.columns, mapping=mapping), channel="app")


def hit(
    path: str = "/",
    *,
    at: str = "02/Mar/2026:08:00:00 +0800",
    ip: str = "10.0.0.1",
    user: str = "-",
    status: int = 200,
    method: str = "GET",
    referrer: str = "-",
    agent: str = PEOPLE_AGENT,
) -> str:
    """Write one line of a combined access log."""
    return f'{ip} - {user} [{at}] "{method} {path} HTTP/1.1" {status} 512 "{referrer}" "{agent}"'


def map_columns(**document: object) -> Mapping:
    """Make a mapping as its file would."""
    return read_mapping(document, "test mapping")


def write_hits(file: Path, *numbers: int, ending: bytes = b"\n", now: datetime = NOW) -> None:
    """Add lines to a log, as its server does now."""
    lines = [hit(f"/page/{number}", ip=f"10.0.{number // 256}.{number % 256}").encode() for number in numbers]
    with file.open("ab") as log:
        log.write(b"\n".join(lines) + ending)
    os.utime(file, (now.timestamp(), now.timestamp()))
