"""Visits: who walks, on which device, when each click falls."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from simulator.chains import CHANNELS, PAGE, Chains
from simulator.columns import DAY_MS, HOUR_MS, MINUTE_MS, NONE, SECOND_MS, Codes, Flags, Floats, Millis
from simulator.people import STRANGER_SHARE, People, Users
from simulator.site import LOGIN_PAGES

CHANNEL_SHARES: Final = (0.34, 0.40, 0.26)
"""Share of the visits that come over web, WAP and app."""

LEAST_THINK_MS: Final = 2 * SECOND_MS
LONGEST_THINK_MS: Final = 24 * MINUTE_MS
_MEDIAN_THINK_MS: Final = 20 * SECOND_MS
LEAST_PAUSE_MS: Final = 31 * MINUTE_MS
"""Least time between two visits of one device: more than any log's session pause of 30 minutes."""

RESUME_MS: Final = (40 * MINUTE_MS, 20 * HOUR_MS)
"""How long after leaving a full cart people come back to it."""

_LOGGED_IN_FROM_THE_START: Final = 0.5

# How busy each hour of the day is.
_HOURS: Final = (2, 1, 1, 1, 1, 2, 4, 7, 10, 12, 12, 12, 13, 11, 10, 10, 10, 11, 13, 15, 16, 14, 8, 3)
_WEEKEND: Final = 1.25


@dataclass(frozen=True)
class Visits:
    """One row a visit; users are rows of their channel's `Users`."""

    channel: Codes
    user: Codes
    resumes: Codes
    """The visit whose cart this one takes up again, NONE for most."""
    logs_in: Flags
    """Whether the visitor is logged in from the first click on."""
    starts_at: Millis
    click_at: Millis
    """One moment a click, in the order of the chains' pages."""


def arrange_visits(
    chains: Chains, channel: Codes, people: People, starts_at: int, days: int, random: np.random.Generator
) -> Visits:
    """Give each walk a user and moments, so that the visits of one device lie more than half an hour apart.

    Walks over pages that ask for a login go to customers, never to strangers. A walk that begins in the cart takes up
    a cart that the same user left within the last 20 hours; where no cart was left, one from before the logs.
    """
    needs_login = chains.visits_with(np.isin(chains.pages, [PAGE[page] for page in LOGIN_PAGES])) > 0
    since_start = _draw_thinking(chains, random)
    ends_after = since_start[chains.starts[1:] - 1]
    day_start = _draw_starts(chains.count(), starts_at, days, random)
    last_return = starts_at + days * DAY_MS - RESUME_MS[1] - 2 * HOUR_MS
    resumes = _link_carts(chains, channel, day_start + ends_after < last_return, random)
    resumed = np.flatnonzero(resumes != NONE)
    needs_login[resumes[resumed]] |= needs_login[resumed]
    user = _choose_users(channel, needs_login, people, random)
    user[resumed] = user[resumes[resumed]]
    pause = random.integers(*RESUME_MS, len(resumed))
    day_start[resumed] = day_start[resumes[resumed]] + ends_after[resumes[resumed]] + pause
    starts = _space_out(channel, user, day_start, ends_after, people)
    logs_in = random.random(chains.count()) < _LOGGED_IN_FROM_THE_START
    click_at = since_start + np.repeat(starts, np.diff(chains.starts))
    return Visits(channel, user, resumes, logs_in, starts, click_at)


def _draw_thinking(chains: Chains, random: np.random.Generator) -> Millis:
    """Draw for each click the time since its visit's first."""
    think = random.lognormal(np.log(_MEDIAN_THINK_MS), 1.0, len(chains.pages))
    think = np.clip(think, LEAST_THINK_MS, LONGEST_THINK_MS).astype(np.int64)
    think[chains.starts[:-1]] = 0
    elapsed = np.cumsum(think)
    return np.asarray(elapsed - np.repeat(elapsed[chains.starts[:-1]], np.diff(chains.starts)), dtype=np.int64)


