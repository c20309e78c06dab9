"""The plan: what should stand where, beside today's page, and what it is expected to earn."""

from collections.abc import Mapping
from typing import NamedTuple

import dataframely as dy
import numpy as np
import polars as pl

from recommend.codes import IntArray
from recommend.layout.assignment import EMPTY
from recommend.layout.changes import SlotPlan, tell_changes, tell_worth
from recommend.layout.connections import BoolArray
from recommend.layout.cross_fitting import Crossed, compare_crosswise
from recommend.layout.frame import Frame
from recommend.layout.halves import Half
from recommend.layout.offers import LayoutOffer, Slot
from recommend.layout.position_model import PositionModel
from recommend.layout.requests import LayoutError, LayoutRequest, check_slots, find_faults
from recommend.layout.worth import PageWorth, Worth, tell_page, tell_unknown
from serving import Text

NO_HALVES = Text(
    "half of the visits alone know too little of the slots or of what stands there today: collect more pages",
    "仅凭一半访问，对展位或当前内容所知不足：请积累更多展示",
)

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
    why: Text | None
    """Why nobody can tell what the plan gains; None where it is told."""
    halves: tuple[dict[str, str], ...]
    """The page that each half of the people would have chosen, as slot → item; empty where none was needed or could."""


def plan_layout(
    model: PositionModel,
    slots: dy.DataFrame[Slot],
    offers: dy.DataFrame[LayoutOffer],
    today: Mapping[str, str],
    settings: LayoutRequest,
    halves: tuple[Half, Half] | None = None,
    barred: Mapping[str, str] | None = None,
) -> LayoutPlan:
    """Plan what should stand where, for the most expected margin, beside today's page.

    The value of an item in a slot is examination · attraction · conversion · margin (· stickiness, if asked for), and
    the plan the best assignment (see `assign_items`) under pins, kinds, sizes, category caps and one place an item. Of
    equal pages, the one with more of today's items in place. `today` names the item of each slot; a slot that it does
    not name is unknown. `barred` tells of products that are no offers why, should one be pinned. Sorted by position.

    What the plan gains cannot be told by the data that chose it: `halves` are two halves of the same people, each with
    a model and the same offers, and the gain is told by `compare_crosswise`; without them it is too little evidence. A
    page with every slot pinned was named beforehand, and all the data compare it. Raises LayoutError with all faults
    at once where a slot's examination is not identified or the requests cannot be met.
    """
    slots, offers = Slot.cast(slots.sort("position", "slot")), LayoutOffer.cast(offers.sort("item_id"))
    frame = Frame.draw(slots, offers, today, settings)
    if faults := find_faults(model, slots, offers, frame.eligible, today, settings, barred or {}):
        raise LayoutError(faults)
    worth = Worth.weigh(model, slots, offers, settings)
    known = np.isin(np.arange(offers.height), worth.known)
    planned = frame.choose(worth.value, known)
    unknown = ~np.isin(frame.now, worth.known)
    same = bool((frame.now == planned).all())
    crossed = None if same or frame.fixed else _cross(frame, slots, settings, halves)
    gaps = crossed.gaps if crossed else worth.compare(frame.now, planned)
    verdict, why = _judge(slots, today, unknown, told=same or frame.fixed or crossed is not None)
    return LayoutPlan(
        tell_changes(slots, offers, today, planned, frame.pinned != EMPTY).pipe(
            tell_worth, worth, frame.now, planned, unknown
        ),
        tell_unknown(gaps, settings.pages, verdict) if verdict else tell_page(gaps, settings.pages, same),
        _tell_left_out(model, offers, known, frame.eligible),
        why,
        tuple(_name_items(slots, offers, page) for page in crossed.pages) if crossed else (),
    )


def _judge(
    slots: dy.DataFrame[Slot], today: Mapping[str, str], unknown: BoolArray, told: bool
) -> tuple[str, Text | None]:
    """Tell the verdict where nobody can tell what the plan gains, and why; nothing where somebody can."""
    if unknown.any():
        return "not identified", _tell_unknown(slots, today, unknown)
    return ("", None) if told else ("too little evidence", NO_HALVES)


def _cross(
    frame: Frame, slots: dy.DataFrame[Slot], settings: LayoutRequest, halves: tuple[Half, Half] | None
) -> Crossed | None:
    """Compare crosswise, or tell by None that the halves cannot."""
    if halves is None or any(next(check_slots(half.model, slots), "") for half in halves):
        return None
    first, second = (
        Worth.weigh(half.model, slots, LayoutOffer.cast(half.offers.sort("item_id")), settings) for half in halves
    )
    return compare_crosswise(frame, first, second)


def _name_items(slots: dy.DataFrame[Slot], offers: dy.DataFrame[LayoutOffer], page: IntArray) -> dict[str, str]:
    items = offers["item_id"].to_list()
    return {slot: items[place] for slot, place in zip(slots["slot"], page, strict=True) if place != EMPTY}


def _tell_unknown(slots: dy.DataFrame[Slot], today: Mapping[str, str], unknown: BoolArray) -> Text:
    """Tell which slots hold what nobody can weigh today."""
    names = slots["slot"].filter(pl.Series(unknown)).to_list()
    held = [f"{today[slot]} in {slot}" for slot in names if slot in today]
    bare = [slot for slot in names if slot not in today]
    of_held = Text(
        f"{', '.join(held)} today cannot be weighed: see what was left out",
        f"当前的 {'、'.join(held)} 无法估值：见未入选商品",
    )
    of_bare = Text(
        f"nobody knows what stands in {', '.join(bare)} today: log it, or name the slots that are left",
        f"不知道 {'、'.join(bare)} 当前展示什么：请记录展示日志，或只列出其余展位",
    )
    told = [text for text, names in ((of_held, held), (of_bare, bare)) if names]
    return Text("; ".join(text.en for text in told), "；".join(text.zh for text in told))


def _tell_left_out(
    model: PositionModel, offers: dy.DataFrame[LayoutOffer], known: BoolArray, eligible: BoolArray
) -> dy.DataFrame[LeftOut]:
    shown = pl.col("item_id").is_in(model.attraction["item_id"].to_list())
    reason = pl.when(~shown).then(pl.lit("never shown")).when(~pl.Series(known)).then(pl.lit("not identified"))
    told = offers.select(
        "item_id", reason=reason.when(~pl.Series(eligible.any(axis=0))).then(pl.lit("no slot that it fits"))
    )
    return LeftOut.cast(told.filter(pl.col("reason").is_not_null()))
