"""Impressions: what was shown where, and what was clicked there."""

from typing import NamedTuple

import dataframely as dy
import numpy as np
import polars as pl

from recommend.codes import FloatArray, code_names


class Impression(dy.Schema):
    """One item in one slot: one showing of it, or any number of them added up."""

    slot = dy.String(nullable=False, description="The place on the page")
    item_id = dy.String(nullable=False, description="The product that was shown there")
    shown = dy.Int64(nullable=False, min=1, description="Times that it was shown there")
    clicked = dy.Int64(nullable=False, min=0, description="Those of them that were clicked on")
    propensity = dy.Float64(
        nullable=True,
        min_exclusive=0,
        max=1,
        description="Chance with which the item was put there; null: nobody drew, or nobody wrote it down",
    )

    @dy.rule()
    def clicks_are_among_the_showings(cls) -> pl.Expr:
        """What was not shown was not clicked on."""
        return cls.clicked.col <= cls.shown.col


class SlotCounts(NamedTuple):
    """Impressions as two tables of slots × items, names sorted."""

    slots: pl.Series
    items: pl.Series
    shown: FloatArray
    clicked: FloatArray


def count_impressions(impressions: dy.DataFrame[Impression], randomised_only: bool) -> SlotCounts:
    """Add up impressions by slot and item; `randomised_only` leaves out those whose propensity is 1 or not known."""
    rows: pl.DataFrame = impressions
    if randomised_only:
        rows = rows.filter(pl.col("propensity") < 1)
    slots, items = code_names(rows["slot"]), code_names(rows["item_id"])
    shape = len(slots.names), len(items.names)
    shown, clicked = np.zeros(shape), np.zeros(shape)
    np.add.at(shown, (slots.codes, items.codes), rows["shown"].to_numpy())
    np.add.at(clicked, (slots.codes, items.codes), rows["clicked"].to_numpy())
    return SlotCounts(slots.names, items.names, shown, clicked)
