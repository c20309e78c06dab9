"""Publication: what a page shows from now on, and which neighbours may change places."""

import itertools

import numpy as np
import polars as pl

from recommend.layout.connections import BoolArray
from recommend.layout.offers import find_eligible
from recommend.layout.pages import PagePlan
from recommend.layout.settings import LayoutSettings, PageSettings
from serving import PINNED, PLANNED, TODAY, PlacedItem

UNSHOWN = ("not in the catalogue", "not on sale", "for some ages only", "requires another product")
"""Why nobody would be shown a product who tells no more than the page."""


def place_items(planned: PagePlan, settings: LayoutSettings) -> list[PlacedItem]:
    """Place the items that a page shows from now on, in the order of its slots.

    The plan's where it is better, or where pins, caps or material ask for it; else today's, so that nothing moves
    without a reason. One reason is that nobody would be shown what stands there (`UNSHOWN`): where there is a plan,
    what is worth most of what is not on the page takes its slot. Slots that stay empty are left out. Neighbours may
    change places where both fit the other's slot and neither is pinned: so also a page of which nothing is known yet
    comes to be known.
    """
    asked = settings.pages.get(planned.page, PageSettings())
    rows = planned.plan.slots.to_dicts() if planned.plan else []
    if rows and (planned.verdict == "better" or asked.pins or asked.category_caps or asked.material):
        share = 1_000 / settings.told_pages
        told = [
            (row["slot"], row["item_planned"], PINNED if row["pinned"] else PLANNED, row["clicks_planned"] * share)
            for row in rows
        ]
    else:
        fill = _fill_up(planned)
        told = [fill.get(slot, (slot, planned.today.get(slot), TODAY, 0.0)) for slot in planned.slots["slot"]]
    placed = [PlacedItem(planned.page, slot, item, False, why, clicks) for slot, item, why, clicks in told if item]
    swaps = _find_swaps(planned, placed)
    return [row._replace(swaps=bool(may)) for row, may in zip(placed, swaps, strict=True)]


def _fill_up(planned: PagePlan) -> dict[str, tuple[str, str | None, int, float]]:
    """Put what is worth most of what is not on today's page into the slots of what nobody would be shown."""
    if planned.plan is None:
        return {}
    unshown = planned.left_out.filter(pl.col("reason").is_in(UNSHOWN))["item_id"].to_list()
    spare = (
        planned.offers.filter(~pl.col("item_id").is_in([*planned.today.values(), *planned.left_out["item_id"]]))
        .join(planned.model.attraction.select("item_id", "attraction"), on="item_id")
        .with_columns(
            worth=pl.col("attraction") * pl.col("conversion") * pl.col("margin") * pl.col("stickiness").fill_null(1.0)
        )
        .sort("worth", "item_id", descending=[True, False])
    )
    looks = dict(planned.model.examination.select("slot", "examination").iter_rows())
    bare = [slot for slot in planned.slots["slot"] if planned.today.get(slot) in unshown]
    return {
        slot: (slot, item, PLANNED, 1_000 * looks[slot] * pull)
        for slot, (item, pull) in zip(bare, spare.select("item_id", "attraction").iter_rows(), strict=False)
    }


def _find_swaps(planned: PagePlan, placed: list[PlacedItem]) -> BoolArray:
    """Find which items may change places with the next one."""
    slots, offers = planned.slots["slot"].to_list(), planned.offers["item_id"].to_list()
    eligible = find_eligible(planned.slots, planned.offers)
    swaps = np.zeros(len(placed), np.bool_)
    for place, (row, other) in enumerate(itertools.pairwise(placed)):
        if PINNED in (row.why, other.why) or not {row.item_id, other.item_id} <= set(offers):
            continue
        there = eligible[slots.index(row.slot), offers.index(other.item_id)]
        swaps[place] = there and eligible[slots.index(other.slot), offers.index(row.item_id)]
    return swaps
