"""The contenders of the also-bought table: all answer from lists that `serving.Answers` pools, or from factors."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

import dataframely as dy
import numpy as np
import polars as pl
from scipy.sparse import csr_array, csr_matrix

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
from serving import Answers, ItemFactors, RankedLists, Snapshot

K = 10
DAY = datetime(2026, 3, 2, tzinfo=UTC)
"""When every basket was: two of the shops keep no times."""
MOST_FOR_EASE = 5_000
"""Items that EASE is learnt for, those in most baskets: 10,000 take minutes."""
Ask = Callable[[Sequence[str]], list[str]]
Learn = Callable[[dy.DataFrame[Basket]], Ask]

CHOSEN = {
    "groceries": ("ratio_power 0.4, ratio_prior 10", "EASE 800", "RP3β 1 0.3"),
    "belgian_retail": ("ratio_power 0.4, ratio_prior 10", "EASE 800", "RP3β 1 0.1"),
    "online_retail_ii": ("ratio_power 0.4, ratio_prior 3", "EASE 200", "RP3β 0.6 0.5"),
}
"""Of the settings tried, those with the largest sum of the four figures on each validation split."""


def list_contenders(shop: str) -> dict[str, Learn]:
    """List who answers for a shop, with the settings that were chosen for it."""
    ours, ease, walk = CHOSEN[shop]
    return {
        "also bought, default settings": _relate(RelationSettings()),
        f"also bought, {ours}": TRIED[ours],
        ease: TRIED[ease],
        walk: TRIED[walk],
        **PLAIN,
    }


def _relate(settings: RelationSettings) -> Learn:
    """Relate items as `echannel train` does, each basket a person's."""

    def learn(known: dy.DataFrame[Basket]) -> Ask:
        rows = known.with_columns(
            person_id="basket", channel=pl.lit("web"), seen_at=pl.lit(DAY), asked=pl.lit(True), told=pl.lit(True)
        )
        return _serve(relate_items(Sighting.cast(rows), settings, DAY), known)

    return learn


def _count_plainly(own: float, other: float) -> Learn:
    """Rank by the baskets of both / (those of the asked item^own · those of the other^other), ties by name."""

    def learn(known: dy.DataFrame[Basket]) -> Ask:
        names, table = _tabulate(known)
        pairs, count = (table.T @ table).tocoo(), np.diff(table.tocsc().indptr)
        one, two = pairs.coords
        apart = one != two
        one, two, both = one[apart], two[apart], pairs.data[apart]
        score = both / (count[one].astype(np.float64) ** own * count[two].astype(np.float64) ** other)
        lists = RankedLists.from_codes(names, names, one, two, score=score, together=both, alone=count, most=50)
        return _serve(lists, known)

    return learn


def _learn_taste(rank: Callable[[dy.DataFrame[Interaction]], RankedLists], most_items: int | None = None) -> Learn:
    """Learn from baskets as if each were a person."""

    def learn(known: dy.DataFrame[Basket]) -> Ask:
        kept = known["item_id"].value_counts().sort("count", "item_id", descending=[True, False])["item_id"]
        rows = known.filter(pl.col("item_id").is_in(kept.head(most_items or len(kept)).to_list()))
        people = rows.select("item_id", person_id="basket", weight=pl.lit(1.0), last_at=pl.lit(DAY))
        return _serve(rank(Interaction.cast(people)), known)

    return learn


def _fit_implicit(known: dy.DataFrame[Basket]) -> Ask:
    """Fit implicit's ALS with its defaults; a basket is folded in."""
    from implicit.cpu.als import AlternatingLeastSquares
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

    names, table = _tabulate(known)
    with threadpool_limits(1, "blas"):
        model = AlternatingLeastSquares(random_state=42)
        model.fit(csr_matrix(table.astype(np.float32)), show_progress=False)
    factors = ItemFactors.from_rows(names, model.item_factors, regularization=model.regularization, alpha=model.alpha)

    def ask(items: Sequence[str]) -> list[str]:
        places = np.flatnonzero(np.isin(factors.items, items))
        scores = factors.score_items(factors.fold_in(places, np.ones(len(places))))
        scores[places] = -np.inf
        return [str(factors.items[place]) for place in np.argsort(-scores, kind="stable")[:K]]

    return ask


def _serve(lists: RankedLists | None, known: dy.DataFrame[Basket]) -> Ask:
    """Answer as the API does: the lists of all asked items added up, filled up from what is popular."""
    counts = known["item_id"].value_counts().sort("item_id")
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


def _tabulate(known: dy.DataFrame[Basket]) -> tuple[list[str], csr_array]:
    """Lay out baskets × items as ones."""
    names = known["item_id"].unique().sort()
    owner = known["basket"].rank("dense").to_numpy().astype(np.int64) - 1
    table = csr_array((np.ones(known.height, np.int64), (owner, names.search_sorted(known["item_id"]).to_numpy())))
    return names.to_list(), table


TRIED: dict[str, Learn] = {
    **{
        f"ratio_power {power:g}, ratio_prior {prior:g}": _relate(RelationSettings(ratio_power=power, ratio_prior=prior))
        for power in (0.0, 0.2, 0.4)
        for prior in (3.0, 10.0, 30.0)
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

PLAIN: dict[str, Learn] = {
    "confidence": _count_plainly(1, 0),
    "item kNN, cosine": _count_plainly(0.5, 0.5),
    "lift": _count_plainly(1, 1),
    "implicit's defaults": _fit_implicit,
    "popularity": lambda known: _serve(None, known),
}
"""Who has no settings to choose."""
