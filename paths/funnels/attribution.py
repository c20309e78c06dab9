"""Attribution: whose value of the breakdown counts for an entrant."""

import numpy as np
import polars as pl

from paths.funnels.definition import FunnelDefinition
from paths.funnels.search.chains import NEVER, Chains
from paths.rows.numbering import Ints


def find_segments(chains: Chains, values: pl.Series | None, funnel: FunnelDefinition) -> pl.Series:
    """Find each chain's segment: the breakdown's value of the event that the attribution names.

    Null where there is no breakdown, where the value is unknown, and where the step named was not taken.
    """
    if values is None:
        return pl.Series([None], dtype=pl.String).new_from_index(0, chains.entrant.size)
    event = _choose_events(chains, funnel.attribution)
    return values.gather(pl.Series(event).replace(NEVER, None))


def _choose_events(chains: Chains, attribution: str) -> Ints:
    """Choose one event of each chain; NEVER where the step named was not taken."""
    if attribution == "first":
        return chains.taken[:, 0]
    if attribution == "last":
        return chains.taken[np.arange(chains.level.size), chains.level - 1]
    return chains.taken[:, int(attribution.split()[1]) - 1]
