"""The plan: what should stand where, beside today's page, and what it is expected to earn."""

from collections.abc import Mapping
from typing import NamedTuple

import dataframely as dy
import numpy as np
import polars as pl

from recommend.codes import IntArray
from recommend.layout.assignment import EMPTY, assign_items
from recommend.layout.connections import BoolArray
from recommend.layout.offers import LayoutOffer, Slot, find_eligible
from recommend.layout.position_model import PositionModel
from recommend.layout.requests import LayoutError, LayoutSettings, find_faults
from recommend.layout.worth import PageWorth, Worth

CHANGES = ("stays", "moves", "new", "empty")


class SlotPlan(dy.Schema):
    """One slot of the page: what stands there today, and what should."""

    slot = dy.String(primary_key=True, description="The place on the page")
    position = dy.Int64(nullable=False, min=1, description="Place in the order of the page")
    item_today = dy.String(nullable=True, description="The product that stands there today; null: none")
    item_planned = dy.String(nullable=True, description="The product that should; null: none may or none is left")
    change = dy.String(
        nullable=False, description="stays, moves (from another slot), new (not on the page today), empty"
    )
    from_slot = dy.String(nullable=True, description="Where the planned product stands today")
    pinned = dy.Bool(nullable=False, description="Whether it had to stand there")
    clicks_today = dy.Float64(nullable=True, min=0, description="Clicks expected today on so many pages; null: unknown")
    clicks_planned = dy.Float64(nullable=False, min=0, description="Clicks expected by the plan on so many pages")
    margin_today = dy.Float64(nullable=True, min=0, description="Margin expected today on so many pages; null: unknown")
    margin_planned = dy.Float64(nullable=False, min=0, description="Margin expected by the plan on so many pages")

    @dy.rule()
    def change_is_known(cls) -> pl.Expr:
        """The change is one of the four."""
        return cls.change.col.is_in(CHANGES)


class LeftOut(dy.Schema):
    """One offer that could not be weighed, and so is not in the plan."""

    item_id = dy.String(primary_key=True, description="The product")
    reason = dy.String(nullable=False, description="Why: never shown, not identified, or no slot that it fits")


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
    settings: LayoutSettings,
) -> LayoutPlan:
    """Plan what should stand where, for the most expected margin, beside today's page.

    The value of an item in a slot is examination · attraction · conversion · margin (· stickiness, if asked for), and
    the plan the best assignment (see `assign_items`) under pins, kinds, sizes, category caps and one place an item. Of
    equal pages, the one with more of today's items in place: staying is worth 10⁻⁹ of the largest value more.
    `today` names the item of each slot. Sorted by position. Raises LayoutError with all faults at once where a slot's
    examination is not identified or the requests cannot be met.
    """
    slots, offers = Slot.cast(slots.sort("position", "slot")), LayoutOffer.cast(offers.sort("item_id"))
    eligible = find_eligible(slots, offers)
    if faults := find_faults(model, slots, offers, eligible, today, settings):
        raise LayoutError(faults)
    worth = Worth.weigh(model, slots, offers, settings)
    known = np.isin(np.arange(offers.height), worth.known)
    places = {item: place for place, item in enumerate(offers["item_id"])}
    now = np.array([places.get(today.get(slot, ""), EMPTY) for slot in slots["slot"]], dtype=np.int64)
    value = np.where(eligible & known, worth.value, -np.inf)
    finite = np.max(worth.value, initial=0.0)
    value[np.flatnonzero(now >= 0), now[now >= 0]] += 1e-9 * finite
    pins = {pin.slot: places[pin.item_id] for pin in settings.pins}
    pinned = np.array([pins.get(slot, EMPTY) for slot in slots["slot"]], dtype=np.int64)
    planned = assign_items(value, pinned, *_number_categories(offers, settings.category_caps))
    unknown = np.array([today.get(slot) is not None for slot in slots["slot"]]) & ~np.isin(now, worth.known)
    return LayoutPlan(
        _tell_slots(slots, offers, today, planned, pinned, worth, now, unknown),
        worth.compare(now, planned, bool(unknown.any())),
        _tell_left_out(model, offers, known, eligible),
    )


def _number_categories(offers: dy.DataFrame[LayoutOffer], caps: Mapping[str, int]) -> tuple[IntArray, IntArray]:
    names = sorted(caps)
    codes = [names.index(category) if category in caps else -1 for category in offers["category"]]
    return np.array(codes, dtype=np.int64), np.array([caps[name] for name in names], dtype=np.int64)


def _tell_slots(
    slots: dy.DataFrame[Slot],
    offers: dy.DataFrame[LayoutOffer],
    today: Mapping[str, str],
    planned: IntArray,
    pinned: IntArray,
    worth: Worth,
    now: IntArray,
    unknown: BoolArray,
) -> dy.DataFrame[SlotPlan]:
    items, stands = offers["item_id"].to_list(), {item: slot for slot, item in sorted(today.items(), reverse=True)}
    names = [None if place == EMPTY else items[place] for place in planned]
    came = [
        slot if today.get(slot) == name and name else stands.get(name or "")
        for slot, name in zip(slots["slot"], names, strict=True)
    ]
    change = [
        "empty" if name is None else "new" if home is None else "stays" if home == slot else "moves"
        for slot, name, home in zip(slots["slot"], names, came, strict=True)
    ]
    blank = pl.Series(unknown)
    told = slots.select("slot", "position").with_columns(
        item_today=pl.Series([today.get(slot) for slot in slots["slot"]], dtype=pl.String),
        item_planned=pl.Series(names, dtype=pl.String),
        change=pl.Series(change, dtype=pl.String),
        from_slot=pl.Series(came, dtype=pl.String),
        pinned=pl.Series(pinned != EMPTY),
        clicks_planned=worth.pick(worth.clicks, planned),
        margin_planned=worth.pick(worth.margin, planned),
        clicks_today=pl.when(~blank).then(pl.Series(worth.pick(worth.clicks, now))),
        margin_today=pl.when(~blank).then(pl.Series(worth.pick(worth.margin, now))),
    )
    return SlotPlan.cast(told)


def _tell_left_out(
    model: PositionModel, offers: dy.DataFrame[LayoutOffer], known: BoolArray, eligible: BoolArray
) -> dy.DataFrame[LeftOut]:
    shown = pl.col("item_id").is_in(model.attraction["item_id"].to_list())
    reason = pl.when(~shown).then(pl.lit("never shown")).when(~pl.Series(known)).then(pl.lit("not identified"))
    told = offers.select(
        "item_id", reason=reason.when(~pl.Series(eligible.any(axis=0))).then(pl.lit("no slot that it fits"))
    )
    return LeftOut.cast(told.filter(pl.col("reason").is_not_null()))
