"""The lake that the pages' reports come from: a morning of four visitors, drawn by hand."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl

from ingest import Event
from lake import Lake

MORNING = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
WAYS = {
    "v4c1d0c2e61f8a7b03a5f9b27d6e81c40": ("app", ["view_item", "add_to_cart", "purchase"]),
    "v7be0951f24c6d8a3e19b0c57f42a6d83": ("wap", ["view_item", "add_to_cart"]),
    "v92d5f8b61a3e4c7d05f2a8b96c1e7f34": ("app", ["view_item", "add_to_cart"]),
    "vd08a6c3b95e1f27488a0d3c6b5f91e72": ("web", ["view_item"]),
}
"""Four visitors: their channel and what they did, ten minutes apart."""
AFTERWARDS = MORNING + timedelta(days=7)
"""When one of them looked in again: by then nobody's window is open."""


def fill_lake(folder: Path) -> None:
    """Write the visitors' events into a lake."""
    events = [
        {"channel": channel, "visitor_id": visitor, "name": name, "occurred_at": MORNING + timedelta(minutes=10 * step)}
        for visitor, (channel, names) in WAYS.items()
        for step, name in enumerate(names)
    ]
    visitor, (channel, _) = next(iter(WAYS.items()))
    events.append({"channel": channel, "visitor_id": visitor, "name": "page_view", "occurred_at": AFTERWARDS})
    drawn = (
        pl.DataFrame(events)
        .with_row_index("line")
        .with_columns(event_id=pl.format("e{}", "line"), source=pl.lit("drawn"), line=pl.col("line").cast(pl.Int64))
    )
    Lake(folder).append_new("events", [Event.cast(pl.concat([Event.create_empty(), drawn], how="diagonal_relaxed"))])


def write_settings_file(folder: Path) -> Path:
    """Write the shop's settings: the defaults, whatever settings lie where the pages are made."""
    file = folder / "echannel.toml"
    file.touch()
    return file
