"""The shelf: six places above the app's list of data packs, what stands there, and what is clicked on.

The walks are drawn before, so the shelf is drawn to fit them. Which layout a page had, and whether its next click came
from the shelf, is drawn given the walk's next product, so that over all pages a layout is chosen as told below and a
product in a place is clicked on with examination of the place × attraction of the product.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from simulator.catalogue import CATEGORIES, Product
from simulator.chains import CHANNELS, PAGE
from simulator.clicks import Clicks
from simulator.columns import NONE, Codes, Flags, Floats, Millis

SLOT: Final = "data_packs"
CATEGORY: Final = "data_pack"
PLACES: Final = 6

DRAWN_SHARE: Final = 0.4
"""Share of the pages whose places are drawn, each order of six products alike; the others show the usual ones."""

_DEAREST: Final = 0.14
_PLAINEST: Final = 0.06


@dataclass(frozen=True)
class Shelf:
    """One row a page that showed the shelf."""

    row: Millis
    """The click that opened the page."""
    layout: Codes
    """Pages × places: product numbers."""
    taken: Codes
    """The place that was clicked on, NONE for most."""
    pool: Codes
    """The products that may stand there, the usual ones first and in their order."""
    chance: Floats
    """Pool × places: the chance with which a product stands in a place."""
    attraction: Floats
    """Of each product of the pool."""


def fill_shelf(
    clicks: Clicks, products: Sequence[Product], examination: Sequence[float], random: np.random.Generator
) -> Shelf:
    """Fill the shelf of each page that lists data packs in the app, and draw what is clicked on.

    Given the page's next product X, its next click came from the shelf with probability attraction · Σ_places chance ·
    examination / share of X among the pages; then the layout is drawn among those with X, weighed by the examination of
    X's place. Else it is drawn weighed by the chance that nobody clicks on it. By Bayes' rule that is the same as to
    draw the layout first.
    """
    pool = _list_pool(products)
    looks = np.asarray(examination)
    chance = np.full((len(pool), PLACES), DRAWN_SHARE / len(pool))
    chance[:PLACES] += np.eye(PLACES) * (1 - DRAWN_SHARE)
    row = np.flatnonzero(
        (clicks.page == PAGE["category"])
        & (clicks.category == CATEGORIES.index(CATEGORY))
        & (clicks.channel == CHANNELS.index("app"))
    )
    wanted = _find_wanted(clicks, row, pool)
    share = np.bincount(wanted[wanted != NONE], minlength=len(pool)) / max(len(row), 1)
    attraction = np.minimum(np.linspace(_PLAINEST, _DEAREST, len(pool)), share / (chance @ looks))
    came = attraction * (chance @ looks) / np.where(share > 0, share, 1)
    from_shelf = (wanted != NONE) & (random.random(len(row)) < came[wanted])
    layout, taken = np.empty((len(row), PLACES), np.int32), np.full(len(row), NONE, np.int32)
    layout[from_shelf], taken[from_shelf] = _draw_clicked(wanted[from_shelf], chance, looks, random)
    layout[~from_shelf] = _draw_unclicked(int((~from_shelf).sum()), attraction, looks, random)
    return Shelf(row, pool[layout], taken, pool, chance, attraction)


def _list_pool(products: Sequence[Product]) -> Codes:
    """List the data packs that are always on sale."""
    always = [product.category == CATEGORY and product.first_day is None and product.last_day is None
              for product in products]  # fmt: skip
    return np.flatnonzero(always).astype(np.int32)


def _find_wanted(clicks: Clicks, row: Millis, pool: Codes) -> Codes:
    """Find for each page the product of its next click, as a place in the pool; NONE for any other click."""
    following = np.minimum(row + 1, len(clicks.page) - 1)
    goes_on = (clicks.visit[following] == clicks.visit[row]) & (clicks.page[following] == PAGE["product"])
    goes_on &= following > row
    found = np.searchsorted(pool, clicks.item[following])
    there = goes_on & (pool[np.minimum(found, len(pool) - 1)] == clicks.item[following])
    return np.where(there, found, NONE).astype(np.int32)


def _draw_clicked(wanted: Codes, chance: Floats, looks: Floats, random: np.random.Generator) -> tuple[Codes, Codes]:
    """Draw layouts that hold a product, and the place it was clicked on in."""
    size = len(chance)
    usual = (wanted < PLACES) & (random.random(len(wanted)) < _weigh_usual(wanted, looks) / (chance @ looks)[wanted])
    layout = np.tile(np.arange(PLACES, dtype=np.int32), (len(wanted), 1))
    place = wanted.copy()
    drawn = np.flatnonzero(~usual)
    place[drawn] = random.choice(PLACES, len(drawn), p=looks / looks.sum())
    others = _shuffle(len(drawn), size, random)
    rest = others[others != wanted[drawn, None]].reshape(len(drawn), size - 1)[:, :PLACES].copy()
    rest[np.arange(len(drawn)), place[drawn]] = wanted[drawn]
    layout[drawn] = rest
    return layout, place


def _weigh_usual(wanted: Codes, looks: Floats) -> Floats:
    return np.where(wanted < PLACES, (1 - DRAWN_SHARE) * looks[np.minimum(wanted, PLACES - 1)], 0.0)


def _draw_unclicked(count: int, attraction: Floats, looks: Floats, random: np.random.Generator) -> Codes:
    """Draw layouts until each was one that nobody clicked on."""
    layout = np.empty((count, PLACES), np.int32)
    open_rows = np.arange(count)
    while len(open_rows):
        fresh = np.tile(np.arange(PLACES, dtype=np.int32), (len(open_rows), 1))
        drawn: Flags = random.random(len(open_rows)) < DRAWN_SHARE
        fresh[drawn] = _shuffle(int(drawn.sum()), len(attraction), random)[:, :PLACES]
        layout[open_rows] = fresh
        clicked = random.random(len(open_rows)) < (attraction[fresh] * looks).sum(axis=1)
        open_rows = open_rows[clicked]
    return layout


def _shuffle(count: int, size: int, random: np.random.Generator) -> Codes:
    return np.argsort(random.random((count, size)), axis=1).astype(np.int32)
