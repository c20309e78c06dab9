"""Fold-in: the taste of a visitor the model has never seen, from the items alone."""

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from serving.vocabulary import Float32Array, StrArray, make_vocabulary

Float64Array = npt.NDArray[np.float64]


class Taste(NamedTuple):
    """A visitor in the space of the factors, and what is needed to explain it."""

    factors: Float64Array
    """One number for each factor."""
    inverse: Float64Array
    """(YᵀCY + λI)⁻¹: what turns the history into the factors."""


@dataclass(frozen=True, eq=False)
class ItemFactors:
    """The items of a factor model (ALS): all that is needed to answer anybody.

    A visitor with the weights w_i on the items i is folded in by the closed form of Hu, Koren and Volinsky (2008):

        x = (YᵀY + Yᵀ(C - I)Y + λI)⁻¹ Yᵀ C p,   c_i = alpha · w_i where w_i > 0, else 1;   p_i = 1 where w_i > 0, else 0

    and item j scores y_j · x. The confidence is alpha · w, not 1 + alpha · w: so does `implicit` (0.7), whose
    `recalculate_user` gives the same x. `alpha` and `regularization` are those the factors were trained with, and the
    weights those of the training: `Histories` of the same snapshot, before alpha.
    """

    items: StrArray
    """Items: sorted, unique; one row of `factors` each."""
    factors: Float32Array
    """Items × factors."""
    regularization: float
    """λ, above 0."""
    alpha: float = 1.0
    """What a weight is multiplied by to become a confidence; above 0."""

    @classmethod
    def from_rows(
        cls,
        item: npt.NDArray[np.generic],
        factors: npt.NDArray[np.floating],
        *,
        regularization: float,
        alpha: float = 1.0,
    ) -> "ItemFactors":
        """Build from unique items in any order and their rows."""
        names = np.asarray([str(name) for name in item], dtype=np.str_) if len(item) else make_vocabulary(())
        order = np.argsort(names, kind="stable")
        return cls(
            names[order], np.ascontiguousarray(factors[order], dtype=np.float32), float(regularization), float(alpha)
        )

    @cached_property
    def gram(self) -> Float64Array:
        """YᵀY + λI: the part of every visitor's equation that is the same."""
        wide = self.factors.astype(np.float64)
        return wide.T @ wide + self.regularization * np.eye(wide.shape[1])

    def fold_in(self, item: npt.NDArray[np.integer], weight: npt.NDArray[np.floating]) -> Taste:
        """Find a visitor's factors from places in `items` (each once) and their weights (above 0).

        Nothing to go by gives the zero taste, on which every item scores 0.
        """
        known = self.factors[item].astype(np.float64)
        confidence = self.alpha * weight.astype(np.float64)
        system = self.gram + known.T @ ((confidence - 1.0)[:, None] * known)
        inverse = np.linalg.inv(system)
        return Taste(inverse @ (known.T @ confidence), inverse)

    def score_items(self, taste: Taste) -> Float32Array:
        """Score every item for a taste; larger is better."""
        scores: Float32Array = self.factors @ taste.factors.astype(np.float32)
        return scores

    def credit_items(
        self, taste: Taste, target: int, item: npt.NDArray[np.integer], weight: npt.NDArray[np.floating]
    ) -> Float64Array:
        """Split a target's score into what each item of the history gave to it.

        y_jᵀ (YᵀCY + λI)⁻¹ y_i c_i: the parts add up to the score (Hu, Koren and Volinsky 2008, section 5).
        """
        direction = taste.inverse @ self.factors[target].astype(np.float64)
        credit: Float64Array = (self.factors[item].astype(np.float64) @ direction) * (
            self.alpha * weight.astype(np.float64)
        )
        return credit
