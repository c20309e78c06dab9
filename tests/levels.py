"""Drawn levels: how far entrants came in a funnel, as a reader would draw it on paper.

    draw_levels('''
        entrant | segment | entered | then | status
        ann     | app     | 1 08:00 | 5 20 | converted
        bob     | web     | 1 09:00 | - 20 | converted
        cat     |         | 2 08:00 |      | open
    ''', funnel)

`then` has the minutes from entry to each further step, `-` for one skipped. `measure` finds the levels of drawn
events, by default in a funnel of three steps.
"""

from datetime import timedelta
from typing import Any

import dataframely as dy
import polars as pl

from paths import FunnelDefinition, FunnelStep, Level, measure_levels
from tests.drawing import at, draw, draw_rows

LOOK, CART, BUY = FunnelStep("view_item"), FunnelStep("add_to_cart"), FunnelStep("purchase")
LATER = "9 00:00"
"""When every window has ended."""
STEPS = (
    FunnelStep("view_item", name="look"),
    FunnelStep("add_to_cart", name="cart"),
    FunnelStep("purchase", name="buy"),
)
ORDER = FunnelDefinition(name="order", steps=STEPS)
BY_CHANNEL = FunnelDefinition(name="order", steps=STEPS, breakdown="channel")


def draw_levels(text: str, funnel: FunnelDefinition = ORDER) -> dy.DataFrame[Level]:
    """Read a drawn table of levels."""
    rows = []
    for row in draw_rows(text):
        entered = at(row["entered"] or "00:00")
        marks = ["0", *(row.get("then") or "").split()]
        reached = [None if mark == "-" else entered + timedelta(minutes=float(mark)) for mark in marks]
        rows.append(
            {
                "funnel": funnel.name,
                "entrant": row["entrant"],
                "level": len(reached),
                "steps": len(funnel.steps),
                "segment": row.get("segment"),
                "entered_at": entered,
                "reached_at": reached,
                "status": row["status"],
            }
        )
    types = {name: column.dtype for name, column in Level.columns().items()}
    return Level.validate(pl.DataFrame(rows, schema=types))


def measure(text: str, *steps: FunnelStep, ends: str = LATER, **options: Any) -> pl.DataFrame:
    """Measure how far the visitors of drawn events came."""
    return measure_levels(draw(text), FunnelDefinition(steps or (LOOK, CART, BUY), name="order", **options), at(ends))


def come_how_far(text: str, *steps: FunnelStep, **options: Any) -> dict[str, int]:
    """Tell the level of each visitor of drawn events."""
    return dict(measure(text, *steps, **options).select("entrant", "level").iter_rows())
