"""The pages of a visit: one walk from page to page, with known probabilities on each channel."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from simulator.columns import NONE, Codes, Flags, Floats, cumulate, draw_rows
from simulator.stories import DropOff

CHANNELS: Final = ("web", "wap", "app")
ENTRY: Final = "(entry)"
EXIT: Final = "(exit)"
PAGES: Final = (
    "home", "category", "search", "product", "cart", "checkout", "delivery", "payment", "order_done",
    "account", "bill", "top_up", "help",
)  # fmt: skip
PAGE: Final[Mapping[str, int]] = {page: code for code, page in enumerate(PAGES)}

LONGEST = 120
"""Clicks after which a visit ends in any case; the walks reach it about never."""

Row = Mapping[str, float]

_EVERYWHERE: Mapping[str, Row] = {
    ENTRY: {
        "home": 0.50, "product": 0.14, "category": 0.12, "search": 0.06, "bill": 0.06, "top_up": 0.05,
        "account": 0.03, "help": 0.02, "cart": 0.02,
    },
    "home": {
        "category": 0.41, "search": 0.14, "product": 0.13, "account": 0.08, "bill": 0.08, "top_up": 0.07,
        "help": 0.02, EXIT: 0.07,
    },
    "category": {"product": 0.79, "search": 0.08, "home": 0.05, EXIT: 0.08},
    "search": {"product": 0.73, "category": 0.13, "home": 0.04, EXIT: 0.10},
    "product": {"cart": 0.20, "category": 0.47, "search": 0.16, "home": 0.07, EXIT: 0.10},
    "cart": {"checkout": 0.62, "product": 0.35, "category": 0.01, EXIT: 0.02},
    "checkout": {"delivery": 0.87, "cart": 0.08, "help": 0.01, EXIT: 0.04},
    "delivery": {"payment": 0.83, "checkout": 0.05, "help": 0.01, EXIT: 0.11},
    "payment": {"order_done": 0.88, "delivery": 0.03, "help": 0.01, EXIT: 0.08},
    "order_done": {"home": 0.25, "account": 0.20, "category": 0.15, EXIT: 0.40},
    "account": {"bill": 0.25, "top_up": 0.20, "home": 0.20, "help": 0.05, EXIT: 0.30},
    "bill": {"top_up": 0.25, "account": 0.10, "home": 0.15, EXIT: 0.50},
    "top_up": {"home": 0.15, "account": 0.15, "bill": 0.10, EXIT: 0.60},
    "help": {"home": 0.30, "account": 0.10, "category": 0.10, EXIT: 0.50},
}  # fmt: skip

_ON_CHANNEL: Mapping[str, Mapping[str, Row]] = {
    "web": {},
    "wap": {
        ENTRY: {
            "home": 0.42, "product": 0.22, "category": 0.14, "bill": 0.09, "top_up": 0.09, "help": 0.02, "cart": 0.02,
        },
        "product": {"cart": 0.20, "category": 0.51, "search": 0.13, "home": 0.05, EXIT: 0.11},
        "cart": {"checkout": 0.75, "product": 0.21, "category": 0.01, EXIT: 0.03},
    },
    "app": {
        ENTRY: {"home": 0.66, "product": 0.08, "bill": 0.10, "top_up": 0.08, "account": 0.06, "cart": 0.02},
        "product": {"cart": 0.20, "category": 0.47, "search": 0.16, "home": 0.07, EXIT: 0.10},
    },
}  # fmt: skip


@dataclass(frozen=True)
class Chains:
    """Many walks, one after the other: visit v has the pages from starts[v] up to starts[v + 1]."""

    starts: Codes
    pages: Codes

    def count(self) -> int:
        """Count the walks."""
        return len(self.starts) - 1

    def visit_of_click(self) -> Codes:
        """Tell of each click which visit it belongs to."""
        return np.repeat(np.arange(self.count(), dtype=np.int32), np.diff(self.starts))

    def visits_with(self, clicks: Flags) -> Codes:
        """Count in each visit the clicks that are marked."""
        before = np.concatenate([[0], np.cumsum(clicks)])
        return np.asarray(before[self.starts[1:]] - before[self.starts[:-1]], dtype=np.int32)


def build_transitions(channel: str, drop_off: DropOff | None = None) -> dict[str, dict[str, float]]:
    """Build the probabilities of the next page on one channel, for the entry and each page.

    Each row sums to 1 and holds no page itself as its own next. A planted drop-off raises the exit's share of its
    page and shrinks the others alike.
    """
    rows = {page: dict(row) for page, row in {**_EVERYWHERE, **_ON_CHANNEL[channel]}.items()}
    if drop_off is not None and drop_off.channel == channel:
        rows[drop_off.page] = _break_page(rows[drop_off.page], drop_off.exit_share)
    return rows


def _break_page(row: Row, exit_share: float) -> dict[str, float]:
    stay = (1 - exit_share) / (1 - row[EXIT])
    return {page: exit_share if page == EXIT else round(share * stay, 12) for page, share in row.items()}


def tabulate_transitions(transitions: Mapping[str, Row]) -> Floats:
    """Lay one channel's probabilities out as cumulative shares: pages and the entry down, pages and the exit across."""
    names = [*PAGES, EXIT]
    shares = [[transitions[source].get(target, 0.0) for target in names] for source in (*PAGES, ENTRY)]
    return cumulate(np.array(shares))


def draw_chains(channels: Codes, tables: Floats, random: np.random.Generator) -> Chains:
    """Draw the pages of each visit; `tables` holds one cumulative table a channel, stacked.

    All visits take a step together; those that left drop out.
    """
    states = len(PAGES) + 1
    walking = np.arange(len(channels), dtype=np.int32)
    page = np.full(len(channels), states - 1, dtype=np.int32)
    visits: list[Codes] = []
    pages: list[Codes] = []
    for _ in range(LONGEST):
        page = draw_rows(random.random(len(walking)), tables, channels[walking] * states + page)
        stays = page < states - 1
        walking, page = walking[stays], page[stays]
        if not len(walking):
            break
        visits.append(walking)
        pages.append(page)
    return _lay_side_by_side(visits, pages, len(channels))


def _lay_side_by_side(visits: list[Codes], pages: list[Codes], count: int) -> Chains:
    """Turn steps of all visits into visits of all steps."""
    visit = np.concatenate(visits)
    starts = np.zeros(count + 1, dtype=np.int32)
    np.cumsum(np.bincount(visit, minlength=count), out=starts[1:])
    return Chains(starts, np.concatenate(pages)[np.argsort(visit, kind="stable")])


def next_page(chains: Chains) -> Codes:
    """Tell of each click the page of the visit's next click, NONE at its end."""
    following = np.full(len(chains.pages), NONE, dtype=np.int32)
    following[:-1] = chains.pages[1:]
    following[chains.starts[1:] - 1] = NONE
    return following
