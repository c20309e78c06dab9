"""The contenders of the also-bought table: ours answers through `serving.Answers`, rivals as is commonly done."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from itertools import islice

import dataframely as dy
import numpy as np
import polars as pl

from benchmarks.rivals import Ask, ask_factors, ask_lists, count_plainly, fit_implicit, tabulate
from recommend import (
    Basket,
    EaseSettings,
    Interaction,
    RelationSettings,
    Sighting,
    WalkSettings,
    rank_ease,
    rank_rp3beta,
    relate_items,
)
from serving import Answers, RankedLists, Snapshot

K = 10
OURS = "also bought"
DAY = datetime(2026, 3, 2, tzinfo=UTC)
"""When every basket was: two of the shops keep no times."""
MOST_FOR_EASE = 5_000
"""Items that EASE is learnt for, those in most baskets: 10,000 take minutes."""
Learn = Callable[[dy.DataFrame[Basket]], Ask]

CHOSEN = {
    "groceries": ("EASE 800", "RP3β 1 0.3"),
    "belgian_retail": ("EASE 800", "RP3β 1 0.1"),
    "online_retail_ii": ("EASE 200", "RP3β 0.6 0.5"),
}
"""Of the settings tried, those with the largest sum of the four figures on each validation split."""


def list_contenders(shop: str) -> dict[str, Learn]:
    """List who answers for a shop: ours with its default settings, rivals with those that were chosen for it."""
    return {OURS: _relate(RelationSettings()), **{name: TRIED[name] for name in CHOSEN[shop]}, **PLAIN}


def _relate(settings: RelationSettings) -> Learn:
    """Relate items as `echannel train` does, each basket a person's."""

    def learn(known: dy.DataFrame[Basket]) -> Ask:
        rows = known.with_columns(
            person_id="basket", channel=pl.lit("web"), seen_at=pl.lit(DAY), asked=pl.lit(True), told=pl.lit(True)
        )
        return _serve(relate_items(Sighting.cast(rows), settings, DAY), known)

    return learn


def _count_plainly(own: float, other: float) -> Learn:
    """Rank by plain counts, those of several items added up."""
    return lambda known: _fill_up(ask_lists(_list_plainly(known, own, other), K), known)


def _list_plainly(known: dy.DataFrame[Basket], own: float, other: float) -> RankedLists:
    return count_plainly(*tabulate(known["basket"], known["item_id"]), own, other)


def _learn_taste(rank: Callable[[dy.DataFrame[Interaction]], RankedLists], most_items: int | None = None) -> Learn:
    """Learn from baskets as if each were a person."""

    def learn(known: dy.DataFrame[Basket]) -> Ask:
        kept = _rank_popular(known)["item_id"]
        rows = known.filter(pl.col("item_id").is_in(kept.head(most_items or len(kept)).to_list()))
        people = rows.select("item_id", person_id="basket", weight=pl.lit(1.0), last_at=pl.lit(DAY))
        return _fill_up(ask_lists(rank(Interaction.cast(people)), K), known)

    return learn


def _serve(lists: RankedLists, known: dy.DataFrame[Basket]) -> Ask:
    """Answer as the API does: from the lists of all asked items, filled up from what is popular."""
    counts = _rank_popular(known)
    popular = RankedLists.from_rows(
        ["all"] * len(counts),
        counts["item_id"].to_list(),
        score=counts["count"].to_numpy().astype(np.float64),
        together=counts["count"].to_numpy(),
        alone=np.full(len(counts), known["basket"].n_unique()),
        most=500,
    )
    answers = Answers(Snapshot(also_bought=lists, popular=popular))
    return lambda items: [item.id for item in answers.also_bought(items, n=K).items]


def _fill_up(ask: Ask, known: dy.DataFrame[Basket]) -> Ask:
    """Fill up what a rival tells from what is popular."""
    popular = _rank_popular(known)["item_id"].to_list()

    def answer(items: Sequence[str]) -> list[str]:
        told = ask(items)
        barred = {*items, *told}
        return told + list(islice((item for item in popular if item not in barred), K - len(told)))

    return answer


def _rank_popular(known: dy.DataFrame[Basket]) -> pl.DataFrame:
    return known["item_id"].value_counts().sort("count", "item_id", descending=[True, False])


TRIED: dict[str, Learn] = {
    **{
        f"size_power {size:g}, ratio_power {power:g}, ratio_prior {prior:g}": _relate(
            RelationSettings(size_power=size, ratio_power=power, ratio_prior=prior)
        )
        for size in (0.0, 0.5, 1.0)
        for power in (0.0, 0.2, 0.4)
        for prior in (10.0, 30.0)
    },
    **{
        f"EASE {pull:g}": _learn_taste(
            lambda people, pull=pull: rank_ease(people, EaseSettings(regularization=pull)), MOST_FOR_EASE
        )
        for pull in (50.0, 200.0, 800.0)
    },
    **{
        f"RP3β {alpha:g} {beta:g}": _learn_taste(
            lambda people, alpha=alpha, beta=beta: rank_rp3beta(people, WalkSettings(alpha=alpha, beta=beta))
        )
        for alpha in (0.6, 1.0)
        for beta in (0.1, 0.3, 0.5)
    },
}
"""What the validation splits choose from."""

CONFIDENCE: Learn = _count_plainly(1, 0)
"""Who has to be beaten."""

PLAIN: dict[str, Learn] = {
    "confidence, pooled as ours": lambda known: _serve(_list_plainly(known, 1, 0), known),
    "item kNN, cosine": _count_plainly(0.5, 0.5),
    "lift": _count_plainly(1, 1),
    "implicit's defaults": lambda known: ask_factors(fit_implicit(*tabulate(known["basket"], known["item_id"])), K),
    "popularity": lambda known: _fill_up(lambda _: [], known),
}
"""Who has no settings to choose."""
