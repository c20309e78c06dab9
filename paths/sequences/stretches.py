"""Stretches: runs of steps of the steps, told apart by what they come by, and named."""

from collections.abc import Sequence

import numpy as np
import polars as pl

from paths.rows.numbering import Ints
from paths.rows.order import KEY_BITS
from paths.sequences.steps import Steps

MOST_STEPS = 50
"""Stretches that agree so far are told as one, whose path ends in MORE: nobody reads on."""
MORE = "(more)"
"""The virtual page that stands for all steps after the first MOST_STEPS."""


def pack_stretches(codes: Ints, begins: Ints, lengths: Ints) -> pl.DataFrame:
    """Pack each stretch of `codes` into integers: rows are equal just where the stretches are, and sort as they do.

    Codes count from 0. Only the first MOST_STEPS are looked at, and whether there are more.
    """
    width = int(codes.max(initial=0) + 1).bit_length()
    to_a_pack = KEY_BITS // width
    seen = min(int(lengths.max(initial=1)), MOST_STEPS)
    packs = [
        _pack(codes, begins, lengths, range(first, first + to_a_pack), width) for first in range(0, seen, to_a_pack)
    ]
    more = (lengths > MOST_STEPS).astype(np.int64)
    return pl.DataFrame({f"pack_{place:02}": pack for place, pack in enumerate([*packs, more])})


def name_stretches(names: pl.Series, codes: Ints, begins: Ints, lengths: Ints) -> pl.Series:
    """Name the steps of each stretch, as a list."""
    told = np.minimum(lengths, MOST_STEPS)
    rows = np.arange(told.sum()) + np.repeat(begins - np.cumsum(told) + told, told)
    steps = pl.DataFrame(
        {"stretch": np.repeat(np.arange(told.size), told), "path": names.gather(codes[rows]).cast(pl.String)}
    )
    paths = steps.group_by("stretch", maintain_order=True).agg("path")["path"]
    more = pl.Series(lengths > MOST_STEPS)
    return (
        pl.DataFrame({"path": paths, "more": more})
        .select(pl.when("more").then(pl.col("path").list.concat(pl.lit(MORE))).otherwise("path").alias("path"))
        .to_series()
    )


def code_steps(steps: Steps, *, events: bool = False) -> tuple[Ints, pl.Series]:
    """Number the steps by their page, or with `events` by page and event, in the order of their names; and name them.

    An event is called `add_to_cart@product`, or `add_to_cart` where it has no page.
    """
    if not events:
        return steps.page, steps.page_names
    codes = (steps.page + 1) * len(steps.event_names) + steps.event
    pages = pl.concat([pl.Series([""], dtype=pl.String), "@" + steps.page_names.cast(pl.String)], rechunk=True)
    page, event = np.divmod(np.arange(len(pages) * len(steps.event_names)), max(len(steps.event_names), 1))
    return codes, steps.event_names.gather(event) + pages.gather(page)


def _pack(codes: Ints, begins: Ints, lengths: Ints, places: Sequence[int], width: int) -> Ints:
    """Pack the steps at the given places, the first in the highest bits; 0 stands for no step."""
    pack = np.zeros(begins.size, np.int64)
    for place in places:
        there = lengths > place
        pack <<= width
        if place < MOST_STEPS:
            pack[there] |= codes[begins[there] + place] + 1
    return pack
