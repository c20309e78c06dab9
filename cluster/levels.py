"""Levels on any engine: how far each visitor came in a funnel."""

from functools import reduce
from operator import and_

import msgspec
import narwhals as nw
from narwhals.typing import IntoLazyFrameT

from cluster.sessions import ORDER
from paths import FunnelDefinition, FunnelError, FunnelStep

NEVER = -(2**62)
"""Begin of a chain where there is none. Not null: beside a null, DuckDB's running maximum is null here."""


def reach_levels(events: IntoLazyFrameT, funnel: FunnelDefinition) -> IntoLazyFrameT:
    """Find the furthest step that each visitor reached, from 1: `entrant`, `level`; in no promised order.

    Needs `visitor_id`, `robot`, the columns of `ORDER` and those that the steps ask for. The steps come in order, each
    with an event of its own, the last within the window (inclusive) after the first, as in `paths.measure_levels`.
    Events at one moment stand in one order here and count in either order there: the two agree for visitors whose
    times do not tie. Raises `FunnelError` for a scope other than visitor and for every option beyond such steps.
    """
    _refuse_options(funnel)
    window_ms = round(funnel.window_hours * 3_600_000)
    first = nw.when(_meets(funnel.steps[0])).then(nw.col("occurred_at_ms")).otherwise(nw.lit(NEVER))
    reached = nw.from_native(events).filter(nw.col("robot").is_null()).with_columns(begun=first)
    reached = reached.with_columns(level=nw.when(nw.col("begun") > NEVER).then(nw.lit(1)).otherwise(nw.lit(0)))
    for number, step in enumerate(funnel.steps[1:], start=2):
        reached = _take_step(reached, step, number, window_ms)
    levels = reached.group_by("visitor_id").agg(level=nw.col("level").max()).filter(nw.col("level") > 0)
    return levels.select(entrant=nw.col("visitor_id"), level=nw.col("level").cast(nw.Int64)).to_native()


def _refuse_options(funnel: FunnelDefinition) -> None:
    """Refuse what only `paths.measure_levels` can do, all of it at once."""
    faults = []
    if funnel.scope != "visitor":
        faults.append(f'it follows each {funnel.scope}, so set scope = "visitor"')
    here, inside = ("steps", "window_hours", "scope", "name"), ("event", "page", "channel", "category", "item", "name")
    options = [
        *_find_set(funnel, here),
        *dict.fromkeys(key for step in funnel.steps for key in _find_set(step, inside)),
    ]
    if options:
        faults.append(f"leave away {', '.join(options)}")
    if faults:
        raise FunnelError(
            f"The funnel {funnel.name!r} asks for more than a cluster measures: {'; '.join(faults)}; "
            "or measure it with paths.measure_levels."
        )


def _find_set(struct: msgspec.Struct, known: tuple[str, ...]) -> list[str]:
    """Find the keys that are set to something else than their default, those that are known left out."""
    keys = (key for key in msgspec.structs.fields(struct) if key.name not in known)
    return [key.name for key in keys if getattr(struct, key.name) != key.default]


def _take_step(
    reached: nw.LazyFrame[IntoLazyFrameT], step: FunnelStep, number: int, window_ms: int
) -> nw.LazyFrame[IntoLazyFrameT]:
    """Take the next step with each event whose visitor has a chain so far; `begun` tells when its chain began.

    Of the chains before an event the one that began last leaves the most time. It is carried to the rows after it by
    a running maximum, which every engine knows, where a forward fill or an as-of join is known to few.
    """
    latest = nw.col("begun").cum_max().over("visitor_id", order_by=ORDER)
    before = nw.col("latest").shift(1).over("visitor_id", order_by=ORDER).fill_null(NEVER)
    linked = _meets(step) & (nw.col("occurred_at_ms") - nw.col("carried") <= window_ms)
    further = nw.when(nw.col("begun") > NEVER).then(nw.lit(number)).otherwise(nw.col("level"))
    return (
        reached.with_columns(latest=latest)
        .with_columns(carried=before)
        .with_columns(begun=nw.when(linked).then(nw.col("carried")).otherwise(nw.lit(NEVER)))
        .with_columns(level=further)
    )


def _meets(step: FunnelStep) -> nw.Expr:
    """Tell whether an event is good for a step."""
    return reduce(and_, [nw.col(column) == value for column, value in step.conditions.items()])
