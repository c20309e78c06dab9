"""The plan: what should stand where, beside today's page, and what it is expected to earn."""

from collections.abc import Mapping
from typing import NamedTuple

import dataframely as dy
import numpy as np
import polars as pl

from recommend.codes import IntArray
from recommend.layout.assignment import EMPTY, assign_items
from recommend.layout.changes import SlotPlan, find_places, tell_changes, tell_worth
from recommend.layout.connections import BoolArray
from recommend.layout.offers import LayoutOffer, Slot, find_eligible
from recommend.layout.position_model import PositionModel
from recommend.layout.requests import LayoutError, LayoutRequest, find_faults
from recommend.layout.worth import PageWorth, Worth

LEFT_OUT_REASONS = (
    "not in the catalogue",
    "not on sale",
    "for some ages only",
    "requires another product",
    "not sold on every channel of the page",
    "no margin in the catalogue",
    "sold at a loss",
    "never shown",
    "not identified",
    "no slot that it fits",
)
"""Why a product is not in the plan; the first that holds."""


class LeftOut(dy.Schema):
    """One product that may not stand on the page, or could not be weighed, and so is not in the plan."""

    item_id = dy.String(primary_key=True, description="The product")
    reason = dy.String(
        nullable=False, description=f"Why: {', '.join(LEFT_OUT_REASONS[:-1])}, or {LEFT_OUT_REASONS[-1]}"
    )

    @dy.rule()
    def reason_is_known(cls) -> pl.Expr:
        """The reason is one of those."""
        return cls.reason.col.is_in(LEFT_OUT_REASONS)


class LayoutPlan(NamedTuple):
    """A page, slot by slot and as a whole, and what could not be weighed."""

    slots: dy.DataFrame[SlotPlan]
    worth: dy.DataFrame[PageWorth]
    left_out: dy.DataFrame[LeftOut]


def plan_layout(
    model: PositionModel,
    slots: dy.DataFrame[Slot],
    offers: dy.DataFrame[LayoutOffer],
    today: Mapping[str, str],
    settings: LayoutRequest,
    barred: Mapping[str, str] | None = None,
) -> LayoutPlan:
    """Plan what should stand where, for the most expected margin, beside today's page.

    The value of an item in a slot is examination · attraction · conversion · margin (· stickiness, if asked for), and
    the plan the best assignment (see `assign_items`) under pins, kinds, sizes, category caps and one place an item. Of
    equal pages, the one with more of today's items in place: staying is worth 10⁻⁹ of the largest value more.
    `today` names the item of each slot; `barred` tells of products that are no offers why, should one be pinned. Sorted
    by position. Raises LayoutError with all faults at once where a slot's examination is not identified or the requests
    cannot be met.
    """
    slots, offers = Slot.cast(slots.sort("position", "slot")), LayoutOffer.cast(offers.sort("item_id"))
    eligible = find_eligible(slots, offers)
    if faults := find_faults(model, slots, offers, eligible, today, settings, barred or {}):
        raise LayoutError(faults)
    worth = Worth.weigh(model, slots, offers, settings)
    known = np.isin(np.arange(offers.height), worth.known)
    now = find_places(slots, offers, today)
    pinned = find_places(slots, offers, {pin.slot: pin.item_id for pin in settings.pins})
    value = np.where(eligible & known, worth.value, -np.inf)
    value[np.flatnonzero(now >= 0), now[now >= 0]] += 1e-9 * np.max(worth.value, initial=0.0)
    planned = assign_items(value, pinned, *_number_categories(offers, settings.category_caps))
    unknown = np.isin(slots["slot"].to_numpy(), list(today)) & ~np.isin(now, worth.known)
    return LayoutPlan(
        tell_changes(slots, offers, today, planned, pinned != EMPTY).pipe(tell_worth, worth, now, planned, unknown),
        worth.compare(now, planned, bool(unknown.any())),
        _tell_left_out(model, offers, known, eligible),
    )


def _number_categories(offers: dy.DataFrame[LayoutOffer], caps: Mapping[str, int]) -> tuple[IntArray, IntArray]:
    names = sorted(caps)
    codes = [names.index(category) if category in caps else -1 for category in offers["category"]]
    return np.array(codes, dtype=np.int64), np.array([caps[name] for name in names], dtype=np.int64)


def _tell_left_out(
    model: PositionModel, offers: dy.DataFrame[LayoutOffer], known: BoolArray, eligible: BoolArray
) -> dy.DataFrame[LeftOut]:
    shown = pl.col("item_id").is_in(model.attraction["item_id"].to_list())
    reason = pl.when(~shown).then(pl.lit("never shown")).when(~pl.Series(known)).then(pl.lit("not identified"))
    told = offers.select(
        "item_id", reason=reason.when(~pl.Series(eligible.any(axis=0))).then(pl.lit("no slot that it fits"))
    )
    return LeftOut.cast(told.filter(pl.col("reason").is_not_null()))
