"""EASE: what each item says for or against every other, in closed form."""

import dataframely as dy
import msgspec
import numpy as np
from scipy.linalg.lapack import dpotrf, dpotri

from recommend.codes import FloatArray
from recommend.interactions import Interaction
from recommend.taste.neighbours import Cared, Ties, cut_rows, list_strongest, tabulate_cared
from serving import RankedLists

MOST_ITEMS = 10_000
"""Items up to which EASE is worked out: the table of all pairs is then 10,000² numbers of 8 bytes, 800 MB."""


class TooManyItemsError(ValueError):
    """There are more items than the model can be worked out for."""


class EaseSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How the weights between items are found."""

    regularization: float = 500.0
    """Pull of every weight towards 0, in people. 500 to 700 did best on validation splits of MovieLens-100k."""
    most: int = 200
    """Weights kept for each item, the largest above or below 0. Ten thousand items then take 32 MB."""

    def __post_init__(self) -> None:
        """Refuse values that no model can be worked out with, all at once."""
        faults = []
        if not 0 < self.regularization < np.inf:
            faults.append(f"`regularization` is {self.regularization}: give a number of people above 0, as 500")
        if self.most < 1:
            faults.append(f"`most` is {self.most}: give 1 or more weights an item")
        if faults:
            raise ValueError(f"The settings of EASE are wrong: {'; '.join(faults)}.")


def rank_ease(interactions: dy.DataFrame[Interaction], settings: EaseSettings) -> RankedLists:
    """Learn what each item says for or against every other: embarrassingly shallow autoencoders (H. Steck, 2019).

    With X the people × items table of 0 and 1, and G = XᵀX, finds the B that minimises |X - XB|² + λ|B|² with nothing
    on its diagonal, so that no item explains itself:

        P = (G + λI)⁻¹,   B_ij = -P_ij / P_jj,   B_ii = 0

    The score of item j in the list of item i is B_ij, which is below 0 where j is a wrong guess after i; `together`
    counts the people of both, `alone` those of i. `rank_from_items` answers anybody from their items: Σ w_i B_ij. How
    much people cared is not learnt from, only that they did. The rows' order does not matter, nor the number of cores.
    Raises NothingToLearnError without rows, and TooManyItemsError beyond 10,000 items.

    >>> import polars as pl
    >>> rows = [("ann", "plan"), ("ann", "pack"), ("bob", "plan"), ("bob", "pack"), ("cat", "toy")]
    >>> frame = pl.DataFrame(rows, schema=["person_id", "item_id"], orient="row")
    >>> frame = frame.with_columns(weight=1.0, last_at=pl.lit("2026-03-02").str.to_datetime(time_zone="UTC"))
    >>> lists = rank_ease(Interaction.cast(frame), EaseSettings(regularization=1.0))
    >>> [(str(lists.targets[code]), round(float(lists.score[0]), 3)) for code in lists.rank_targets("plan").target]
    [('pack', 0.667)]
    """
    cared = tabulate_cared(interactions)
    _refuse_too_many(len(cared.names))
    halves = _invert(cared, settings.regularization)
    return list_strongest(cared, lambda rows: _weigh(halves, rows, settings.most), settings.most)


def _refuse_too_many(items: int) -> None:
    if items > MOST_ITEMS:
        raise TooManyItemsError(
            f"EASE was asked for {items:,} items, but works out all pairs at once, which takes the memory of 10,000 "
            f"items squared: 800 MB, and more than that beyond. Keep the {MOST_ITEMS:,} items with the most people, or "
            "let RP3β or ALS answer, which grow with the interactions."
        )


def _invert(cared: Cared, regularization: float) -> FloatArray:
    """Invert G + λI in its own memory, by Cholesky's factors: the inverse is below, and G stays above, the diagonal."""
    # Imported here: what trains nothing need not wait for it.
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

    size = len(cared.names)
    system = np.empty((size, size), order="F")
    for rows in cut_rows(size):
        system[:, rows] = (cared.mirror[rows] @ cared.table).toarray().T
    system[np.diag_indices(size)] += regularization
    # One thread: how sums are shared out among several shows in the last bits.
    with threadpool_limits(1, "blas"):
        factor, _ = dpotrf(system, lower=True, clean=False, overwrite_a=True)
        inverse, _ = dpotri(factor, lower=True, overwrite_c=True)
    return np.asarray(inverse)


def _weigh(halves: FloatArray, rows: slice, most: int) -> Ties:
    """Weigh the ties of some items, and drop most of those that are too small to stay."""
    along, down = halves[rows], halves[:, rows].T
    below = np.tri(len(along), along.shape[1], k=rows.start, dtype=np.bool_)
    weight = np.where(below, along, down) / -halves.diagonal()
    weight[np.arange(len(weight)), np.arange(rows.start, rows.stop)] = 0
    size = np.abs(weight)
    least = np.partition(size, -most, axis=1)[:, [-most]] if most < size.shape[1] else np.zeros((len(size), 1))
    item, other = np.nonzero((size >= least) & (size > 0))
    together = np.where(below, down, along)[item, other]
    return Ties(item + rows.start, other, weight[item, other], together.astype(np.int64))