def _draw_starts(count: int, starts_at: int, days: int, random: np.random.Generator) -> Millis:
    """Draw moments with the week's and the day's busy hours."""
    weekday = (starts_at // DAY_MS + 4 + np.arange(days)) % 7
    weight = np.where((weekday == 6) | (weekday == 5), _WEEKEND, 1.0)
    day = random.choice(days, count, p=weight / weight.sum())
    hour = random.choice(24, count, p=np.array(_HOURS) / sum(_HOURS))
    return np.asarray(starts_at + day * DAY_MS + hour * HOUR_MS + random.integers(0, HOUR_MS, count), dtype=np.int64)


def _link_carts(chains: Chains, channel: Codes, early: Flags, random: np.random.Generator) -> Codes:
    """Find for each walk that begins in the cart another one on its channel that left the site with a full cart."""
    first = chains.pages[chains.starts[:-1]]
    resumes = np.full(chains.count(), NONE, dtype=np.int32)
    added = chains.visits_with(_comes_from_product(chains)) > 0
    ordered = chains.visits_with(chains.pages == PAGE["order_done"]) > 0
    left = added & ~ordered & early & (first != PAGE["cart"])
    for number in range(len(CHANNELS)):
        back = np.flatnonzero((first == PAGE["cart"]) & (channel == number))
        carts = random.permutation(np.flatnonzero(left & (channel == number)))
        pairs = min(len(back), len(carts))
        resumes[back[:pairs]] = carts[:pairs]
    return resumes


def _comes_from_product(chains: Chains) -> Flags:
    """Mark the clicks that put a product into the cart: a cart straight after a product."""
    marks = np.zeros(len(chains.pages), dtype=np.bool_)
    marks[1:] = (chains.pages[1:] == PAGE["cart"]) & (chains.pages[:-1] == PAGE["product"])
    marks[chains.starts[:-1]] = False
    return marks


def _choose_users(channel: Codes, needs_login: Flags, people: People, random: np.random.Generator) -> Codes:
    user = np.empty(len(channel), dtype=np.int32)
    for number, name in enumerate(CHANNELS):
        users = people.users[name]
        here = channel == number
        # Strangers take none of the walks with a login, and so more of the others.
        share = STRANGER_SHARE / max(float((~needs_login[here]).mean()), STRANGER_SHARE) if name != "wap" else 0.0
        strange = here & ~needs_login & (random.random(len(channel)) < share)
        user[strange] = _pick(users.customer == NONE, users, int(strange.sum()), random)
        known = here & ~strange
        user[known] = _pick(users.customer != NONE, users, int(known.sum()), random)
    return user


def _pick(among: Flags, users: Users, count: int, random: np.random.Generator) -> Codes:
    rows = np.flatnonzero(among)
    if not count:
        return np.empty(0, dtype=np.int32)
    weight: Floats = users.weight[rows]
    return random.choice(rows, count, p=weight / weight.sum()).astype(np.int32)


def _space_out(channel: Codes, user: Codes, starts: Millis, ends_after: Millis, people: People) -> Millis:
    """Move visits to later where the device's visit before would be too close.

    With c the time that a device's earlier visits and pauses take, a visit begins at c plus the running maximum of
    (wanted start − c): one pass over the visits sorted by device and wanted start.
    """
    device = np.empty(len(channel), dtype=np.int64)
    lifted = 0
    for number, name in enumerate(CHANNELS):
        here = channel == number
        device[here] = people.users[name].device[user[here]] + lifted
        lifted += people.users[name].devices()
    order = np.lexsort((np.arange(len(starts)), starts, device))
    takes = ends_after[order] + LEAST_PAUSE_MS + SECOND_MS
    busy = np.cumsum(takes) - takes
    ordinal = device[order]
    first = np.flatnonzero(np.diff(ordinal, prepend=-1))
    busy -= np.repeat(busy[first], np.diff(np.append(first, len(order))))
    # Devices are lifted apart, so that the running maximum begins anew with each.
    apart = ordinal * (1 << 40)
    base = int(starts.min(initial=0))
    running = np.maximum.accumulate(starts[order] - base - busy + apart) - apart
    spaced = np.empty_like(starts)
    spaced[order] = running + busy + base
    return spaced
