"""Showings, drawn as a table: each row is so many showings of an item in a slot, some of them clicked on and bought.

    draw_showings('''
        slot | item | shown | clicked | bought
        a:1  | A    |   100 |      10 |      2
    ''')

Each row's showings are answers of their own, each to another person, an hour before `NOW`, on the page `home` of the
web, without a propensity, unless drawn (`ago` in days, `page`, `channel`, `propensity`).
"""

from datetime import timedelta
from functools import cache

import dataframely as dy
import polars as pl

from ingest import Product
from recommend import Showing
from tests.drawing import at, draw_rows

NOW = at("28 12:00")


@cache
def draw_showings(text: str) -> dy.DataFrame[Showing]:
    """Read a drawn table of showings."""
    rows = []
    for number, row in enumerate(draw_rows(text)):
        clicked, bought = int(row["clicked"] or 0), int(row.get("bought") or 0)
        rows += [
            {
                "session_id": f"s{number:02}-{place:05}", "page": row.get("page") or "home", "recommendation_id": "r",
                "slot": row["slot"], "item_id": row["item_id"], "person_id": f"p{number:02}-{place:05}",
                "channel": row.get("channel") or "web",
                "shown_at": NOW - timedelta(days=float(row.get("ago") or 0), hours=1),
                "position": int((row["slot"] or "").rpartition(":")[2]),
                "propensity": float(row["propensity"]) if row.get("propensity") else None,
                "clicked": place < clicked, "bought": place < bought,
            }
            for place in range(int(row["shown"] or 0))
        ]  # fmt: skip
    return Showing.cast(pl.DataFrame(rows, schema_overrides={"propensity": pl.Float64}))


def draw_products(text: str) -> dy.DataFrame[Product]:
    """Read a drawn catalogue; days on sale as times of the drawn days."""
    rows = [
        dict.fromkeys(Product.column_names())
        | {name: at(cell) if cell and name.startswith("on_sale") else cell for name, cell in row.items()}
        for row in draw_rows(text)
    ]
    times = {name: pl.Datetime("us", "UTC") for name in ("on_sale_from", "on_sale_to")}
    return Product.cast(pl.DataFrame(rows, schema_overrides=times).cast({"margin": pl.Float64, "min_age": pl.Int64}))
