"""The truth about a simulation, for tests to measure the reports by. It is never read as a log."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict

import numpy as np

from simulator.carts import LeftCart, Shopping
from simulator.catalogue import SEGMENTS
from simulator.chains import CHANNELS
from simulator.clicks import Clicks
from simulator.clock import stamp_local
from simulator.columns import DAY_MS, NONE
from simulator.names import name_address, name_agent, name_device, name_phone
from simulator.operator import Operator
from simulator.people import People
from simulator.shelf import DRAWN_SHARE, PLACES, SLOT, Shelf
from simulator.stories import Incident
from simulator.visits import Visits


def tell_truth(
    operator: Operator, visits: Visits, clicks: Clicks, shopping: Shopping, counts: Mapping[str, Mapping[str, int]]
) -> dict[str, object]:
    """Tell all that is known about a simulation; `counts` holds the lines of each kind in each file."""
    return {
        "seed": operator.seed,
        "days": operator.days,
        "starts_at_ms": operator.starts_at,
        "transitions": operator.transitions,
        "stories": _tell_stories(operator),
        "visits": _count_by_channel(visits.channel),
        "clicks": _count_by_channel(clicks.channel),
        "resumed_visits": int((visits.resumes != NONE).sum()),
        "orders": _count_orders(shopping),
        "left_carts": _sum_left_carts(shopping.left, visits),
        "files": {file: {"lines": sum(kinds.values()), "kinds": dict(kinds)} for file, kinds in counts.items()},
        "people": _tell_people(operator.people, clicks),
    }


def _tell_stories(operator: Operator) -> dict[str, object]:
    stories = operator.stories
    told: dict[str, object] = {
        "bundle": asdict(stories.bundle) if stories.bundle else None,
        "drop_off": asdict(stories.drop_off) if stories.drop_off else None,
        "chain": {"items": list(stories.chain.items), "share": stories.chain.share} if stories.chain else None,
        "rivals": asdict(stories.rivals) if stories.rivals else None,
        "slot_effect": {"examination": list(stories.examination)} if stories.slot_effect else None,
    }
    incidents = {"checkout_bug": stories.checkout_bug, "payment_incident": stories.payment_incident}
    return told | {name: tell_incident(incident, operator.starts_at) for name, incident in incidents.items()}


def tell_shelf(shelf: Shelf, operator: Operator) -> dict[str, object]:
    """Tell how much each place of the shelf is looked at, how much each product attracts, and what was clicked on."""
    ids = [operator.products[item].item_id for item in shelf.pool.tolist()]
    return {
        "page": "category",
        "slots": [f"{SLOT}:{place}" for place in range(1, PLACES + 1)],
        "examination": list(operator.stories.examination),
        "attraction": dict(zip(ids, shelf.attraction.tolist(), strict=True)),
        "usual": ids[:PLACES],
        "drawn_share": DRAWN_SHARE,
        "shown": len(shelf.row),
        "clicked": int((shelf.taken != NONE).sum()),
    }


def tell_incident(incident: Incident | None, starts_at: int) -> dict[str, object] | None:
    """Tell an incident with the dates of its first and last day, in the operator's zone; None for none."""
    if incident is None:
        return None
    ends = (incident.first_day, incident.first_day + incident.days - 1)
    first, last = (stamp_local(starts_at + day * DAY_MS)[:10] for day in ends)
    return asdict(incident) | {"first_day": first, "last_day": last}


def _count_by_channel(channel: np.ndarray[tuple[int], np.dtype[np.int32]]) -> dict[str, int]:
    return {name: int((channel == number).sum()) for number, name in enumerate(CHANNELS)}


def _count_orders(shopping: Shopping) -> dict[str, int]:
    sizes = Counter(line.order for line in shopping.orders)
    return {
        "orders": len(sizes),
        "lines": len(shopping.orders),
        "orders_of_two_items_or_more": sum(size > 1 for size in sizes.values()),
    }


def _sum_left_carts(left: Iterable[LeftCart], visits: Visits) -> list[dict[str, object]]:
    """Sum up, by channel and stage, the carts that visits left full and none took up; the greatest value first."""
    value: Counter[tuple[str, str]] = Counter()
    number: Counter[tuple[str, str]] = Counter()
    for cart in left:
        place = (CHANNELS[int(visits.channel[cart.visit])], cart.stage)
        value[place] += round(cart.value * 100)
        number[place] += 1
    places = sorted(value, key=lambda place: (-value[place], place))
    return [
        {"channel": channel, "stage": stage, "visits": number[channel, stage], "value": value[channel, stage] / 100}
        for channel, stage in places
    ]


def _tell_people(people: People, clicks: Clicks) -> dict[str, object]:
    """Tell who is who: customers, families, and the customers behind each device that was seen."""
    families: dict[int, list[str]] = {}
    for customer in np.flatnonzero(people.family != NONE).tolist():
        families.setdefault(int(people.family[customer]), []).append(name_phone(customer))
    return {
        "customers": [
            {"phone": name_phone(customer), "segment": SEGMENTS[segment]}
            for customer, segment in enumerate(people.segment.tolist())
        ],
        "families": list(families.values()),
        "web_devices": [
            {"ip": name_address(device), "agent": name_agent(device), "phones": phones}
            for device, phones in _find_owners(clicks, "web").items()
        ],
        "app_devices": [
            {"device": name_device(device), "phones": phones} for device, phones in _find_owners(clicks, "app").items()
        ],
    }


def _find_owners(clicks: Clicks, channel: str) -> dict[int, list[str]]:
    """Find the customers who used each device, logged in or not; none for a stranger's."""
    rows = clicks.on(channel)
    pairs = np.unique(np.column_stack([clicks.device[rows], clicks.customer[rows]]), axis=0)
    owners: dict[int, list[str]] = {}
    for device, customer in pairs.tolist():
        phones = owners.setdefault(device, [])
        if customer != NONE:
            phones.append(name_phone(customer))
    return owners
