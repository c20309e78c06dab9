"""Notices: what a person should know of the days and people that models were judged by."""

from collections.abc import Iterator

import numpy as np

from echannel.tree import Settings
from serving import Histories


def tell_bounded(histories: Histories, settings: Settings) -> Iterator[str]:
    """Tell how many people looked at more than may count of one person."""
    most = settings.interactions.most_items
    if people := int((np.diff(histories.starts) >= most).sum()):
        yield (
            f"{people:,} people count with the {most:,} products alone that they care for most. Look whether they are"
            " people, and name them in `[robots]` if not, or raise `[interactions] most_items`."
        )
