"""Events stand in one order, whether their keys fit into 63 bits or not."""

from datetime import UTC, datetime

import numpy as np
import polars as pl

from ingest import ORDER, Event
from ingest.sessions.order import order_events
from tests.drawing import make_events


def make_tied(years: tuple[int, ...]) -> pl.DataFrame:
    random = np.random.default_rng(7)
    rows = [
        {
            "visitor_id": f"v{random.integers(40)}",
            "occurred_at": datetime(int(random.choice(years)), 1, 1, tzinfo=UTC),
            "device_at": random.choice([None, datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 2, tzinfo=UTC)]),
            "line": int(random.integers(1, 4)),
        }
        for _ in range(300)
    ]
    return Event.cast(make_events(rows).select(Event.column_names()))


def test_keys_of_a_few_days_and_of_centuries_give_the_same_order() -> None:
    for years in ((2026,), (2026, 2027), (2, 9999)):
        events = make_tied(years)
        assert order_events(events).equals(events.sort("visitor_id", *ORDER, nulls_last=False))


def test_no_events_are_ordered() -> None:
    assert len(order_events(Event.create_empty())) == 0
