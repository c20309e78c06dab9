"""Rivals: what is commonly done, for the benchmarks of taste, baskets and clicks: pairs counted plainly, `implicit`."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import polars as pl
from scipy.sparse import csr_array, csr_matrix

from serving import ItemFactors, RankedLists, rank_from_items

Ask = Callable[[Sequence[str]], list[str]]
"""Tells from items, each once, what comes after them; none of them again."""


def tabulate(owners: pl.Series, items: pl.Series) -> tuple[list[str], csr_array]:
    """Lay out who had what, people or baskets × items, as ones; the items' names, sorted, beside."""
    names = items.unique().sort()
    owner = owners.rank("dense").to_numpy().astype(np.int64) - 1
    table = csr_array((np.ones(len(items)), (owner, names.search_sorted(items).to_numpy())))
    table.data[:] = 1.0
    return names.to_list(), table


def count_plainly(names: list[str], table: csr_array, own: float, other: float, most: int = 50) -> RankedLists:
    """Rank by the owners of both / (those of the asked item^own · those of the other^other), equals by name.

    1 and 0 is the confidence, 0.5 and 0.5 the cosine (B. Sarwar and others, 2001), 1 and 1 the lift.
    """
    pairs, count = (table.T @ table).tocoo(), np.bincount(table.indices, minlength=table.shape[1])
    one, two = pairs.coords
    apart = one != two
    one, two, both = one[apart], two[apart], pairs.data[apart]
    score = both / (count[one].astype(np.float64) ** own * count[two].astype(np.float64) ** other)
    return RankedLists.from_codes(names, names, one, two, score=score, together=both, alone=count, most=most)


def fit_implicit(names: list[str], table: csr_array, **settings: Any) -> ItemFactors:
    """Fit implicit's own ALS from its own start, as its example does: with its defaults, where nothing else is set."""
    from implicit.cpu.als import AlternatingLeastSquares
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

    with threadpool_limits(1, "blas"):
        model = AlternatingLeastSquares(random_state=42, **settings)
        model.fit(csr_matrix(table.astype(np.float32)), show_progress=False)
    return ItemFactors.from_rows(
        np.array(names), model.item_factors, regularization=model.regularization, alpha=model.alpha
    )


def ask_lists(lists: RankedLists, most: int) -> Ask:
    """Answer from lists, the scores of all asked items added up."""

    def ask(items: Sequence[str]) -> list[str]:
        pool = rank_from_items(lists, items, [1.0] * len(items), most=most)
        return [str(lists.targets[code]) for code in pool.target]

    return ask


def ask_factors(factors: ItemFactors, most: int) -> Ask:
    """Answer from factors, by folding in who has the asked items."""

    def ask(items: Sequence[str]) -> list[str]:
        places = np.flatnonzero(np.isin(factors.items, items))
        scores = factors.score_items(factors.fold_in(places, np.ones(len(places))))
        scores[places] = -np.inf
        return [str(factors.items[place]) for place in np.argsort(-scores, kind="stable")[:most]]

    return ask
