"""Plan: the bundles to offer, at which discount, and the test that would prove each."""

import dataframely as dy
import msgspec
import polars as pl

from recommend.bundles.choice import choose_apart
from recommend.bundles.offers import Offer, choose_discounts
from recommend.bundles.trials import size_trial

FEN = 100
"""Hundredths of the currency: gains are compared in whole ones."""


class BundlePlanSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How sure the test of a bundle has to be."""

    error: float = 0.05
    """Chance that the test shows a difference where there is none, both ways: what reviewers are used to."""
    power: float = 0.8
    """Chance that the test shows the expected gain if it is there (J. Cohen, 1988)."""

    def __post_init__(self) -> None:
        """Refuse chances outside their range, all at once."""
        faults = []
        if not 0 < self.error < 1:
            faults.append(f"`error` is {self.error}: give a share between 0 and 1")
        if not 0.5 <= self.power < 1:
            faults.append(f"`power` is {self.power}: give a share from 0.5 to below 1")
        if faults:
            raise ValueError(f"The settings of the bundle plan are wrong: {'; '.join(faults)}.")


class BundlePlan(Offer):
    """One bundle to be offered, at its best discount; no two bundles of a plan share an item."""

    trial_people = dy.Int64(
        nullable=False, min=2, description="People that a test needs, one half with the offer and one without"
    )
    trial_share = dy.Float64(
        nullable=False, min_exclusive=0, description="trial_people / people; above 1: longer than the orders reach back"
    )

    @dy.rule()
    def every_bundle_gains(cls) -> pl.Expr:
        """A bundle is planned only if it gains at the lower bound."""
        return cls.gain_low.col > 0


def plan_bundles(offers: dy.DataFrame[Offer], settings: BundlePlanSettings) -> dy.DataFrame[BundlePlan]:
    """Choose the bundles that gain most together at the lower bound, no item in two of them.

    Each bundle comes at its best discount (`choose_discounts`). Planned is what gains 0.01 or more at the lower bound,
    and is expected to break even at the observed share as well. Exact: a maximum-weight matching where all are pairs,
    else a linear program in whole numbers (`choose_apart`). The test shows that the offer earns more than none: that
    its conversion is above break_even / (people_all / people) times the share that buys all without it (Farrington and
    Manning, 1990). Sorted by gain_low, the largest first, and items.
    """
    best = choose_discounts(offers).filter(pl.col("conversion") > pl.col("break_even"))
    worth = (best["gain_low"] * FEN).round().cast(pl.Int64).to_list()
    chosen = best[choose_apart(best["items"].to_list(), worth)]
    sized = chosen.with_columns(trial_people=_size(chosen, settings))
    return BundlePlan.cast(
        sized.with_columns(trial_share=pl.col("trial_people") / pl.col("people")).sort(
            "gain_low", "items", descending=[True, False]
        )
    )


def _size(chosen: pl.DataFrame, settings: BundlePlanSettings) -> pl.Series:
    share = (chosen["people_all"] / chosen["people"]).to_numpy()
    factor = (chosen["break_even"] / share).to_numpy()
    halves = size_trial(share, chosen["conversion"].to_numpy(), factor, settings.error, settings.power)
    return pl.Series(2 * halves).cast(pl.Int64)
