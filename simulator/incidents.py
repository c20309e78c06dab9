"""Incidents: what fails for some days cuts short the visits of those who meet it."""

from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from simulator.chains import CHANNELS, PAGE, Chains
from simulator.columns import DAY_MS, Codes, Flags, Millis
from simulator.names import KINDS, SYSTEMS, name_kind
from simulator.stories import Incident
from simulator.visits import Visits

ROUND = len(KINDS) * len(SYSTEMS)
"""Devices after which the kinds come again."""


def act_incidents(
    chains: Chains, visits: Visits, device: Codes, starts_at: int, incidents: Iterable[Incident],
    random: np.random.Generator,
) -> tuple[Chains, Visits]:  # fmt: skip
    """End visits at the failing page; `device` has one row a visit, and `starts_at` is the run's first midnight."""
    for incident in incidents:
        meets = _mark_meetings(chains, visits, device, starts_at, incident)
        leaves = meets & (random.random(len(meets)) < incident.exit_share)
        chains, visits = _cut_visits(chains, visits, leaves)
    return chains, visits


def _mark_meetings(chains: Chains, visits: Visits, device: Codes, starts_at: int, incident: Incident) -> Flags:
    """Mark the clicks on the failing page in its days, on its channel and kind of device."""
    day = (visits.click_at - starts_at) // DAY_MS
    in_time = (day >= incident.first_day) & (day < incident.first_day + incident.days)
    numbers, round_trip = np.unique(np.stack([visits.channel, device % ROUND]), axis=1, return_inverse=True)
    strikes = [
        incident.channel in (None, CHANNELS[channel])
        and incident.device in (None, name_kind(CHANNELS[channel], number))
        for channel, number in numbers.T.tolist()
    ]
    here = np.array(strikes, dtype=np.bool_)[round_trip.ravel()][chains.visit_of_click()]
    return np.asarray(here & in_time & (chains.pages == PAGE[incident.page]), dtype=np.bool_)


def _cut_visits(chains: Chains, visits: Visits, leaves: Flags) -> tuple[Chains, Visits]:
    """Drop every click of a visit that comes after its first marked one."""
    marks: Millis = np.cumsum(leaves) - leaves
    before: Millis = marks[chains.starts[:-1]][chains.visit_of_click()]
    kept: Flags = np.asarray(marks == before, dtype=np.bool_)
    starts = np.concatenate([[0], np.cumsum(chains.visits_with(kept))]).astype(np.int32)
    return Chains(starts, chains.pages[kept]), replace(visits, click_at=visits.click_at[kept])
