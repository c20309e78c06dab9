"""The slot effect: whether the places of a page are looked at unlike at all."""

import numpy as np
from scipy.special import chdtrc

from recommend.layout.position_model import PositionModel


def doubt_slot_effect(model: PositionModel) -> float | None:
    """Tell how likely the slots would differ at least as much if all were looked at alike: a p-value.

    Of the group with the most clicks; None where it has fewer than two slots with clicks. Wald's test (A. Wald, 1943):
    with x the logarithms of examination without the reference, and C their covariance, xᵀ C⁻¹ x follows χ² with as many
    degrees of freedom as there are slots in x.
    """
    if not model.fits or len(model.fits[0].examination) < 2:
        return None
    covariance = model.fits[0].slot_covariance
    free = np.diag(covariance) > 0
    logarithms = np.log(model.fits[0].examination[free])
    distance = logarithms @ np.linalg.solve(covariance[np.ix_(free, free)], logarithms)
    return float(chdtrc(int(free.sum()), distance))
