"""Offers: what a bundle would earn at each discount."""

import dataframely as dy
import msgspec
import numpy as np
import polars as pl
from scipy.special import betaincinv

from ingest import Order, Product
from recommend.bundles.buyers import count_buyers
from recommend.bundles.candidates import Candidate
from recommend.bundles.prices import take_prices


class OfferSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which discounts are looked at, and how people are taken to answer them."""

    discounts: tuple[float, ...] = (0.0, 0.01, 0.02, 0.03, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3)
    """Shares of the full price that are taken off, as shops print them; the small ones for a dear item with a cheap
    one. 0 is the bundle at its full price: without it nothing is planned to stand side by side."""
    elasticity: float = 1.76
    """Per cent more takers for each per cent off what the bundle adds to a purchase: the mean of 367 estimates
    (G. J. Tellis, 1988). A guess until a test has been run; 0: nobody is won by a price."""
    prior_taken: float = 0.5
    """First parameter of the share's Beta prior. 0.5 and 0.5 are Jeffreys' prior (1946): worth one buyer in all."""
    prior_left: float = 0.5
    """Second parameter of the share's Beta prior."""
    doubt: float = 0.05
    """Chance that the true share is below the lower bound that earnings are worked out at."""
    min_people: int = 10
    """Least number of people who bought all items. Fewer tell little, and a price for them would be personal."""

    def __post_init__(self) -> None:
        """Refuse what cannot be offered, all at once."""
        faults = []
        wrong = [discount for discount in self.discounts if not 0 <= discount < 1]
        if wrong or not self.discounts:
            faults.append(f"`discounts` holds {wrong or 'nothing'}: give shares from 0 to below 1, 0.1 for 10 % off")
        if len(set(self.discounts)) < len(self.discounts):
            faults.append("`discounts` holds one twice: give each once")
        if not 0 <= self.elasticity < float("inf"):
            faults.append(f"`elasticity` is {self.elasticity}: give 0 or more")
        for name in ("prior_taken", "prior_left"):
            if not 0 < getattr(self, name) < float("inf"):
                faults.append(f"`{name}` is {getattr(self, name)}: give a number above 0")
        if not 0 < self.doubt < 1:
            faults.append(f"`doubt` is {self.doubt}: give a share between 0 and 1")
        if self.min_people < 1:
            faults.append(f"`min_people` is {self.min_people}: give 1 or more")
        if faults:
            raise ValueError(f"The settings of offers are wrong: {'; '.join(faults)}.")


class Offer(dy.Schema):
    """One bundle at one discount; the price is the same for everybody."""

    items = dy.List(dy.String(), nullable=False, description="The items, sorted")
    discount = dy.Float64(nullable=False, min=0, max_exclusive=1, description="Share of the full price taken off")
    price_full = dy.Float64(nullable=False, min_exclusive=0, description="The items' prices added up, in currency")
    price = dy.Float64(nullable=False, min_exclusive=0, description="Price of the bundle, in currency")
    margin = dy.Float64(nullable=False, description="What one bundle sold earns, in currency; below 0: a loss")
    people = dy.Int64(nullable=False, min=1, description="People who bought any of the items")
    people_all = dy.Int64(
        nullable=False, min=1, description="Of them, those who bought all without an offer (cannibalised)"
    )
    given_away = dy.Float64(nullable=False, min=0, description="Discount that those would get for nothing, in currency")
    extra_margin = dy.Float64(
        nullable=False, description="What a person who comes to buy all earns more than before, at full price"
    )
    elasticity_needed = dy.Float64(
        nullable=True,
        description="Elasticity above which a small discount pays: what such a person adds in price / in margin; "
        "null: they add no margin, and no discount pays",
    )
    share_low = dy.Float64(
        nullable=False, min=0, max=1, description="Lower bound of the share of `people` who buy all without an offer"
    )
    break_even = dy.Float64(
        nullable=True,
        min=0,
        max=1,
        description="Share that must take the bundle to earn as much as without an offer; null: all are not enough",
    )
    conversion = dy.Float64(
        nullable=False, min=0, max=1, description="Share that takes the bundle, as expected at the observed share"
    )
    conversion_low = dy.Float64(
        nullable=False, min=0, max=1, description="Share that takes the bundle, as expected at the lower bound"
    )
    margin_low = dy.Float64(
        nullable=False, description="What all `people` then earn, as expected at the lower bound, in currency"
    )
    gain_low = dy.Float64(
        nullable=False, description="margin_low less what they earn without an offer at that bound, in currency"
    )

    @dy.rule()
    def those_who_bought_all_bought_some(cls) -> pl.Expr:
        """Who bought all is among those who bought any."""
        return cls.people_all.col <= cls.people.col


