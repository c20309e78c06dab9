"""The simulation: some weeks of an invented operator's logs, orders and catalogue, and the truth about them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np

from simulator.app_log import build_app_log
from simulator.carts import Shopping, go_shopping
from simulator.chains import CHANNELS, Chains, draw_chains, tabulate_transitions
from simulator.clicks import Clicks, mark_logged_in, spread_users
from simulator.columns import DAY_MS, Codes
from simulator.habits import follow_habits
from simulator.incidents import act_incidents
from simulator.interests import draw_categories, draw_items
from simulator.logs import Log, Scatter
from simulator.operator import Operator, found_operator
from simulator.order_book import write_catalogue, write_orders
from simulator.settings_files import write_settings
from simulator.shelf import Shelf, fill_shelf
from simulator.shelf_log import build_shelf_log
from simulator.stories import CLEAN, PLANTED, Stories
from simulator.truth import tell_shelf, tell_truth
from simulator.visits import CHANNEL_SHARES, Visits, arrange_visits
from simulator.wap_log import build_wap_log
from simulator.web_log import build_web_log

DEFAULT_VISITS = 24_000
"""Visits that make about 200,000 log lines."""

FIRST_DAY = date(2026, 3, 2)
"""A Monday."""

WEB_LOG = "web/access.log.gz"
WAP_LOG = "wap/gateway.dat"
APP_LOG = "app/events.ndjson.zst"
SHELF_LOG = "app/shelf.ndjson.zst"


@dataclass(frozen=True)
class Simulation:
    """What one operator's visitors left behind, in memory; nothing is written to disk from here."""

    operator: Operator
    visits: Visits
    clicks: Clicks
    shopping: Shopping
    shelf: Shelf

    @cached_property
    def logs(self) -> dict[str, Log]:
        """Plan the four logs, by file; their lines are written only when asked for."""
        first, end = self.operator.starts_at, self.operator.starts_at + self.operator.days * DAY_MS
        products = self.operator.products
        return {
            WEB_LOG: build_web_log(self.clicks, products, Scatter(first, end, self.operator.random(11))),
            WAP_LOG: build_wap_log(self.clicks, products, Scatter(first, end, self.operator.random(12))),
            APP_LOG: build_app_log(self.clicks, products, Scatter(first, end, self.operator.random(13))),
            SHELF_LOG: build_shelf_log(
                self.clicks, self.shelf, products, Scatter(first, end, self.operator.random(15))
            ),
        }

    def lines(self, file: str) -> Iterator[bytes]:
        """Write the lines of one log in the order of their time, without newlines."""
        return self.logs[file].lines()

    @cached_property
    def truth(self) -> dict[str, object]:
        """Tell what is true, in numbers, texts, lists and dicts that JSON knows."""
        counts = {file: log.count_lines() for file, log in self.logs.items()}
        told = tell_truth(self.operator, self.visits, self.clicks, self.shopping, counts)
        return told | {"shelf": tell_shelf(self.shelf, self.operator)}

    @cached_property
    def documents(self) -> dict[str, str]:
        """Write the small files: order book, catalogue, mappings, site map, settings."""
        orders = write_orders(self.shopping.orders, self.clicks, self.operator.products)
        catalogue = write_catalogue(self.operator.products, self.operator.starts_at)
        return {"orders.csv": orders, "catalogue.csv": catalogue} | write_settings()


def simulate(
    visits: int = DEFAULT_VISITS, seed: int = 1, *, days: int = 28, start: date = FIRST_DAY, planted: bool = True,
    stories: Stories = PLANTED,
) -> Simulation:  # fmt: skip
    """Simulate some weeks of an operator's web hall, WAP and app.

    The same arguments give the same bytes. `planted=False` plants no story, whatever `stories` says. `start` is the
    first day in Asia/Shanghai. Needs 30 visits or more, 2 days or more.
    """
    if visits < 30 or days < 2:
        raise ValueError(f"simulate needs 30 visits and 2 days or more, and got {visits} and {days}; ask for more")
    return walk(found_operator(visits, seed, days, start, stories if planted else CLEAN), visits)


def walk(operator: Operator, count: int) -> Simulation:
    """Send that many visits over an operator's sites."""
    channel = operator.random(1).choice(len(CHANNELS), count, p=CHANNEL_SHARES).astype(np.int32)
    tables = np.vstack([tabulate_transitions(operator.transitions[name]) for name in CHANNELS])
    chains = draw_chains(channel, tables, operator.random(2))
    visits = arrange_visits(chains, channel, operator.people, operator.starts_at, operator.days, operator.random(3))
    device, customer, segment = spread_users(chains, visits, operator.people)
    chains, visits = act_incidents(
        chains, visits, device, operator.starts_at, operator.stories.incidents, operator.random(7)
    )
    items = draw_items(
        chains, channel, segment, visits.click_at, operator.products, operator.starts_at, operator.random(4)
    )
    items = follow_habits(chains, visits, customer, items, operator.products, operator.stories, operator.random(8))
    shopping = go_shopping(chains, visits, items, operator.products, operator.stories.bundle, operator.random(5))
    categories = draw_categories(chains, segment, shopping.item, operator.products, operator.random(6))
    clicks = _join_clicks(chains, visits, shopping, device, customer, categories)
    shelf = fill_shelf(clicks, operator.products, operator.stories.examination, operator.random(14))
    return Simulation(operator, visits, clicks, shopping, shelf)


def _join_clicks(
    chains: Chains, visits: Visits, shopping: Shopping, device: Codes, customer: Codes, categories: Codes
) -> Clicks:
    visit = chains.visit_of_click()
    is_first = np.zeros(len(visit), dtype=np.bool_)
    is_first[chains.starts[:-1]] = True
    return Clicks(
        visit=visit,
        page=chains.pages,
        event=shopping.event,
        item=shopping.item,
        category=categories,
        quantity=shopping.quantity,
        order=shopping.order,
        at=visits.click_at,
        channel=visits.channel[visit],
        device=device[visit],
        customer=customer[visit],
        logged_in=mark_logged_in(chains, visits, customer),
        is_first=is_first,
    )
