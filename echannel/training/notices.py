"""Notices: what a person should know of the days and people that models were judged by."""

from collections.abc import Iterable, Iterator

import numpy as np
import polars as pl

from echannel.training.decisions import Decision
from echannel.training.trial import Trial
from evaluation import find_quiet_days
from ingest import Order, Sessioned
from serving import Histories


def tell_notices(trial: Trial, histories: Histories, decisions: Iterable[Decision]) -> list[str]:
    """Tell of days on which far too little came, questions that nothing judged, and people who were cut short."""
    return [
        *tell_quiet_days(trial),
        *tell_unjudged(decisions),
        *tell_bounded(histories, trial.settings.interactions.most_items),
    ]


def tell_quiet_days(trial: Trial) -> Iterator[str]:
    """Tell of each source on how many of the days that models are judged by hardly anything came."""
    sessioned = Sessioned.cast(pl.concat([trial.train.sessioned, trial.test.sessioned]))
    orders = Order.cast(pl.concat([trial.train.orders, trial.test.orders]))
    since = trial.test.sessioned.select(pl.col("occurred_at").min()).collect().item()
    quiet = find_quiet_days(sessioned, orders, since, trial.settings.zone)
    for (source,), days in quiet.group_by("source", maintain_order=True):
        more = f" and {len(days) - 1:,} more of the last days" if len(days) > 1 else ""
        yield (
            f"{source}: on {days['day'][0]}{more} less than a quarter of the usual {days['usual'][0]:,.0f} rows came, "
            f"{days['rows'].sum():,} in all. Models are judged by what did: mend the feed, ingest, and train again."
        )


def tell_unjudged(decisions: Iterable[Decision]) -> Iterator[str]:
    """Tell which questions the last days hold no case of."""
    names = [decision.question for decision in decisions if decision.model and decision.against_popular is None]
    if names:
        yield f"{', '.join(names)}: the last days hold no case to judge by, so nobody knows how well they do."


def tell_bounded(histories: Histories, most: int) -> Iterator[str]:
    """Tell how many people looked at more than may count of one person."""
    if people := int((np.diff(histories.starts) >= most).sum()):
        yield (
            f"{people:,} people count with the {most:,} products alone that they care for most. Look whether they are"
            " people, and name them in `[robots]` if not, or raise `[interactions] most_items`."
        )
