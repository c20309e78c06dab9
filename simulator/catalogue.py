"""The invented operator's products: sixty of them, in five categories, for six kinds of people."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from simulator.shelves import SHELVES
from simulator.terms import NO_TERMS, TERMS, Terms

CATEGORIES: Final = ("plan", "data_pack", "handset", "broadband", "value_added")

SEGMENTS: Final = ("student", "office", "family", "senior", "gamer", "traveller")
"""Kinds of people: each likes some categories and, within them, the products made for it."""

CATEGORY_WEIGHTS: Final[Mapping[str, tuple[float, ...]]] = {
    "student": (1.0, 2.0, 1.0, 0.2, 1.0),
    "office": (1.5, 0.7, 1.6, 0.6, 0.8),
    "family": (1.0, 0.4, 0.8, 2.2, 0.9),
    "senior": (2.0, 0.7, 1.2, 0.5, 0.5),
    "gamer": (0.5, 1.6, 1.4, 1.0, 1.4),
    "traveller": (0.8, 2.0, 0.6, 0.2, 1.4),
}
"""How much each segment likes the five categories, in their order."""

KEYWORDS: Final[Mapping[str, tuple[str, ...]]] = {
    "plan": ("套餐", "5G套餐", "靓号"),
    "data_pack": ("流量包", "国际漫游", "定向流量"),
    "handset": ("手机", "5G手机", "合约机"),
    "broadband": ("宽带", "千兆宽带", "路由器"),
    "value_added": ("视频会员", "彩铃", "碎屏险"),
}
"""What people type when they search for a category."""


@dataclass(frozen=True)
class Product:
    """One product: days count from the first day of the logs, None for no limit."""

    item_id: str
    name: str
    category: str
    segment: str
    price: float
    margin: float
    first_day: int | None = None
    last_day: int | None = None
    """The first day off sale again."""
    channels: tuple[str, ...] = ("web", "wap", "app")
    terms: Terms = NO_TERMS


# item → days on sale, as shares of the days that the logs cover
_SEASONS: Final[Mapping[str, tuple[float | None, float | None]]] = {
    "PL-13": (0.5, None),
    "DP-04": (None, 0.4),
    "DP-09": (0.3, None),
    "HS-01": (None, 0.75),
    "HS-09": (0.25, None),
    "BB-08": (None, 0.5),
    "BB-10": (0.4, 0.9),
    "VA-03": (None, 0.6),
}
_APP_ONLY: Final = frozenset({"DP-02", "DP-08", "VA-11", "PL-01"})


def build_catalogue(days: int) -> tuple[Product, ...]:
    """Build the products in the order of their ids; some are sold for a part of the days only, some in the app only."""
    return tuple(
        _place(f"{prefix}-{number:02d}", category, entry, days)
        for category, (prefix, shelf) in sorted(SHELVES.items())
        for number, entry in enumerate(shelf, start=1)
    )


def _place(item_id: str, category: str, entry: tuple[str, str, float, float], days: int) -> Product:
    name, segment, price, margin = entry
    first, last = (None if share is None else round(share * days) for share in _SEASONS.get(item_id, (None, None)))
    channels = ("app",) if item_id in _APP_ONLY else ("web", "wap", "app")
    terms = TERMS.get(item_id, NO_TERMS)
    return Product(item_id, name, category, segment, float(price), float(margin), first, last, channels, terms)
