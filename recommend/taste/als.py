"""ALS: the taste model behind "for you"."""

import dataframely as dy
import msgspec
import numpy as np
import numpy.typing as npt
import polars as pl
from scipy.sparse import csr_matrix

from recommend.codes import Coded, code_names
from recommend.interactions import Interaction
from recommend.taste.neighbours import NothingToLearnError
from serving import ItemFactors

Float32Array = npt.NDArray[np.float32]

LARGEST_START = np.float32(0.2)
"""Of the numbers that factors begin with: about the size they end with, so that they need not grow."""
STEPS = 6
"""Of the conjugate gradient, for each person and item of a round. With `implicit`'s 3 few rounds stop short."""


class AlsSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How the taste model is trained. The defaults did best on MovieLens-100k; search them on a time split."""

    factors: int = 128
    """Numbers that describe an item or a person. 64 to 128 serve thousands of items; fewer items take fewer."""
    regularization: float = 60.0
    """Pull of every factor towards 0, on the scale of alpha times weight. (0.01, often copied, overfits badly.)"""
    alpha: float = 10.0
    """Confidence in a weight of 1, where not having seen an item weighs 1."""
    iterations: int = 4
    """Rounds of solving for people and items in turn. On validation splits 4 did as well as implicit's 15 from its."""
    warm_iterations: int = 2
    """Rounds where factors in place are started from. On a validation split 4 did no better than 2."""
    seed: int = 42
    """Seed of the first guess: the same seed gives the same factors, bit for bit."""

    def __post_init__(self) -> None:
        """Refuse values that no model can be trained with, all at once."""
        least = {"factors": 1, "regularization": 0, "alpha": 0, "iterations": 1, "warm_iterations": 1, "seed": 0}
        below = [(name, getattr(self, name)) for name, low in least.items() if not getattr(self, name) >= low]
        faults = [f"`{name}` is {value}: give {least[name]} or more" for name, value in below]
        if self.alpha == 0:
            faults.append("`alpha` is 0: give a number above 0, or every item weighs nothing")
        if faults:
            raise ValueError(f"The settings of the ALS model are wrong: {'; '.join(faults)}.")


def train_als(
    interactions: dy.DataFrame[Interaction], settings: AlsSettings, start: ItemFactors | None = None
) -> ItemFactors:
    """Learn item factors from weighted interactions by alternating least squares.

    Minimises Σ c_ui (p_ui - x_u · y_i)² + λ(Σ |x_u|² + Σ |y_i|²) with c = alpha · weight and p = 1 where there is an
    interaction, c = 1 and p = 0 elsewhere (Y. Hu, Y. Koren and C. Volinsky, 2008, "Collaborative filtering for implicit
    feedback datasets"), with `implicit`. People's factors are not kept: everybody is folded in when they ask.
    Never more factors than people or items. The rows' order does not matter. Raises NothingToLearnError without rows.

    `start` are the factors in place, as of the last build: items that stand there begin with theirs, which takes fewer
    rounds. Factors of another number than are wanted now are no start. All others begin with numbers drawn evenly up to
    0.2, twenty times what `implicit` begins with, from which it needs several rounds to grow.
    """
    # Imported here: each takes about a second, and the commands that train nothing need not wait for it.
    from implicit.cpu.als import AlternatingLeastSquares
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

    if interactions.is_empty():
        raise NothingToLearnError(
            "The taste model found no interaction to learn from: ingest logs with looks at products "
            "(view_item with an item), or map the log's names to them, and train again."
        )
    people, items = code_names(interactions["person_id"]), code_names(interactions["item_id"])
    weights = interactions["weight"].to_numpy().astype(np.float32)
    count = min(settings.factors, len(people.names), len(items.names))
    if start is not None and start.factors.shape[1] != count:
        start = None
    first = _begin(items, count, settings.seed, start)
    # One thread in the linear algebra: the model brings its own, and they would fight (and warn).
    with threadpool_limits(1, "blas"):
        model = AlternatingLeastSquares(
            factors=count,
            regularization=settings.regularization,
            alpha=settings.alpha,
            iterations=settings.iterations if start is None else settings.warm_iterations,
            random_state=settings.seed,
        )
        model.cg_steps = STEPS
        model.item_factors = first
        model.fit(_tabulate(people, items, weights), show_progress=False)
    return ItemFactors.from_rows(
        np.asarray(items.names.to_list()),
        model.item_factors,
        regularization=settings.regularization,
        alpha=settings.alpha,
    )


def _begin(items: Coded, count: int, seed: int, start: ItemFactors | None) -> Float32Array:
    """Guess the items' factors: those in place where there are any, else numbers drawn evenly."""
    factors = np.random.default_rng(seed).random((len(items.names), count), dtype=np.float32) * LARGEST_START
    if start is not None:
        known = pl.DataFrame({"item": items.names, "to": np.arange(len(items.names))}).join(
            pl.DataFrame({"item": start.items.tolist(), "place": np.arange(len(start.items))}), on="item"
        )
        factors[known["to"].to_numpy()] = start.factors[known["place"].to_numpy()]
    return factors


def _tabulate(people: Coded, items: Coded, weights: np.ndarray[tuple[int], np.dtype[np.float32]]) -> csr_matrix:
    table = csr_matrix((weights, (people.codes, items.codes)), shape=(len(people.names), len(items.names)))
    table.sort_indices()
    return table
