"""The frame: all that a plan of a page must keep to, and the best page within it."""

from collections.abc import Mapping
from typing import NamedTuple, Self

import dataframely as dy
import numpy as np

from recommend.codes import FloatArray, IntArray
from recommend.layout.assignment import EMPTY, assign_items
from recommend.layout.changes import find_places
from recommend.layout.connections import BoolArray
from recommend.layout.offers import LayoutOffer, Slot, find_eligible
from recommend.layout.requests import LayoutRequest


class Frame(NamedTuple):
    """What may stand where, what must, and what stands there today, as places among the offers."""

    eligible: BoolArray
    """Slots × offers."""
    now: IntArray
    """Today's item of each slot; `EMPTY` where nobody knows it or it is not offered."""
    pinned: IntArray
    """The item that must stand in each slot, or `EMPTY`."""
    categories: IntArray
    """The capped category of each offer; -1 for none."""
    caps: IntArray

    @classmethod
    def draw(
        cls,
        slots: dy.DataFrame[Slot],
        offers: dy.DataFrame[LayoutOffer],
        today: Mapping[str, str],
        settings: LayoutRequest,
    ) -> Self:
        """Draw the frame of slots and offers, both sorted."""
        pins = {pin.slot: pin.item_id for pin in settings.pins}
        places = find_places(slots, offers, today), find_places(slots, offers, pins)
        return cls(find_eligible(slots, offers), *places, *_number_categories(offers, settings.category_caps))

    @property
    def fixed(self) -> bool:
        """Whether nothing is left to choose."""
        return bool((self.pinned != EMPTY).all())

    def choose(self, value: FloatArray, known: BoolArray) -> IntArray:
        """Choose the page of the largest value of the offers that are known (see `assign_items`).

        Of equal pages, the one with more of today's items in place: staying is worth 10⁻⁹ of the largest value more.
        """
        allowed = np.where(self.eligible & known, value, -np.inf)
        there = np.flatnonzero(self.now >= 0)
        allowed[there, self.now[there]] += 1e-9 * np.max(value, initial=0.0)
        return assign_items(allowed, self.pinned, self.categories, self.caps)


def _number_categories(offers: dy.DataFrame[LayoutOffer], caps: Mapping[str, int]) -> tuple[IntArray, IntArray]:
    names = sorted(caps)
    codes = [names.index(category) if category in caps else -1 for category in offers["category"]]
    return np.array(codes, dtype=np.int64), np.array([caps[name] for name in names], dtype=np.int64)
