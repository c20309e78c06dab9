"""What people look at: products after their taste, and after the product they saw last."""

import math
from collections.abc import Sequence
from typing import Final

import numpy as np

from simulator.catalogue import CATEGORIES, CATEGORY_WEIGHTS, SEGMENTS, Product
from simulator.chains import CHANNELS, PAGE, Chains
from simulator.columns import DAY_MS, NONE, Codes, Flags, Floats, Millis, cumulate, draw_rows

OWN_TASTE: Final = 0.85
"""Share of the visits in which people follow their own segment's taste; the others follow anyone's."""

COMPANION_SHARE: Final = 0.40
"""Share of the looks that go to a companion of the product seen before."""

COMPANIONS: Final = 3
_MADE_FOR_THEM: Final = 9.0
_FAME: Final = 0.35  # the n-th product of a shelf is n to this power less known than the first

_ROUNDS: Final = 12


def draw_items(
    chains: Chains, channel: Codes, segment: Codes, click_at: Millis, products: Sequence[Product], opened_at: int,
    random: np.random.Generator,
) -> Codes:  # fmt: skip
    """Draw for each look at a product which product it is; NONE on the other pages.

    All visits take their first look together, then their second, and so on, since each look depends on the one before.
    """
    mood = _draw_mood(segment, random)
    tastes, companions = tabulate_tastes(products), find_companions(products)
    shelf = _Shelf(products, opened_at)
    items = np.full(len(chains.pages), NONE, dtype=np.int32)
    looks = np.flatnonzero(chains.pages == PAGE["product"])
    visit = chains.visit_of_click()[looks]
    nth = np.arange(len(looks)) - np.searchsorted(visit, visit)
    last = np.full(chains.count(), NONE, dtype=np.int32)
    for turn in range(int(nth.max(initial=-1)) + 1):
        clicks, visits = looks[nth == turn], visit[nth == turn]
        seen = last[visits]
        item = _take_companions(seen, companions, random)
        for _ in range(_ROUNDS):
            bad = (item == NONE) | (item == seen) | ~shelf.sells(item, channel[visits], click_at[clicks])
            item[bad] = draw_rows(random.random(int(bad.sum())), tastes, mood[visits[bad]])
        unsold = ~shelf.sells(item, channel[visits], click_at[clicks])
        item[unsold] = shelf.staple
        items[clicks] = last[visits] = item
    return items


def draw_categories(
    chains: Chains, segment: Codes, items: Codes, products: Sequence[Product], random: np.random.Generator
) -> Codes:
    """Draw for each list and each search its category: that of the product clicked next, or one after taste."""
    listing = np.isin(chains.pages, [PAGE["category"], PAGE["search"]])
    category_of = np.array([CATEGORIES.index(product.category) for product in products], dtype=np.int32)
    categories = np.full(len(chains.pages), NONE, dtype=np.int32)
    tastes = cumulate(np.array([CATEGORY_WEIGHTS[name] for name in SEGMENTS]))
    mood = segment[chains.visit_of_click()[listing]]
    categories[listing] = draw_rows(random.random(int(listing.sum())), tastes, mood)
    leads = np.flatnonzero(listing[:-1] & (items[1:] != NONE))
    leads = leads[~np.isin(leads + 1, chains.starts)]
    categories[leads] = category_of[items[leads + 1]]
    return categories


def tabulate_tastes(products: Sequence[Product]) -> Floats:
    """Lay out, a row a segment, the cumulative shares of the products in its looks."""
    weights = np.array([[_weigh(segment, product) for product in products] for segment in SEGMENTS])
    return cumulate(weights)


def _weigh(segment: str, product: Product) -> float:
    category: float = CATEGORY_WEIGHTS[segment][CATEGORIES.index(product.category)]
    fame = 1 / math.pow(int(product.item_id[-2:]), _FAME)
    return category * fame * (_MADE_FOR_THEM if product.segment == segment else 1.0)


def find_companions(products: Sequence[Product]) -> Codes:
    """Find for each product the next few of its segment in catalogue order, round and round."""
    rows = []
    for product in products:
        circle = [place for place, other in enumerate(products) if other.segment == product.segment]
        here = circle.index(products.index(product))
        rows.append([circle[(here + step) % len(circle)] for step in range(1, COMPANIONS + 1)])
    return np.array(rows, dtype=np.int32)


def _draw_mood(segment: Codes, random: np.random.Generator) -> Codes:
    anyone = random.integers(0, len(SEGMENTS), len(segment))
    return np.where(random.random(len(segment)) < OWN_TASTE, segment, anyone).astype(np.int32)


def _take_companions(seen: Codes, companions: Codes, random: np.random.Generator) -> Codes:
    follows = (seen != NONE) & (random.random(len(seen)) < COMPANION_SHARE)
    chosen = companions[seen, random.integers(0, COMPANIONS, len(seen))]
    return np.where(follows, chosen, NONE).astype(np.int32)


class _Shelf:
    """When and where each product is sold."""

    def __init__(self, products: Sequence[Product], opened_at: int) -> None:
        day = [(product.first_day, product.last_day) for product in products]
        self.first = np.array([opened_at + (first or 0) * DAY_MS for first, _ in day])
        # Nobody starts on a product in its last days, so that carts and orders never hold what is off sale.
        self.last = np.array([opened_at + (10**4 if last is None else last - 2) * DAY_MS for _, last in day])
        self.channels = np.array([[channel in product.channels for channel in CHANNELS] for product in products])
        always = [product.first_day is None and product.last_day is None and len(product.channels) == len(CHANNELS)
                  for product in products]  # fmt: skip
        self.staple = always.index(True)

    def sells(self, item: Codes, channel: Codes, moment: Millis) -> Flags:
        """Tell whether each product is sold on the channel at the moment."""
        on_sale = (self.first[item] <= moment) & (moment < self.last[item])
        return np.asarray(on_sale & self.channels[item, channel], dtype=np.bool_)
