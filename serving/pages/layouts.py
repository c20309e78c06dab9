"""Layouts: what stands in which slot of each page, published and answered from."""

from dataclasses import dataclass
from typing import NamedTuple, Self

import msgspec
import numpy as np
import numpy.typing as npt

from serving.pages.exploration import NO_SWAP, draw_pair, find_propensities, read_key
from serving.reasons import Language
from serving.shelf import Shelf
from serving.shoppers import Shopper
from serving.vocabulary import ABSENT, Float32Array, Int64Array, StrArray, find_code, make_vocabulary

TOLD_SHOWINGS = 1_000
"""Showings of a page that clicks are told for."""
PINNED, PLANNED, TODAY = 0, 1, 2
"""Why an item stands where it does: somebody pinned it, the plan put it there, or it stood there already."""

WHY: dict[Language, tuple[str, str, str, str]] = {
    "en": (
        "Its place is fixed",
        "{clicks:,.0f} clicks expected in 1,000 showings",
        "It stands there today",
        "Tried here, to learn how much the place is looked at",
    ),
    "zh": ("固定展位", "预计每 1,000 次展示 {clicks:,.0f} 次点击", "沿用现有陈列", "试放于此，以了解展位关注度"),
}
"""Pinned, planned, today's, and changed places."""


class LayoutSlot(msgspec.Struct, frozen=True):
    """One slot of an answer."""

    slot: str
    position: int
    item_id: str
    propensity: float | None
    """Chance with which the item is put there; None where nothing is drawn."""
    reason: str


class PlacedItem(NamedTuple):
    """One slot of a page that is published."""

    page: str
    slot: str
    item_id: str
    swaps: bool
    """Whether it may change places with the next slot's item."""
    why: int
    """PINNED, PLANNED or TODAY."""
    clicks: float
    """Expected in 1,000 showings; 0 where nobody knows."""


@dataclass(frozen=True, eq=False)
class PageLayouts:
    """For each page its slots in their order, as compressed sparse rows.

    Page `i` owns the places `starts[i]:starts[i + 1]` of the other arrays, but for `share`.
    """

    pages: StrArray
    """Pages: sorted, unique."""
    starts: Int64Array
    """Where each page's row begins; one more than there are pages."""
    share: npt.NDArray[np.float64]
    """Share of each page's answers in which a pair of neighbours changes places."""
    slot_names: StrArray
    item_names: StrArray
    swaps: npt.NDArray[np.uint8]
    """1 where the item may change places with that of the next slot."""
    why: npt.NDArray[np.uint8]
    """PINNED, PLANNED or TODAY."""
    clicks: Float32Array
    """Expected in 1,000 showings; 0 where nobody knows."""

    @classmethod
    def from_rows(cls, rows: list[PlacedItem], share: float) -> Self:
        """Build from slots, each page's in their order, pages in any."""
        pages = make_vocabulary(row.page for row in rows)
        ordered = sorted(rows, key=lambda row: row.page)
        counts = [sum(row.page == page for row in rows) for page in pages.tolist()]
        blank = make_vocabulary(())
        return cls(
            pages,
            np.concatenate([[0], np.cumsum(counts, dtype=np.int64)]).astype(np.int64),
            np.full(len(pages), share, dtype=np.float64),
            np.array([row.slot for row in ordered], dtype=np.str_) if rows else blank,
            np.array([row.item_id for row in ordered], dtype=np.str_) if rows else blank,
            np.array([row.swaps for row in ordered], dtype=np.uint8),
            np.array([row.why for row in ordered], dtype=np.uint8),
            np.array([row.clicks for row in ordered], dtype=np.float32),
        )


def lay_out(
    layouts: PageLayouts | None,
    shelf: Shelf,
    page: str,
    key: str | None,
    shopper: Shopper,
    version: str,
) -> list[LayoutSlot] | None:
    """Lay out a page: its slots in their order, two of them changed for some keys; None for a page without a layout.

    The same page, key and version give the same answer. Items that the shopper may not be shown, by all that the
    catalogue says, leave their slot out; their neighbours stay. Without a key nothing is drawn, and nothing tells a
    propensity.
    """
    code = find_code(layouts.pages, page) if layouts is not None else ABSENT
    if layouts is None or code == ABSENT:
        return None
    row = slice(int(layouts.starts[code]), int(layouts.starts[code + 1]))
    items = layouts.item_names[row].tolist()
    sold = np.array([find_code(shelf.catalogue.items, item) for item in items], dtype=np.int32)
    there = shelf.mark(sold, shopper)
    swaps = (layouts.swaps[row] > 0) & there & np.append(there[1:], np.False_)
    share = float(layouts.share[code]) if key is not None else 0.0
    pair = draw_pair(read_key(version, page, key), swaps, share) if key is not None else NO_SWAP
    chances = find_propensities(swaps, share)
    order = np.arange(len(items))
    if pair != NO_SWAP:
        order[[pair, pair + 1]] = pair + 1, pair
    whys, clicks = layouts.why[row].tolist(), layouts.clicks[row].tolist()
    return [
        LayoutSlot(
            slot,
            place + 1,
            items[home],
            None if key is None else round(float(chances.stays[home] if home == place else chances.swaps), 9),
            WHY[shopper.lang][whys[home] if home == place else -1].format(clicks=clicks[home]),
        )
        for place, (slot, home) in enumerate(zip(layouts.slot_names[row].tolist(), order.tolist(), strict=True))
        if there[home]
    ]
