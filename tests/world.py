"""The invented operator's logs, read in memory: what ingest makes of a world whose truth is known."""

import tomllib
from collections.abc import Iterator
from functools import cache, partial
from itertools import islice
from typing import Any, NamedTuple

import dataframely as dy
import polars as pl

from ingest import (
    Batch,
    Event,
    Order,
    Product,
    Reader,
    Sessioned,
    SessionSettings,
    Source,
    merge_orders,
    read_combined,
    read_csv,
    read_gateway,
    read_header,
    read_mapping,
    read_ndjson,
    read_site_map,
    sessionize,
    split_lines,
    take_events,
    take_orders,
    take_products,
)
from simulator import APP_LOG, SHELF_LOG, WAP_LOG, WEB_LOG, Simulation, simulate
from tests.intake import pseudonym


class World(NamedTuple):
    """What was read, beside the truth."""

    truth: Any
    lines: dict[str, int]
    """Lines read of each log."""
    quarantined: dict[str, dict[str, int]]
    """Quarantined lines of each log by reason."""
    ignored: dict[str, int]
    sessioned: dy.DataFrame[Sessioned]
    orders: dy.DataFrame[Order]
    products: dy.DataFrame[Product]


@cache
def read_world(visits: int = 6_000, seed: int = 3, planted: bool = True) -> World:
    """Invent an operator and read all its logs; each world is made once for all tests."""
    return read_simulation(simulate(visits=visits, seed=seed, planted=planted))


def read_simulation(simulation: Simulation) -> World:
    """Read all logs of an invented operator."""
    site_map = read_site_map(tomllib.loads(simulation.documents["sitemap.toml"]), "sitemap.toml")
    app = read_mapping(tomllib.loads(simulation.documents["maps/app.toml"]), "maps/app.toml")
    readers: dict[str, tuple[str, Reader]] = {
        WEB_LOG: ("web", read_combined),
        WAP_LOG: ("wap", read_gateway),
        APP_LOG: ("app", partial(read_ndjson, mapping=app)),
    }
    taken = {
        file: [
            take_events(batch, read, Source(file, file, file, channel), site_map, pseudonym)
            for batch in _cut(simulation, file)
        ]
        for file, (channel, read) in readers.items()
    }
    events = pl.concat([part.rows for parts in taken.values() for part in parts])
    sessioned = sessionize(Event.cast(events.unique("event_id", keep="first", maintain_order=True)), SessionSettings())
    return World(
        simulation.truth,
        {file: sum(part.lines for part in parts) for file, parts in taken.items()},
        {
            file: dict(pl.concat([part.quarantined for part in parts])["reason"].value_counts().iter_rows())
            for file, parts in taken.items()
        },
        {file: sum(part.ignored for part in parts) for file, parts in taken.items()},
        sessioned,
        merge_orders(Order.cast(_take_document(simulation, "orders")), sessioned),
        Product.cast(_take_document(simulation, "catalogue")),
    )


def read_shelf(simulation: Simulation) -> dy.DataFrame[Sessioned]:
    """Read the log of the app's shelf alone: what it showed where, and what was tapped."""
    site_map = read_site_map(tomllib.loads(simulation.documents["sitemap.toml"]), "sitemap.toml")
    mapping = read_mapping(tomllib.loads(simulation.documents["maps/shelf.toml"]), "maps/shelf.toml")
    source, read = Source(SHELF_LOG, SHELF_LOG, SHELF_LOG, "app"), partial(read_ndjson, mapping=mapping)
    taken = [take_events(batch, read, source, site_map, pseudonym) for batch in _cut(simulation, SHELF_LOG)]
    return sessionize(Event.cast(pl.concat([part.rows for part in taken])), SessionSettings())


def _cut(simulation: Simulation, file: str) -> Iterator[Batch]:
    lines = simulation.lines(file)
    return split_lines(b"".join(line + b"\n" for line in part) for part in iter(lambda: list(islice(lines, 5_000)), []))


def _take_document(simulation: Simulation, name: str) -> pl.DataFrame:
    """Take the rows of orders.csv or catalogue.csv."""
    mapping = read_mapping(tomllib.loads(simulation.documents[f"maps/{name}.toml"]), name)
    head, _, body = simulation.documents[f"{name}.csv"].partition("\n")
    read = partial(read_csv, columns=read_header(head, ","), mapping=mapping)
    (batch,) = split_lines([body.encode()])
    source = Source(name, name, "csv")
    taken = (
        take_orders(batch, read, source, pseudonym)
        if name == "orders"
        else take_products(batch, read, source, pseudonym)
    )
    assert not len(taken.quarantined)
    return taken.rows
