"""Offers: the slots of a page, and what could stand in them."""

import dataframely as dy
import numpy as np

from recommend.layout.connections import BoolArray


class Slot(dy.Schema):
    """One slot of the page that is planned."""

    slot = dy.String(primary_key=True, description="The place on the page")
    position = dy.Int64(
        nullable=False, min=1, description="Place in the order of the page; neighbours follow each other"
    )
    kind = dy.String(nullable=True, description="Banner, tile, text line …; null: takes what fits any kind")
    size = dy.Int64(nullable=True, min=0, description="Area, in whatever unit the offers' sizes have; null: not told")


class LayoutOffer(dy.Schema):
    """One product that could stand on the page."""

    item_id = dy.String(primary_key=True, description="The product")
    category = dy.String(nullable=True, description="What caps count by; null: no cap holds for it")
    margin = dy.Float64(
        nullable=False, description="What one sale earns, in the operator's currency; 0 or more to plan"
    )
    conversion = dy.Float64(nullable=False, min=0, max=1, description="Orders a click")
    conversion_clicks = dy.Int64(
        nullable=True, min=1, description="Clicks that conversion was counted over; null: it is taken as known"
    )
    stickiness = dy.Float64(nullable=True, min=0, description="Factor for how well it keeps its people; null: 1")
    kinds = dy.List(dy.String(), nullable=True, description="Kinds of slot that there is material for; null: any")
    least_size = dy.Int64(nullable=True, min=0, description="Smallest slot that it fits; null: any")
    most_size = dy.Int64(nullable=True, min=0, description="Largest slot that it fits; null: any")


def find_eligible(slots: dy.DataFrame[Slot], offers: dy.DataFrame[LayoutOffer]) -> BoolArray:
    """Find which offer may stand in which slot, by kind and size, as slots × offers in the order of the tables."""
    kinds, least, most = (offers[name].to_list() for name in ("kinds", "least_size", "most_size"))
    rows = [
        [
            (allowed is None or kind in allowed)
            and (smallest is None or (size is not None and size >= smallest))
            and (largest is None or (size is not None and size <= largest))
            for allowed, smallest, largest in zip(kinds, least, most, strict=True)
        ]
        for kind, size in slots.select("kind", "size").iter_rows()
    ]
    return np.array(rows, dtype=np.bool_).reshape(slots.height, offers.height)
