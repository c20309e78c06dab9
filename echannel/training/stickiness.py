"""Stickiness (产品粘性): how people stay with each product of the lake, and the part of a snapshot that tells it."""

import dataframely as dy

from echannel.training.bench import Bench
from echannel.training.tables import Tables
from echannel.tree import Settings
from recommend import Stickiness, measure_stickiness
from serving import ItemStickiness


def read_stickiness(tables: Tables, settings: Settings) -> dy.DataFrame[Stickiness]:
    """Measure each product's stickiness as of the log's last moment."""
    return measure_stickiness(tables.sessioned, tables.orders, settings.stickiness, tables.ends_at, settings.zone)


def weigh_stickiness(bench: Bench) -> ItemStickiness | None:
    """Weigh each product's stickiness against that of all; None where it counts for nothing."""
    if not bench.settings.merchandising.stickiness_power:
        return None
    told = read_stickiness(bench.tables, bench.settings)
    return ItemStickiness.from_rows(told["item_id"].to_list(), told["ratio"].to_numpy())
