"""Plan: the bundles to offer, at which discount or at none, and the test that would prove each."""

import dataframely as dy
import msgspec
import numpy as np
import polars as pl

from recommend.bundles.choice import choose_apart
from recommend.bundles.offers import Offer, choose_discounts
from recommend.bundles.trials import size_trial
from recommend.codes import FloatArray

FEN = 100
"""Hundredths of the currency: gains are compared in whole ones."""
MOST_PEOPLE = 10_000_000_000
"""A test of more people than there are shows nothing."""
ADVICE = ("discount", "side by side")
"""What a merchandiser is told to do with a bundle."""
LOSS = "sold at a loss"
"""What stands against a bundle that loses money: who comes for it alone costs us."""
FLAWS = (LOSS, "earns nothing more", "no discount pays", "no test shows it")
"""Why a bundle is not planned, whatever else is: one sold at its best offer loses money; a taker more earns nothing;
the full price was not tried, and no discount pays; what it gains is too little for a test of so many people as there
are."""


class BundlePlanSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a discount has to gain, and how sure the test of a bundle has to be."""

    least_gain: float = 0.01
    """Least gain of a discount at the lower bound, as a share of what is earned without it. One in a hundred: less is
    finer than any elasticity is known, and no test of a usual size would show it."""

    error: float = 0.05
    """Chance that the test shows a difference where there is none, both ways: what reviewers are used to."""
    power: float = 0.8
    """Chance that the test shows the expected gain if it is there: four of five, as reviewers are used to."""
    rise: float = 0.1
    """Rise of the share of takers that the test of a bundle without a discount has to show, as a share of it. A tenth:
    what stands side by side is a change of the page, and less would hardly be worth the place."""

    def __post_init__(self) -> None:
        """Refuse chances outside their range, all at once."""
        faults = []
        if not 0 <= self.least_gain < float("inf"):
            faults.append(f"`least_gain` is {self.least_gain}: give a share from 0, 0.01 for one in a hundred")
        if not 0 < self.error < 1:
            faults.append(f"`error` is {self.error}: give a share between 0 and 1")
        if not 0.5 <= self.power < 1:
            faults.append(f"`power` is {self.power}: give a share from 0.5 to below 1")
        if not 0 < self.rise < float("inf"):
            faults.append(f"`rise` is {self.rise}: give a share above 0, 0.1 for a tenth more")
        if faults:
            raise ValueError(f"The settings of the bundle plan are wrong: {'; '.join(faults)}.")


class BundlePlan(Offer):
    """One bundle to be offered, at its best discount or at none; no two bundles of a plan share an item."""

    advice = dy.Enum(
        ADVICE,
        nullable=False,
        description="`discount`: sell it at this discount; `side by side`: no discount pays, show the items together",
    )
    rise_gain = dy.Float64(
        nullable=False, min_exclusive=0, description="What `rise` more takers than at the lower bound earn, in currency"
    )
    trial_people = dy.Int64(
        nullable=False, min=2, description="People that a test needs, one half with the offer and one without"
    )
    trial_share = dy.Float64(
        nullable=False, min_exclusive=0, description="trial_people / people; above 1: longer than the orders reach back"
    )

    @dy.rule()
    def every_discount_gains(cls) -> pl.Expr:
        """A discount is planned only if it gains at the lower bound; what stands side by side has none."""
        discounted = (cls.discount.col > 0) & (cls.gain_low.col > 0)
        return pl.when(cls.advice.col == "discount").then(discounted).otherwise(cls.discount.col == 0)

    @dy.rule()
    def no_bundle_is_sold_at_a_loss(cls) -> pl.Expr:
        """One bundle sold earns 0 or more."""
        return cls.margin.col >= 0


def plan_bundles(offers: dy.DataFrame[Offer], settings: BundlePlanSettings) -> dy.DataFrame[BundlePlan]:
    """Choose the bundles that gain most together at the lower bound, no item in two of them.

    First those that a discount pays for: each at its best one (`choose_discounts`), if that gains `least_gain` or more
    at the lower bound, is expected to break even at the observed share as well, and a test could show it; chosen by
    `gain_low`. Then, of the other items, those that are to stand side by side at their full price: each taker more
    earns `extra_margin`, and nothing is given away; chosen by `rise_gain`. How many more come is not known, so no gain
    is promised. What earns less than 0 a piece is not planned: those who come for the bundle alone are not counted, and
    each would cost us. Exact: a maximum-weight matching where all are pairs, else a linear program in whole numbers
    (`choose_apart`).

    The test of a discount shows that it earns more than none: that its conversion is above break_even / (people_all /
    people) times the share that buys all without it (`size_trial`). The test of what stands side by side shows a share
    of takers that is `rise` higher. Discounts first, then sorted by gain_low, rise_gain, the largest first, and items.
    """
    discounted = _choose(_weigh_discounts(offers, settings))
    taken = discounted["items"].explode(empty_as_null=False).to_list()
    free = offers.filter(pl.col("items").list.set_intersection(taken).list.len() == 0)
    told = pl.concat([discounted, _choose(_weigh_level(free, settings))]).with_columns(
        trial_share=pl.col("trial_people") / pl.col("people")
    )
    ordered = ["advice", "gain_low", "rise_gain", "items"]
    return BundlePlan.cast(told.sort(ordered, descending=[False, True, True, False]))


def find_flaws(offers: dy.DataFrame[Offer], settings: BundlePlanSettings) -> pl.DataFrame:
    """Find why a bundle would not be planned even if it were the only one.

    Columns: `items`, and `flaw`, one of `FLAWS`; null: it would be, so where it is not, one that it shares an item
    with is. Sorted by items.
    """
    ways = pl.concat([_weigh_discounts(offers, settings), _weigh_level(offers, settings)])
    weighed = ways.group_by("items").agg(
        pays=_is_worth_something().any(), shown=(_is_worth_something() & _can_be_shown()).any()
    )
    level = offers.filter(pl.col("discount") == 0).select("items", level=True)
    flaw = (
        pl.when(pl.col("shown"))
        .then(None)
        .when(pl.col("margin") < 0)
        .then(pl.lit(LOSS))
        .when(pl.col("pays"))
        .then(pl.lit("no test shows it"))
        .when((pl.col("extra_margin") <= 0) | pl.col("level"))
        .then(pl.lit("earns nothing more"))
        .otherwise(pl.lit("no discount pays"))
    )
    return (
        choose_discounts(offers)
        .join(weighed, on="items", how="left")
        .join(level, on="items", how="left")
        .select("items", flaw=flaw)
        .sort("items")
    )


def _weigh_discounts(offers: dy.DataFrame[Offer], settings: BundlePlanSettings) -> pl.DataFrame:
    """Weigh the best discount of each bundle that one pays for, and that is no loss with it."""
    best = choose_discounts(offers).filter(pl.col("margin") >= 0)
    without = (pl.col("margin_low") - pl.col("gain_low")).clip(lower_bound=0)
    enough = (pl.col("discount") > 0) & (pl.col("gain_low") >= settings.least_gain * without)
    gaining = best.filter(enough, pl.col("conversion") > pl.col("break_even"))
    share = (gaining["people_all"] / gaining["people"]).to_numpy()
    factor = (gaining["break_even"] / share).to_numpy()
    halves = size_trial(share, gaining["conversion"].to_numpy(), factor, settings.error, settings.power)
    return _weigh(gaining, "discount", halves, "gain_low", settings)


def _weigh_level(offers: pl.DataFrame, settings: BundlePlanSettings) -> pl.DataFrame:
    """Weigh each bundle at its full price, if that is no loss."""
    level = offers.filter(pl.col("discount") == 0, pl.col("margin") >= 0)
    share = (level["people_all"] / level["people"]).to_numpy()
    raised = np.minimum(share * (1 + settings.rise), 1.0)
    halves = size_trial(share, raised, 1.0, settings.error, settings.power)
    return _weigh(level, "side by side", halves, "rise_gain", settings)


def _weigh(
    offers: pl.DataFrame, advice: str, halves: FloatArray, worth: str, settings: BundlePlanSettings
) -> pl.DataFrame:
    """Tell the advice, what `rise` more takers earn, the size of the test, and what the choice goes by."""
    earned = pl.col("extra_margin") - pl.col("discount") * pl.col("price_full")
    return offers.with_columns(
        advice=pl.lit(advice, dtype=pl.Enum(ADVICE)),
        rise_gain=settings.rise * pl.col("people") * pl.col("share_low") * earned,
        trial_people=2 * pl.Series(halves),
    ).with_columns(worth=(pl.col(worth) * FEN).round().cast(pl.Int64))


def _is_worth_something() -> pl.Expr:
    return pl.col("worth") > 0


def _can_be_shown() -> pl.Expr:
    return pl.col("trial_people") <= MOST_PEOPLE


def _choose(weighed: pl.DataFrame) -> pl.DataFrame:
    counted = weighed.filter(_is_worth_something(), _can_be_shown()).with_columns(pl.col("trial_people").cast(pl.Int64))
    return counted[choose_apart(counted["items"].to_list(), counted["worth"].to_list())].drop("worth")
