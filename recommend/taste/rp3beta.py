"""RP3β: where a walk of three steps over people and items ends, less for what everybody cares for."""

import dataframely as dy
import msgspec
import numpy as np
from scipy.sparse import csr_array, diags_array

from recommend.interactions import Interaction
from recommend.taste.neighbours import Cared, Ties, list_strongest, tabulate_cared
from serving import RankedLists


class WalkSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How the walk's ends are weighed."""

    alpha: float = 0.6
    """Power of each step's chance: below 1, busy people and items count for more. Did best on validation."""
    beta: float = 0.5
    """Power of an item's people that its chance is divided by: 0 leaves what is popular ahead, 1 turns it round."""
    most: int = 200
    """Items kept for each item. Ten thousand items then take 32 MB."""

    def __post_init__(self) -> None:
        """Refuse powers below 0 and lists without a place, all at once."""
        powers = {"alpha": self.alpha, "beta": self.beta}
        faults = [f"`{name}` is {it}: give a number from 0 up" for name, it in powers.items() if not 0 <= it < np.inf]
        if self.most < 1:
            faults.append(f"`most` is {self.most}: give 1 or more items")
        if faults:
            raise ValueError(f"The settings of RP3β are wrong: {'; '.join(faults)}.")


def rank_rp3beta(interactions: dy.DataFrame[Interaction], settings: WalkSettings) -> RankedLists:
    """Rank for each item where a walk to a person who cared for it, and on to an item of theirs, ends.

    With X the people × items table of 0 and 1, d_i the people of item i and d_u the items of person u:

        W_ij = Σ_u (x_ui / d_i)^α (x_uj / d_u)^α / d_j^β,   W_ii = 0

    (B. Paudel, F. Christoffel, C. Newell and A. Bernstein, 2017, "Updatable, accurate, diverse, and scalable
    recommendations for interactive applications"; the power α is that of C. Cooper and others, 2014). The first of the
    three steps, from a person to their items, is `rank_from_items`: Σ w_i W_ij. `together` counts the people of both,
    `alone` those of i. How much people cared is not learnt from, only that they did. The rows' order does not matter.
    Raises NothingToLearnError without rows.

    >>> import polars as pl
    >>> rows = [("ann", "plan"), ("ann", "pack"), ("bob", "plan"), ("bob", "pack"), ("cat", "toy")]
    >>> frame = pl.DataFrame(rows, schema=["person_id", "item_id"], orient="row")
    >>> frame = frame.with_columns(weight=1.0, last_at=pl.lit("2026-03-02").str.to_datetime(time_zone="UTC"))
    >>> lists = rank_rp3beta(Interaction.cast(frame), WalkSettings(alpha=1.0, beta=1.0))
    >>> [(str(lists.targets[code]), float(lists.score[0])) for code in lists.rank_targets("plan").target]
    [('pack', 0.25)]
    """
    cared = tabulate_cared(interactions)
    of_item, of_person = cared.of_item.astype(np.float64), cared.of_person.astype(np.float64)
    reach = csr_array(diags_array(of_person**-settings.alpha) @ cared.table @ diags_array(of_item**-settings.beta))
    begin = of_item**-settings.alpha
    return list_strongest(cared, lambda rows: _walk(cared, reach, begin[rows], rows), settings.most)


def _walk(cared: Cared, reach: csr_array, begin: np.ndarray[tuple[int], np.dtype[np.float64]], rows: slice) -> Ties:
    """Weigh the ties of some items: those that share a person."""
    ends, both = cared.mirror[rows] @ reach, cared.mirror[rows] @ cared.table
    ends.sort_indices()
    both.sort_indices()
    item = np.repeat(np.arange(len(begin)), np.diff(ends.indptr))
    return Ties(item + rows.start, ends.indices.astype(np.int64), ends.data * begin[item], both.data.astype(np.int64))
