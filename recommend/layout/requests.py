"""Requests: what a plan must keep to, and why it may be impossible."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

import dataframely as dy
import msgspec
import polars as pl

from recommend.layout.connections import BoolArray
from recommend.layout.offers import LayoutOffer, Slot
from recommend.layout.position_model import PositionModel


class LayoutError(ValueError):
    """A page cannot be planned; the message names every fault and its remedy, `faults` one by one."""

    def __init__(self, faults: Sequence[str]) -> None:
        self.faults = tuple(faults)
        super().__init__(f"The page cannot be planned: {'; '.join(faults)}.")


class Pin(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One item that must stand in one slot."""

    slot: str
    """The place on the page."""
    item_id: str
    """The product."""


class LayoutRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a plan of a page must keep to."""

    pins: tuple[Pin, ...] = ()
    """Items that must stand in a slot. None by default: every pin costs what a better item would have earned."""
    category_caps: Mapping[str, int] = msgspec.field(default_factory=dict)
    """Most items of a category on the page. None by default."""
    stickiness: bool = False
    """Whether an item's value is multiplied by its stickiness. Off, since it is no money that anyone has counted."""
    pages: int = 1_000
    """Pages that clicks and margin are told for: a number that people can picture."""

    def __post_init__(self) -> None:
        """Refuse caps below 0 and fewer than one page, all at once."""
        faults = [
            f"the cap of {name} is {cap}: give 0 or more" for name, cap in sorted(self.category_caps.items()) if cap < 0
        ]
        if self.pages < 1:
            faults.append(f"`pages` is {self.pages}: give 1 or more")
        if faults:
            raise ValueError(f"The settings of layouts are wrong: {'; '.join(faults)}.")


def find_faults(
    model: PositionModel,
    slots: dy.DataFrame[Slot],
    offers: dy.DataFrame[LayoutOffer],
    eligible: BoolArray,
    today: Mapping[str, str],
    settings: LayoutRequest,
    barred: Mapping[str, str],
) -> tuple[str, ...]:
    """Find everything that makes the plan impossible, each with what to do about it.

    `barred` tells of products that are no offers why they are none.
    """
    found = [*check_slots(model, slots), *_check_offers(offers, eligible), *_check_today(slots, today)]
    return (*found, *_check_pins(model, slots, offers, eligible, settings, barred))


def check_slots(model: PositionModel, slots: dy.DataFrame[Slot]) -> Iterator[str]:
    """Tell why slots cannot be compared with each other, where that is so."""
    known = dict(model.examination.select("slot", "group").iter_rows())
    unknown = [slot for slot in slots["slot"] if known.get(slot) is None]
    groups = {known[slot] for slot in slots["slot"]} if not unknown else set()
    if slots.is_empty():
        yield "the page has no slot: give one or more"
    if unknown:
        yield f"examination of {', '.join(unknown)} is not identified: show there what is clicked on elsewhere"
    if len(groups) > 1:
        apart = " | ".join(
            ", ".join(slot for slot in slots["slot"] if known[slot] == group) for group in sorted(groups)
        )
        yield f"slots are not identified against each other ({apart}): let items change places between them"


def _check_offers(offers: dy.DataFrame[LayoutOffer], eligible: BoolArray) -> Iterator[str]:
    for item, margin in (
        offers.filter(~((pl.col("margin") >= 0) & pl.col("margin").is_finite()))
        .select("item_id", "margin")
        .sort("item_id")
        .iter_rows()
    ):
        yield f"the margin of {item} is {margin:g}: give 0 or more, or leave it out"
    if not eligible.any():
        yield "no item may stand in any slot: give offers whose kinds and sizes fit the slots"


def _check_today(slots: dy.DataFrame[Slot], today: Mapping[str, str]) -> Iterator[str]:
    for slot in sorted(set(today) - set(slots["slot"])):
        yield f"today's page has a slot {slot} that is not planned: add it to the slots, or leave it out"


def _check_pins(
    model: PositionModel,
    slots: dy.DataFrame[Slot],
    offers: dy.DataFrame[LayoutOffer],
    eligible: BoolArray,
    settings: LayoutRequest,
    barred: Mapping[str, str],
) -> Iterator[str]:
    places, items = slots["slot"].to_list(), offers["item_id"].to_list()
    beyond = len(settings.pins) - len(places)
    if beyond > 0:
        yield f"{len(settings.pins)} pins are more than {len(places)} slots: take away {beyond}"
    for slot, count in sorted(Counter(pin.slot for pin in settings.pins).items()):
        if count > 1:
            yield f"{count} pins are on slot {slot}: leave one"
    for item, count in sorted(Counter(pin.item_id for pin in settings.pins).items()):
        if count > 1:
            yield f"{item} is pinned {count} times: leave one pin, since an item has one place"
    groups = model.examination.filter(pl.col("slot").is_in(places))["group"].drop_nulls().unique().to_list()
    known = set(model.attraction.filter(pl.col("group").is_in(groups))["item_id"])
    for pin in settings.pins:
        if pin.slot not in places:
            yield f"{pin.item_id} is pinned to {pin.slot}, no slot of the page: give one of {', '.join(places)}"
        if pin.item_id in barred:
            why = f"left out ({barred[pin.item_id]})"
            yield f"{pin.item_id} is pinned to {pin.slot}, but {why}: take away the pin, or mend the catalogue"
        elif pin.item_id not in items:
            yield f"{pin.item_id} is pinned to {pin.slot}, but not offered: add it to the offers"
        elif pin.item_id not in known:
            yield f"{pin.item_id} is pinned, but its attraction is not identified: show it first, or take away the pin"
        elif pin.slot in places and not eligible[places.index(pin.slot), items.index(pin.item_id)]:
            yield f"{pin.item_id} is pinned to {pin.slot}, whose kind or size it does not fit: pin it elsewhere"
    shelf = dict(offers.select("item_id", "category").iter_rows())
    pinned = Counter(shelf.get(pin.item_id) for pin in settings.pins)
    for category, cap in sorted(settings.category_caps.items()):
        if pinned[category] > cap:
            yield f"{pinned[category]} items of {category} are pinned, and its cap is {cap}: raise it or take pins away"
