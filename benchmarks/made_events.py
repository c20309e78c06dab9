"""Made events: as many as asked for, of visitors who come in visits, the same each time."""

import dataframely as dy
import numpy as np
import polars as pl

from ingest import Event

EVENTS_A_VISITOR = 17
"""10 million events are of some 600,000 visitors."""
EVENTS_A_VISIT = 6
NAMES = ("page_view", "view_item", "add_to_cart", "begin_checkout", "purchase")
NAME_SHARES = (0.55, 0.3, 0.08, 0.04, 0.03)
PAGES = [f"page_{number}" for number in range(200)]
ITEMS = [f"P{number:05}" for number in range(2_000)]
START_MS, PERIOD_MS, VISIT_MS = 1_772_409_600_000, 28 * 86_400_000, 20 * 60_000


def make_events(rows: int, seed: int = 1) -> dy.DataFrame[Event]:
    """Make events in the order of time, as a log has them, with ids and pseudonyms as long as real ones."""
    chance = np.random.default_rng(seed)
    visits = max(1, rows // EVENTS_A_VISIT)
    visitor, begin = chance.integers(0, max(1, rows // EVENTS_A_VISITOR), visits), chance.integers(0, PERIOD_MS, visits)
    visit = chance.integers(0, visits, rows)
    drawn = pl.DataFrame(
        {
            "visitor": visitor[visit],
            "time": START_MS + begin[visit] + chance.integers(0, VISIT_MS, rows),
            "name": chance.choice(len(NAMES), rows, p=NAME_SHARES),
            "page": np.minimum(chance.zipf(1.3, rows), len(PAGES)) - 1,
            "item": chance.integers(0, len(ITEMS), rows),
        }
    )
    return _dress(drawn.sort("time", "visitor", "page", "item", "name").with_row_index("line", 1))


def _dress(drawn: pl.DataFrame) -> dy.DataFrame[Event]:
    """Write codes out as the texts that events bear."""
    given = drawn.select(
        event_id=_spell(pl.col("line")),
        occurred_at=pl.from_epoch("time", time_unit="ms").dt.cast_time_unit("us").dt.replace_time_zone("UTC"),
        channel=pl.lit("web"),
        visitor_id=_spell(pl.col("visitor")),
        customer_id=pl.when(pl.col("visitor") % 5 == 0).then(_spell(pl.col("visitor") + 1)),
        name=_name(pl.col("name"), NAMES),
        page=_name(pl.col("page"), PAGES),
        item_id=pl.when(pl.col("name") > 0).then(_name(pl.col("item"), ITEMS)),
        source=pl.lit("web.log"),
        line=pl.col("line").cast(pl.Int64),
    )
    absent = [pl.lit(None).alias(name) for name in Event.column_names() if name not in given.columns]
    return Event.cast(given.with_columns(absent))


def _spell(number: pl.Expr) -> pl.Expr:
    """Spell a number as 32 digits that keep no order."""
    digits = [number.cast(pl.UInt64).hash(seed).cast(pl.String).str.pad_start(20, "0") for seed in (1, 2)]
    return pl.concat_str(digits).str.tail(32)


def _name(code: pl.Expr, names: list[str] | tuple[str, ...]) -> pl.Expr:
    return code.replace_strict(range(len(names)), names, return_dtype=pl.String)
