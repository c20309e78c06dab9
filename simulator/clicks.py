"""Clicks: everything the log lines of a page view are made from."""

from dataclasses import dataclass

import numpy as np

from simulator.chains import CHANNELS, PAGE, Chains
from simulator.columns import NONE, Codes, Flags, Millis
from simulator.people import People
from simulator.site import LOGIN_PAGES
from simulator.visits import Visits


@dataclass(frozen=True)
class Clicks:
    """One row a click, visit by visit and in the order of time within each; all codes, NONE for nothing."""

    visit: Codes
    page: Codes
    event: Codes
    item: Codes
    category: Codes
    quantity: Codes
    order: Codes
    at: Millis
    channel: Codes
    device: Codes
    customer: Codes
    """Who clicks; NONE for a stranger. WAP lines always tell it."""
    logged_in: Flags
    """Whether the site knows who clicks."""
    is_first: Flags
    """Whether it is its visit's first click."""

    def on(self, channel: str) -> Millis:
        """Tell the rows of one channel's clicks."""
        return np.flatnonzero(self.channel == CHANNELS.index(channel))


def spread_users(chains: Chains, visits: Visits, people: People) -> tuple[Codes, Codes, Codes]:
    """Tell of each visit the device, the customer and the segment."""
    device, customer, segment = (np.full(chains.count(), NONE, dtype=np.int32) for _ in range(3))
    for number, name in enumerate(CHANNELS):
        here, users = visits.channel == number, people.users[name]
        device[here] = users.device[visits.user[here]]
        customer[here] = users.customer[visits.user[here]]
        segment[here] = users.segment[visits.user[here]]
    return device, customer, segment


def mark_logged_in(chains: Chains, visits: Visits, customer: Codes) -> Flags:
    """Mark the clicks that the site knows the customer of: from the visit's start, or from the first page that asks.

    `customer` has one row a visit.
    """
    asks = np.isin(chains.pages, [PAGE[page] for page in LOGIN_PAGES])
    asked = np.cumsum(asks)
    before: Codes = (asked - asks)[chains.starts[:-1]]
    visit = chains.visit_of_click()
    return np.asarray((customer[visit] != NONE) & (visits.logs_in[visit] | (asked > before[visit])), dtype=np.bool_)
