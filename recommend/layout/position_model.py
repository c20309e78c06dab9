"""The position model: how much of a click is the place, and how much the product."""

from collections.abc import Sequence
from typing import NamedTuple

import dataframely as dy
import msgspec
import numpy as np
import polars as pl

from recommend.codes import FloatArray, IntArray
from recommend.layout.connections import BoolArray, find_groups
from recommend.layout.estimates import Estimates
from recommend.layout.impressions import Impression, SlotCounts, count_impressions
from recommend.layout.proportional_fitting import Fit, NotSettledError, fit_proportionally


class PositionSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which impressions the position model learns from."""

    randomised_only: bool = False
    """Whether to leave out what was put in its place without a draw. Most pages are the same for all, and then every
    impression helps; where places are chosen for each visitor, those who get an item in a good place like it more."""


class Examination(dy.Schema):
    """One slot: how much it is looked at."""

    slot = dy.String(primary_key=True, description="The place on the page")
    shown = dy.Int64(nullable=False, min=1, description="Showings in it, whatever the item")
    clicked = dy.Int64(nullable=False, min=0, description="Clicks in it")
    group = dy.Int64(nullable=True, min=0, description="Slots of one group can be compared; null: with no other")
    reference = dy.Bool(nullable=False, description="Whether it is the slot that its group is measured by")
    examination = dy.Float64(
        nullable=True, min=0, description="Clicks against the same item in the reference slot; null: not identified"
    )
    low = dy.Float64(nullable=True, min=0, description="Lower end of its 95 % interval (observed information)")
    high = dy.Float64(nullable=True, min=0, description="Upper end of its 95 % interval (observed information)")


class Attraction(dy.Schema):
    """One item: how much it is clicked on, wherever it stands."""

    item_id = dy.String(primary_key=True, description="The product")
    shown = dy.Int64(nullable=False, min=1, description="Showings of it, wherever")
    clicked = dy.Int64(nullable=False, min=0, description="Clicks on it")
    group = dy.Int64(nullable=True, min=0, description="Items of one group can be compared; null: with no other")
    attraction = dy.Float64(
        nullable=True, min=0, description="Clicks a showing in its group's reference slot; null: not identified"
    )
    low = dy.Float64(nullable=True, min=0, description="Lower end of its 95 % interval (observed information)")
    high = dy.Float64(nullable=True, min=0, description="Upper end of its 95 % interval (observed information)")


class PositionModel(NamedTuple):
    """What was learnt of slots and items, and whether all of them can be compared."""

    examination: dy.DataFrame[Examination]
    attraction: dy.DataFrame[Attraction]
    verdict: str
    """`identified`; `not identified` if slots fall into groups that nothing ties together; `too little evidence` if
    there is no click at all."""
    apart: tuple[tuple[str, ...], ...]
    """The groups of slots that cannot be compared, most clicks first; empty if identified."""
    fits: tuple[Fit, ...]
    """The fit of each group, slots and items in the order of the tables, those with clicks alone."""


def fit_positions(
    impressions: dy.DataFrame[Impression], settings: PositionSettings, slots: Sequence[str] = ()
) -> PositionModel:
    """Fit the position-based click model: clicks ~ showings · examination of the slot · attraction of the item.

    Fitted by Poisson iterative proportional fitting, group by group (see `fit_proportionally`), where a group is what
    the data tie together (see `find_groups`); one that so little ties that no fit settles falls apart. Each group is
    measured by its first slot that has clicks, in the order of `slots`, those not named there after them by name.
    Intervals are exp(ln x ± 1.96 · standard error), with errors from the observed information; what was never clicked
    on gets 0, with the upper end at which its zero would be a 2.5 % chance if its partners were known exactly. Slots
    and items come sorted by name; no impressions give empty tables.

    >>> rows = [("top", "a", 100, 40), ("top", "b", 100, 20), ("side", "a", 100, 20), ("side", "b", 100, 10)]
    >>> told = pl.DataFrame(rows, schema=["slot", "item_id", "shown", "clicked"], orient="row")
    >>> impressions = Impression.cast(told.with_columns(propensity=None))
    >>> model = fit_positions(impressions, PositionSettings(), slots=["top", "side"])
    >>> model.examination.select("slot", pl.col("examination", "low", "high").round(3)).rows()
    [('side', 0.5, 0.323, 0.775), ('top', 1.0, 1.0, 1.0)]
    """
    counts = count_impressions(impressions, settings.randomised_only)
    groups = find_groups(counts.shown, counts.clicked)
    live_slots, live_items = counts.clicked.sum(axis=1) > 0, counts.clicked.sum(axis=0) > 0
    ranks = _rank(counts.slots, slots)
    examination, attraction = Estimates.start(len(counts.slots)), Estimates.start(len(counts.items))
    fits, references = list[Fit](), np.zeros(len(counts.slots), np.bool_)
    for group in range(int(groups.slots.max(initial=-1)) + 1):
        rows = np.flatnonzero((groups.slots == group) & live_slots)
        columns = np.flatnonzero((groups.items == group) & live_items)
        reference = int(np.argmin(ranks[rows]))
        cells = np.ix_(rows, columns)
        try:
            fit = fit_proportionally(counts.shown[cells], counts.clicked[cells], reference)
        except NotSettledError:
            groups = groups.dissolve(group)
            continue
        groups = groups.rename(group, len(fits))
        examination.fill(rows, fit.examination, np.sqrt(np.diag(fit.slot_covariance)))
        attraction.fill(columns, fit.attraction, _find_item_errors(fit))
        references[rows[reference]] = True
        fits.append(fit)
    examination.fill_unclicked((groups.slots >= 0) & ~live_slots, counts.shown @ np.nan_to_num(attraction.value))
    attraction.fill_unclicked((groups.items >= 0) & ~live_items, np.nan_to_num(examination.value) @ counts.shown)
    return PositionModel(
        _tell_slots(counts, groups.slots, references, examination),
        _tell_items(counts, groups.items, attraction),
        *_judge(counts.slots, groups.slots, live_slots),
        tuple(fits),
    )


def _find_item_errors(fit: Fit) -> FloatArray:
    """Find the standard errors of the logarithms of attraction: own clicks, and what slots are not sure of."""
    spread = np.einsum("si,st,ti->i", fit.item_slot_shares, fit.slot_covariance, fit.item_slot_shares)
    errors: FloatArray = np.sqrt(1 / fit.item_clicks + spread)
    return errors


def _rank(names: pl.Series, order: Sequence[str]) -> IntArray:
    told = {slot: place for place, slot in enumerate(order)}
    return np.array([told.get(slot, len(told) + place) for place, slot in enumerate(names)], dtype=np.int64)


def _tell_slots(
    counts: SlotCounts, groups: IntArray, references: BoolArray, told: Estimates
) -> dy.DataFrame[Examination]:
    columns = {"slot": counts.slots, "shown": counts.shown.sum(axis=1), "clicked": counts.clicked.sum(axis=1)}
    group = pl.Series(groups).replace(-1, None)
    return Examination.cast(
        pl.DataFrame({**columns, "group": group, "reference": references, **told.columns("examination")})
    )


def _tell_items(counts: SlotCounts, groups: IntArray, told: Estimates) -> dy.DataFrame[Attraction]:
    columns = {"item_id": counts.items, "shown": counts.shown.sum(axis=0), "clicked": counts.clicked.sum(axis=0)}
    group = pl.Series(groups).replace(-1, None)
    return Attraction.cast(pl.DataFrame({**columns, "group": group, **told.columns("attraction")}))


def _judge(slots: pl.Series, groups: IntArray, live: BoolArray) -> tuple[str, tuple[tuple[str, ...], ...]]:
    if not live.any():
        return "too little evidence", ()
    if not groups.any():
        return "identified", ()
    alone = [(slot,) for slot in slots.filter(pl.Series(groups < 0))]
    tied = [tuple(slots.filter(pl.Series(groups == group))) for group in range(int(groups.max()) + 1)]
    return "not identified", (*tied, *alone)