def price_offers(
    candidates: dy.DataFrame[Candidate],
    orders: dy.DataFrame[Order],
    products: dy.DataFrame[Product],
    settings: OfferSettings,
) -> dy.DataFrame[Offer]:
    """Work out what each candidate that nothing stands against would earn at each discount.

    With P and M the items' prices and margins added up, d the discount, A the people who bought any of the items, K
    those of them who bought all, r and s the mean price and margin of what the others bought:

        break-even   = K/A · (M - s) / (M - s - dP)          (T. T. Nagle, 1987: the change of sales that a cut needs)
        low          = the `doubt` quantile of Beta(prior_taken + K, prior_left + A - K)
        conversion   = low · (1 - dP / (P - r))^(-elasticity), at most 1
        margin_low   = A · (conversion · (M - dP) + (1 - conversion) · s)

    The bundle adds P - r to a purchase, so dP is taken off that; where it is all given away the conversion is 1. A
    small discount pays where elasticity · (M - s) / (P - r) is above 1 (`elasticity_needed`; the same rule as that a
    margin of 1 / elasticity is the best one, A. P. Lerner, 1934); elsewhere none does, as long as no more is earned
    than paid. What
    is not promised: people who would come for the bundle alone are not counted, and the candidates were chosen for
    being bought together, so their shares flatter them. Sets that fewer than `min_people` people bought are left out.
    Raises PriceError for items without a usable price or margin. Sorted by items and discount.
    """
    free = candidates.filter(pl.col("barred").is_null()).select("items").sort("items")
    prices = take_prices(products, free["items"].explode().drop_nulls())
    counted = count_buyers(free, prices, orders).filter(pl.col("people_all") >= settings.min_people)
    grid = pl.DataFrame({"discount": sorted(settings.discounts)}, schema={"discount": pl.Float64})
    return Offer.cast(_value(_bound(counted, settings).join(grid, how="cross", maintain_order="left"), settings))


def choose_discounts(offers: dy.DataFrame[Offer]) -> dy.DataFrame[Offer]:
    """Choose for each bundle the discount that gains most at the lower bound, the smaller of equal ones."""
    best = offers.sort("items", "gain_low", "discount", descending=[False, True, False])
    return Offer.cast(best.unique("items", keep="first", maintain_order=True))


def _bound(counted: pl.DataFrame, settings: OfferSettings) -> pl.DataFrame:
    people, people_all = counted["people"].to_numpy(), counted["people_all"].to_numpy()
    low = betaincinv(settings.prior_taken + people_all, settings.prior_left + people - people_all, settings.doubt)
    alone = pl.col("people") == pl.col("people_all")
    return counted.with_columns(
        share=pl.col("people_all") / pl.col("people"),
        share_low=np.asarray(low, np.float64),
        extra_margin=pl.when(alone).then(0.0).otherwise(pl.col("margin_full") - pl.col("margin_some")),
        extra_price=pl.when(alone).then(0.0).otherwise(pl.col("price_full") - pl.col("price_some")),
        margin_some=pl.when(alone).then("margin_full").otherwise("margin_some"),
    )


def _value(offers: pl.DataFrame, settings: OfferSettings) -> pl.DataFrame:
    """Work out the columns of each offer, its discount in money first."""
    off = pl.col("discount") * pl.col("price_full")
    left = (1 - off / pl.col("extra_price")).fill_nan(0.0).clip(lower_bound=0.0)
    more = pl.when(pl.lit(settings.elasticity) == 0).then(1.0).otherwise(left**-settings.elasticity)
    more = pl.when(off == 0).then(1.0).otherwise(more)
    extra = pl.col("extra_margin") - off
    needed = pl.col("share") * (pl.col("extra_margin") / extra)
    gain = pl.col("conversion_low") * extra - pl.col("share_low") * pl.col("extra_margin")
    return offers.with_columns(
        price=pl.col("price_full") - off,
        margin=pl.col("margin_full") - off,
        given_away=off * pl.col("people_all"),
        conversion=(pl.col("share") * more).clip(upper_bound=1.0),
        conversion_low=(pl.col("share_low") * more).clip(upper_bound=1.0),
        break_even=pl.when((extra > 0) & (needed <= 1)).then(needed),
        elasticity_needed=pl.when(pl.col("extra_margin") > 0).then(pl.col("extra_price") / pl.col("extra_margin")),
    ).with_columns(
        margin_low=pl.col("people") * (pl.col("margin_some") + pl.col("conversion_low") * extra),
        gain_low=pl.col("people") * gain,
    )
