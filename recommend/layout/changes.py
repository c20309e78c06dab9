"""Changes: what moves where between today's page and the planned one, and what each slot is expected to earn."""

from collections.abc import Mapping

import dataframely as dy
import numpy as np
import polars as pl

from recommend.codes import IntArray
from recommend.layout.assignment import EMPTY
from recommend.layout.connections import BoolArray
from recommend.layout.offers import LayoutOffer, Slot
from recommend.layout.worth import Worth

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


def find_places(slots: dy.DataFrame[Slot], offers: dy.DataFrame[LayoutOffer], page: Mapping[str, str]) -> IntArray:
    """Find the place among the offers of each slot's item, `EMPTY` where it has none or one that is not offered."""
    places = {item: place for place, item in enumerate(offers["item_id"])}
    return np.array([places.get(page.get(slot, ""), EMPTY) for slot in slots["slot"]], dtype=np.int64)


def tell_changes(
    slots: dy.DataFrame[Slot],
    offers: dy.DataFrame[LayoutOffer],
    today: Mapping[str, str],
    planned: IntArray,
    pinned: BoolArray,
) -> pl.DataFrame:
    """Tell slot by slot what stands there today, what is planned, and where that comes from."""
    items, stands = offers["item_id"].to_list(), {item: slot for slot, item in sorted(today.items(), reverse=True)}
    names = [None if place == EMPTY else items[place] for place in planned]
    rows = [
        (today.get(slot), name, *_tell_change(slot, name, slot if today.get(slot) == name else stands.get(name or "")))
        for slot, name in zip(slots["slot"], names, strict=True)
    ]
    columns = dict.fromkeys(("item_today", "item_planned", "change", "from_slot"), pl.String)
    told = pl.DataFrame(rows, schema=columns, orient="row")
    return slots.select("slot", "position").hstack(told).with_columns(pinned=pl.Series(pinned))


def _tell_change(slot: str, name: str | None, home: str | None) -> tuple[str, str | None]:
    if name is None:
        return "empty", None
    return ("new" if home is None else "stays" if home == slot else "moves"), home


def tell_worth(
    changes: pl.DataFrame, worth: Worth, now: IntArray, planned: IntArray, unknown: BoolArray
) -> dy.DataFrame[SlotPlan]:
    """Tell beside the changes what each slot is expected to earn; nothing of today's where its item is `unknown`."""
    blank = pl.Series(unknown)
    told = changes.with_columns(
        clicks_planned=worth.pick(worth.clicks, planned),
        margin_planned=worth.pick(worth.margin, planned),
        clicks_today=pl.when(~blank).then(pl.Series(worth.pick(worth.clicks, now))),
        margin_today=pl.when(~blank).then(pl.Series(worth.pick(worth.margin, now))),
    )
    return SlotPlan.cast(told)
