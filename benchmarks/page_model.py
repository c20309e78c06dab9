"""Ask how well the position model finds how much each place is looked at, beside expectation maximisation.

Invented pages: 6 places looked at like 1, 1/2 … 1/6, 30 products, 20,000 pages; 9 in 10 pages as today's rule has them,
the others in random order, or with one pair of neighbours changed. Both learn from the same counts; the error is the
mean absolute one over the six places against the first, over several worlds. Nothing is tuned.
"""

import statistics
import time
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

from benchmarks.measurement import Detail, Finding
from recommend import Impression, PositionSettings, fit_positions

PAGES, PRODUCTS, SLOTS, EXPLORED = 20_000, 30, 6, 0.1
LOOKS = 1 / np.arange(1, SLOTS + 1)
WORLDS = 20
ITERATIONS = 200
FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
Rule = Callable[[np.random.Generator, FloatArray], IntArray]
Explore = Callable[[np.random.Generator, IntArray], IntArray]


class Pages(NamedTuple):
    """Counts of one world, slots × products."""

    shown: FloatArray
    clicked: FloatArray


def answer(rows: int | None) -> list[Finding]:
    worlds = rows or WORLDS
    return [
        _compare(f"{name}, {change}, attraction {low} to {high}", (rule, explore), (low, high), worlds)
        for name, rule in RULES.items()
        for change, explore in CHANGES.items()
        for low, high in ((0.1, 0.6), (0.05, 0.3), (0.02, 0.2))
    ]


def _compare(name: str, shop: tuple[Rule, Explore], appeal: tuple[float, float], worlds: int) -> Finding:
    ours, theirs, seconds, rival_seconds, clicks = [], [], [], [], []
    for seed in range(worlds):
        pages = _show(np.random.default_rng([seed, 6]), shop, appeal)
        began = time.perf_counter()
        ours.append(_measure(_fit(pages)))
        between = time.perf_counter()
        theirs.append(_measure(maximise(pages)))
        seconds.append(between - began)
        rival_seconds.append(time.perf_counter() - between)
        clicks.append(pages.clicked.sum() / pages.shown.sum())
    error = statistics.mean(ours)
    detail: Detail = {
        "worlds": worlds,
        "worst": round(max(ours), 4),
        "within": sum(value <= 0.007 for value in ours),
        "em_error": round(statistics.mean(theirs), 4),
        "of_em": round(error / statistics.mean(theirs), 3),
        "click_share": round(float(np.mean(clicks)), 3),
        "ms": round(statistics.median(seconds) * 1_000, 1),
        "em_ms": round(statistics.median(rival_seconds) * 1_000, 1),
    }
    return Finding(f"examination error: {name}", error, "<= 0.007", detail, "")


def _show(chance: np.random.Generator, shop: tuple[Rule, Explore], appeal: tuple[float, float]) -> Pages:
    """Show pages, nine in ten by today's rule, the others explored; count clicks."""
    attraction = chance.uniform(*appeal, PRODUCTS)
    rule, explore = shop
    layout = rule(chance, attraction)
    explored = np.flatnonzero(chance.random(PAGES) < EXPLORED)
    layout[explored] = explore(chance, layout[explored])
    clicks = chance.random(layout.shape) < LOOKS * attraction[layout]
    shown, clicked = np.zeros((SLOTS, PRODUCTS)), np.zeros((SLOTS, PRODUCTS))
    slots = np.broadcast_to(np.arange(SLOTS), layout.shape)
    np.add.at(shown, (slots, layout), 1)
    np.add.at(clicked, (slots, layout), clicks)
    return Pages(shown, clicked)


def _rank_candidates(chance: np.random.Generator, attraction: FloatArray) -> IntArray:
    """Draw six products for each page, the most attractive first: what is on offer differs from page to page."""
    drawn = np.argsort(chance.random((PAGES, PRODUCTS)), axis=1)[:, :SLOTS]
    return np.take_along_axis(drawn, np.argsort(-attraction[drawn], axis=1), axis=1)


def _rank_shelves(chance: np.random.Generator, attraction: FloatArray) -> IntArray:
    """Show five pages, six products each, always the same, the most attractive first."""
    shelves = chance.permutation(PRODUCTS).reshape(-1, SLOTS)
    ordered = np.take_along_axis(shelves, np.argsort(-attraction[shelves], axis=1), axis=1)
    return ordered[chance.integers(len(ordered), size=PAGES)]


RULES: dict[str, Rule] = {"six drawn for each page": _rank_candidates, "five fixed pages": _rank_shelves}
"""Today's rules: the most attractive first, of what is there."""


def _shuffle(chance: np.random.Generator, layout: IntArray) -> IntArray:
    """Put each page's products in random order."""
    return np.take_along_axis(layout, np.argsort(chance.random(layout.shape), axis=1), axis=1)


def _swap(chance: np.random.Generator, layout: IntArray) -> IntArray:
    """Let one pair of neighbours change places on each page."""
    rows, upper = np.arange(len(layout)), chance.integers(SLOTS - 1, size=len(layout))
    swapped = layout.copy()
    swapped[rows, upper], swapped[rows, upper + 1] = layout[rows, upper + 1], layout[rows, upper]
    return swapped


CHANGES: dict[str, Explore] = {"random order": _shuffle, "neighbours swapped": _swap}
"""What is done to one page in ten."""


def _fit(pages: Pages) -> FloatArray:
    slot, item = np.nonzero(pages.shown)
    told = pl.DataFrame({
        "slot": slot.astype(str), "item_id": item.astype(str), "shown": pages.shown[slot, item].astype(np.int64),
        "clicked": pages.clicked[slot, item].astype(np.int64),
    })  # fmt: skip
    impressions = Impression.cast(told.with_columns(propensity=pl.lit(None, pl.Float64)))
    return fit_positions(impressions, PositionSettings()).examination["examination"].to_numpy()


def maximise(pages: Pages) -> FloatArray:
    """Fit by expectation maximisation (M. Richardson and others, 2007; X. Wang and others, 2018), from one half.

    A showing without a click was examined with θ (1 - γ) / (1 - θ γ), and attracted with γ (1 - θ) / (1 - θ γ).
    """
    examination, attraction = np.full(SLOTS, 0.5), np.full(PRODUCTS, 0.5)
    missed = pages.shown - pages.clicked
    for _ in range(ITERATIONS):
        both = examination[:, None] * attraction
        seen = missed * (examination[:, None] - both) / (1 - both)
        liked = missed * (attraction - both) / (1 - both)
        examination = (pages.clicked + seen).sum(axis=1) / pages.shown.sum(axis=1)
        attraction = (pages.clicked + liked).sum(axis=0) / pages.shown.sum(axis=0)
    return examination / examination[0]


def _measure(found: FloatArray) -> float:
    return float(np.abs(found - LOOKS).mean())
