"""Separation: what those who convert did or were, and the others not."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import dataframely as dy
import msgspec
import numpy as np
import numpy.typing as npt
import polars as pl

from ingest import Sessioned
from paths.carts.journeys import AbandonmentSettings
from paths.funnels.counts.risk_sets import RiskSets
from paths.funnels.counts.settled import is_settled
from paths.funnels.counts.steps import took_step
from paths.funnels.counts.traits import follow_entrants, list_deeds, list_properties, number_actions
from paths.funnels.definition import FunnelDefinition
from paths.funnels.levels import Level
from serving import find_q_values


class SeparationSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is tried when looking for what separates those who convert."""

    min_entrants: int = 30
    """Entrants who must have done or been something for it to be tried: fewer prove nothing, and cost the others."""


class Separator(dy.Schema):
    """One thing that entrants of one funnel did on their way or were when they came in, and how they went on."""

    funnel = dy.String(primary_key=True, description="The funnel's name")
    kind = dy.String(
        primary_key=True, description="event or page: what they did on their way; else a property of their first event"
    )
    value = dy.String(primary_key=True, description="Which event, page or value of the property")
    entrants = dy.Int64(
        nullable=False, min=1, description="Settled entrants who did it, before they converted, or were"
    )
    converted = dy.Int64(nullable=False, min=0, description="Those of them who then converted")
    share_of_converted = dy.Float64(
        nullable=False, min=0, max=1, description="Share of the converted who had it before"
    )
    share_of_others = dy.Float64(
        nullable=False,
        min=0,
        max=1,
        description="Share of others who had it by then: those who had done as many things; of a property all others",
    )
    ratio = dy.Float64(
        nullable=True,
        min=0,
        description="How many times as often as others those who had it converted next; null: only they did",
    )
    low = dy.Float64(nullable=False, min=0, description="Lower end of the ratio's 95 % interval")
    high = dy.Float64(nullable=True, min=0, description="Upper end of the ratio's 95 % interval; null: no limit")
    p_value = dy.Float64(nullable=False, min=0, max=1, description="Chance of such a ratio if it made no difference")
    q_value = dy.Float64(
        nullable=False,
        min=0,
        max=1,
        description="Share of false finds among all tried if all down to this are believed",
    )


def separate_converted(
    levels: dy.LazyFrame[Level] | dy.DataFrame[Level],
    sessioned: dy.LazyFrame[Sessioned] | dy.DataFrame[Sessioned],
    funnel: FunnelDefinition,
    data_ends_at: datetime,
    settings: SeparationSettings = SeparationSettings(),  # noqa: B008  # frozen
    after_step: int = 1,
    carts: AbandonmentSettings = AbandonmentSettings(),  # noqa: B008  # frozen
) -> dy.DataFrame[Separator]:
    """Try each event, page and property: does it go with conversion more than chance would have it? The surest first.

    What entrants *did* is looked at over as long a way for both. Those who convert are gone after minutes, and others
    have their whole window: over all that each did, searching would seem to keep people from buying. By the clock
    alone those who left at once would be held against those who stayed, and all that takes staying would seem to sell
    ("activity bias": Lewis, Rao and Reiley, 2011). So the clock is the number of actions: each convert is held against
    all who did as many things since they came in, and of both only these count (`RiskSets`). Leaving is one way not to
    convert next, so that what drives people away shows, too. What comes after conversion or the window never counts.

    What entrants *were* when they came in they had from the beginning: shares of those who converted and those who did
    not, and the ratio of their conversions.

    Only settled entrants take part (`is_settled`); those not converted who are back for another try are among the
    others. Events that serve a step of the funnel are not tried, nor what fewer than `min_entrants` had. q-values are
    over all that was tried (Benjamini and Hochberg, 1995). Ties are sorted by kind and value.

    With `after_step`, the way begins at that step, for those who took it: what decides late in the funnel shows best
    among those who came that far. What goes with conversion need not cause it. `carts`: what ends a cart, for the scope
    of that name. Raises ValueError for a step that is not before the last.
    """
    if not 1 <= after_step < max(len(funnel.steps), 2):
        raise ValueError(f"after_step is {after_step}: choose one of the steps before the last, from 1 on.")
    entrants = _choose_entrants(levels, funnel, data_ends_at, after_step)
    events = follow_entrants(sessioned, entrants, funnel, carts)
    actions = number_actions(events, funnel)
    ways = entrants.join(actions.group_by("row").len("after"), on="row", how="left", maintain_order="left")
    rows = [
        *_compare_traits(list_deeds(actions), ways["after"].fill_null(0).to_numpy(), ways["converted"], settings),
        *_compare_traits(list_properties(events, funnel), np.zeros(len(ways)), ways["converted"], settings),
    ]
    return _tabulate(rows, funnel)


def _choose_entrants(
    levels: dy.LazyFrame[Level] | dy.DataFrame[Level], funnel: FunnelDefinition, data_ends_at: datetime, after_step: int
) -> pl.DataFrame:
    """Choose the settled entrants who took the step, and say from when until when they are followed."""
    times = pl.col("reached_at").list
    converted = pl.col("status") == "converted"
    window_ends = pl.col("entered_at") + timedelta(hours=funnel.window_hours)
    return (
        levels.lazy()
        .filter(pl.col("funnel") == funnel.name, is_settled(funnel, data_ends_at), took_step(funnel, after_step))
        .select(
            "entrant",
            "entered_at",
            began_at=times.get(after_step - 1, null_on_oob=True),
            ends_at=pl.when(converted).then(times.max()).otherwise(window_ends),
            converted=converted,
        )
        .sort("entrant")
        .with_row_index("row")
        .collect()
    )


def _compare_traits(
    traits: pl.DataFrame, after: npt.ArrayLike, converted: pl.Series, settings: SeparationSettings
) -> Iterator[tuple[str | float, ...]]:
    """Compare those who had each trait with the others, where enough had it."""
    outcome = converted.to_numpy()
    sets = RiskSets.gather(after, outcome)
    for (kind, value), had in traits.sort("row").group_by("kind", "value", maintain_order=True):
        who = had["row"].to_numpy().astype(np.int64)
        if who.size >= settings.min_entrants and (pace := sets.compare(who, had["action"].to_numpy(), outcome[who])):
            yield str(kind), str(value), who.size, int(outcome[who].sum()), *pace


def _tabulate(rows: list[tuple[str | float, ...]], funnel: FunnelDefinition) -> dy.DataFrame[Separator]:
    names = [name for name in Separator.column_names() if name not in ("funnel", "q_value")]
    table = pl.DataFrame(rows, {name: Separator.columns()[name].dtype for name in names}, orient="row")
    bound = [pl.when(pl.col(name).is_finite()).then(pl.col(name)).alias(name) for name in ("ratio", "high")]
    return Separator.cast(
        table.with_columns(*bound, funnel=pl.lit(funnel.name), q_value=find_q_values(table["p_value"])).sort(
            "p_value", "kind", "value"
        )
    )
