"""Worth: what a page is expected to earn, and how surely more than another."""

from collections.abc import Sequence
from typing import NamedTuple, Self

import dataframely as dy
import numpy as np
import polars as pl

from recommend.codes import FloatArray, IntArray
from recommend.layout.offers import LayoutOffer, Slot
from recommend.layout.position_model import PositionModel
from recommend.layout.proportional_fitting import Fit
from recommend.layout.requests import LayoutRequest
from serving import Z_95

VERDICTS = ("better", "worse", "not shown", "same page", "not identified", "too little evidence")
MEASURES = ("clicks", "margin")


class PageWorth(dy.Schema):
    """One measure of the whole page: today, by the plan, and the difference."""

    measure = dy.String(primary_key=True, description="clicks, or margin in the operator's currency")
    pages = dy.Int64(nullable=False, min=1, description="Pages that it is expected on")
    today = dy.Float64(nullable=True, min=0, description="Expected of today's page; null: one of its items is unknown")
    planned = dy.Float64(nullable=True, min=0, description="Expected of a plan so chosen; null: nobody can tell")
    difference = dy.Float64(nullable=True, description="planned less today")
    low = dy.Float64(nullable=True, description="Lower end of the difference's 95 % interval")
    high = dy.Float64(nullable=True, description="Upper end of the difference's 95 % interval")
    verdict = dy.String(
        nullable=False, description="better, worse, not shown, same page, not identified or too little evidence"
    )

    @dy.rule()
    def verdict_is_known(cls) -> pl.Expr:
        """The verdict is one of the six."""
        return cls.verdict.col.is_in(VERDICTS)


class Gap(NamedTuple):
    """What two pages earn by one measure, and how sure the difference is."""

    today: float
    planned: float
    error: float
    """Standard error of planned less today."""


class Worth(NamedTuple):
    """What each offer is worth in each slot, as slots × offers, and how sure the factors are."""

    known: IntArray
    """Offers whose attraction is identified."""
    value: FloatArray
    """What the plan is made by: margin, times stickiness if asked for."""
    clicks: FloatArray
    """Expected on `pages` pages."""
    margin: FloatArray
    """Expected on `pages` pages."""
    pages: int
    fit: Fit
    fit_slots: IntArray
    """Place of each slot in the fit, -1 for those without a click."""
    fit_items: IntArray
    """Place of each offer in the fit, -1 for those without a click."""
    conversion_variance: FloatArray
    """Of the logarithm of each offer's conversion."""

    @classmethod
    def weigh(
        cls,
        model: PositionModel,
        slots: dy.DataFrame[Slot],
        offers: dy.DataFrame[LayoutOffer],
        settings: LayoutRequest,
    ) -> Self:
        """Weigh each offer in each slot; slots must share one group of the model."""
        places = slots.join(model.examination, on="slot", how="left", maintain_order="left")
        group = places["group"][0]
        items = model.attraction.filter(pl.col("group") == group)
        joined = offers.join(items, on="item_id", how="left", maintain_order="left")
        attraction = joined["attraction"].fill_null(0.0).to_numpy()
        clicks = np.outer(places["examination"].to_numpy(), attraction) * settings.pages
        margin = clicks * (joined["conversion"] * joined["margin"]).to_numpy()
        factor = joined["stickiness"].fill_null(1.0).to_numpy() if settings.stickiness else np.ones(len(attraction))
        odds = (1 - pl.col("conversion")) / (pl.col("conversion") * pl.col("conversion_clicks"))
        spread = offers.select(pl.when(pl.col("conversion") > 0).then(odds).fill_null(0.0)).to_series().fill_null(0.0)
        live = pl.col("clicked") > 0
        fitted = model.examination.filter(live & (pl.col("group") == group))["slot"], items.filter(live)["item_id"]
        return cls(
            np.flatnonzero(joined["attraction"].is_not_null().to_numpy()),
            margin * factor, clicks, margin, settings.pages, model.fits[group],
            _place(slots["slot"], fitted[0]), _place(offers["item_id"], fitted[1]), spread.to_numpy(),
        )  # fmt: skip

    def pick(self, table: FloatArray, items: IntArray) -> FloatArray:
        """Pick what each slot gets of its item; nothing where it is empty."""
        return np.where(items >= 0, table[np.arange(len(items)), np.maximum(items, 0)], 0.0)

    def compare(self, now: IntArray, planned: IntArray) -> tuple[Gap, ...]:
        """Compare two pages that were named beforehand, in each of `MEASURES`.

        The error is that of the delta method, from the observed information of the position model and the binomial
        variance of conversion. It knows nothing of a page that was chosen by the same data because it looked best (the
        winner's curse); for that see `compare_crosswise`.
        """
        gaps = []
        for measure, table in zip(MEASURES, (self.clicks, self.margin), strict=True):
            before, after = self.pick(table, now), self.pick(table, planned)
            error = self._find_error(now, before, planned, after, measure == "margin")
            gaps.append(Gap(float(before.sum()), float(after.sum()), error))
        return tuple(gaps)

    def _find_error(self, now: IntArray, before: FloatArray, planned: IntArray, after: FloatArray, sold: bool) -> float:
        """Find the standard error of the difference, by its slopes in the logarithms of all factors."""
        slots, items, offers = (
            np.zeros(len(self.fit.examination)),
            np.zeros(len(self.fit.attraction)),
            np.zeros(len(self.fit_items)),
        )
        for page, worth in ((now, -before), (planned, after)):
            there = page >= 0
            np.add.at(offers, page[there], worth[there])
            live = there & (self.fit_slots >= 0)
            np.add.at(slots, self.fit_slots[live], worth[live])
        live_offers = self.fit_items >= 0
        np.add.at(items, self.fit_items[live_offers], offers[live_offers])
        lean = slots - self.fit.item_slot_shares @ items
        variance = lean @ self.fit.slot_covariance @ lean + (items**2 / self.fit.item_clicks).sum()
        return float(np.sqrt(variance + sold * (offers**2 * self.conversion_variance).sum()))


def tell_page(gaps: Sequence[Gap], pages: int, same: bool) -> dy.DataFrame[PageWorth]:
    """Tell of each measure both pages' worth, the difference ± 1.96 standard errors, and what is shown by that."""
    rows = []
    for measure, (today, planned, error) in zip(MEASURES, gaps, strict=True):
        gap, reach = planned - today, Z_95 * error
        verdict = "same page" if same else "better" if gap > reach else "worse" if gap < -reach else "not shown"
        rows.append((measure, pages, today, planned, gap, gap - reach, gap + reach, verdict))
    return PageWorth.cast(pl.DataFrame(rows, schema=PageWorth.column_names(), orient="row"))


def tell_unknown(gaps: Sequence[Gap], pages: int, verdict: str) -> dy.DataFrame[PageWorth]:
    """Tell of today's page what is known, where nothing can be said of the difference."""
    blank = dict.fromkeys(("planned", "difference", "low", "high"))
    rows = [
        {"measure": measure, "pages": pages, "today": None if verdict == "not identified" else gap.today}
        | blank
        | {"verdict": verdict}
        for measure, gap in zip(MEASURES, gaps, strict=True)
    ]
    return PageWorth.cast(pl.DataFrame(rows))


def _place(names: pl.Series, fitted: pl.Series) -> IntArray:
    places = {name: place for place, name in enumerate(fitted)}
    return np.array([places.get(name, -1) for name in names], dtype=np.int64)
