"""Eligibility: what may be shown on a channel at a moment."""

from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

from serving.lists import Column
from serving.vocabulary import ABSENT, Int32Array, Int64Array, StrArray, find_code, make_vocabulary

CHANNEL_BIT = {"web": 1, "wap": 2, "app": 4}
"""Each channel's bit in a product's mask."""

ALL_CHANNELS = 7
SINCE_EVER = int(np.iinfo(np.int64).min)
FOR_EVER = int(np.iinfo(np.int64).max)


@dataclass(frozen=True, eq=False)
class Catalogue:
    """What is for sale, when, and where.

    An empty catalogue knows nothing and forbids nothing. As soon as it holds one product, what it does not hold is
    not for sale and is never shown.
    """

    items: StrArray
    """Products: sorted, unique; the other arrays go along with it."""
    on_sale_from: Int64Array
    """First moment on sale, in milliseconds since 1970 UTC; `SINCE_EVER` when open."""
    on_sale_to: Int64Array
    """First moment off sale again, in milliseconds since 1970 UTC; `FOR_EVER` when open."""
    channels: npt.NDArray[np.uint8]
    """Channels that may sell it, as a mask of `CHANNEL_BIT`."""
    names: StrArray
    """Names as customers read them; empty where there is none."""
    min_age: Int64Array
    """Age from which it may be shown, in years; 0 for everybody."""

    @classmethod
    def empty(cls) -> Self:
        """Make a catalogue that forbids nothing."""
        return cls.from_rows([], on_sale_from=[], on_sale_to=[], channels=[], names=[])

    @classmethod
    def from_rows(
        cls,
        item: Column,
        *,
        on_sale_from: Column,
        on_sale_to: Column,
        channels: Column,
        names: Column,
        min_age: Column | None = None,
    ) -> Self:
        """Build from the columns of a product table, unique items in any order.

        Moments are integer milliseconds since 1970 UTC, channels the names separated by spaces ("web app"); None
        in any of them means open, all channels, no name, and any age.
        """
        ids = np.asarray([str(name) for name in item], dtype=np.str_) if len(item) else make_vocabulary(())
        order = np.argsort(ids, kind="stable")
        starts = [SINCE_EVER if moment is None else int(str(moment)) for moment in on_sale_from]
        ends = [FOR_EVER if moment is None else int(str(moment)) for moment in on_sale_to]
        masks = [ALL_CHANNELS if text is None else _mask_channels(str(text)) for text in channels]
        ages = [0 if age is None else int(str(age)) for age in (min_age if min_age is not None else [None] * len(ids))]
        texts = ["" if name is None else str(name) for name in names]
        return cls(
            items=ids[order],
            on_sale_from=np.array(starts, dtype=np.int64)[order],
            on_sale_to=np.array(ends, dtype=np.int64)[order],
            channels=np.array(masks, dtype=np.uint8)[order],
            names=np.array(texts, dtype=np.str_)[order] if texts else make_vocabulary(()),
            min_age=np.array(ages, dtype=np.int64)[order],
        )

    def mark_eligible(
        self, codes: Int32Array, *, now_ms: int, channel: str | None, age: int | None = None
    ) -> npt.NDArray[np.bool_]:
        """Mark the codes that are on sale at a moment, for an age and, where a channel is asked for, on it.

        An age that is not known is none: nothing that has an age gate is marked.
        """
        if not len(self.items):
            return np.ones(len(codes), dtype=np.bool_)
        eligible: npt.NDArray[np.bool_] = (
            (codes != ABSENT) & (self.on_sale_from[codes] <= now_ms) & (now_ms < self.on_sale_to[codes])
        )
        eligible &= self.min_age[codes] <= (age or 0)
        if channel is not None:
            eligible &= (self.channels[codes] & CHANNEL_BIT[channel]) != 0
        return eligible

    def name_item(self, item_id: str) -> str:
        """Tell an item's name; its id where the catalogue has none."""
        code = find_code(self.items, item_id)
        return (str(self.names[code]) if code != ABSENT else "") or item_id


def _mask_channels(text: str) -> int:
    """Turn "web app" into a mask."""
    named = set(text.split())
    if unknown := sorted(named - set(CHANNEL_BIT)):
        raise ValueError(f"A product is sold on {', '.join(unknown)}: the channels are {', '.join(CHANNEL_BIT)}.")
    return sum(CHANNEL_BIT[channel] for channel in named)
