"""Traits: what entrants did on their way, one action after the other, and what they were when they came in."""

from datetime import timedelta
from functools import reduce
from operator import or_

import dataframely as dy
import numpy as np
import polars as pl

from ingest import ORDER, Sessioned
from paths.carts.journeys import AbandonmentSettings
from paths.funnels.cart_events import name_carts
from paths.funnels.definition import FunnelDefinition, FunnelStep
from paths.funnels.matching import COLUMN_OF_SCOPE, meets
from paths.rows.numbering import mark_runs

DEEDS = {"event": "name", "page": "page"}
"""Kinds of traits that entrants come by on their way, and the column that names them."""
PROPERTIES = ("channel", "device", "browser", "system", "region", "campaign", "referrer", "category")
"""Kinds of traits that entrants bring along: columns of the event by which they entered."""


def follow_entrants(
    sessioned: dy.LazyFrame[Sessioned] | dy.DataFrame[Sessioned],
    entrants: pl.DataFrame,
    funnel: FunnelDefinition,
    carts: AbandonmentSettings,
) -> pl.LazyFrame:
    """Give the events of the entrants, people only, each with `row`, `entered_at`, `began_at` and `ends_at`."""
    named = name_carts(sessioned, timedelta(hours=carts.quiet_hours)) if funnel.scope == "cart" else sessioned.lazy()
    return (
        named.filter(pl.col("robot").is_null())
        .with_columns(entrant=pl.col(COLUMN_OF_SCOPE[funnel.scope]))
        .join(entrants.lazy(), on="entrant")
    )


def number_actions(events: pl.LazyFrame, funnel: FunnelDefinition) -> pl.DataFrame:
    """Number what each entrant did beside the funnel's own steps: row, action (from 1), name, page.

    Counted from `began_at` on and before `ends_at`; of one moment, as the log has them.
    """
    own = reduce(or_, map(_serves, funnel.steps))
    actions = (
        events.filter(pl.col("occurred_at").is_between("began_at", "ends_at", closed="left"), ~own)
        .sort("row", *ORDER)
        .select("row", *DEEDS.values())
        .collect()
    )
    firsts = np.flatnonzero(mark_runs(actions["row"].to_numpy()))
    numbers = np.arange(len(actions)) - np.repeat(firsts, np.diff(firsts, append=len(actions)))
    return actions.with_columns(action=numbers + 1)


def list_deeds(actions: pl.DataFrame) -> pl.DataFrame:
    """List what each entrant did, and by which action first: kind, value, row, action."""
    return pl.concat(
        actions.lazy()
        .filter(pl.col(column).is_not_null())
        .group_by("row", value=column)
        .agg(pl.col("action").min())
        .select(pl.lit(kind).alias("kind"), "value", "row", "action")
        for kind, column in DEEDS.items()
    ).collect()


def list_properties(events: pl.LazyFrame, funnel: FunnelDefinition) -> pl.DataFrame:
    """List what the event says by which each entrant came in: kind, value, row, action (0).

    Of several at that moment, the first as the log has them.
    """
    first = reduce(or_, map(_serves, funnel.steps)) if funnel.order == "any" else _serves(funnel.steps[0])
    entries = (
        events.filter(first, pl.col("occurred_at") == pl.col("entered_at"))
        .group_by("row")
        .agg(pl.col(PROPERTIES).sort_by(ORDER).first())
        .collect()
    )
    return (
        entries.unpivot(PROPERTIES, index="row", variable_name="kind")
        .drop_nulls("value")
        .select("kind", "value", "row", action=pl.lit(0, pl.Int64))
    )


def _serves(step: FunnelStep) -> pl.Expr:
    """Tell of an event whether it is good for the step."""
    return reduce(or_, map(meets, step.choices)).fill_null(value=False)
