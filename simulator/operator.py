"""The invented operator: its products, its people, its sites' ways, and the stories planted there."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

import numpy as np

from simulator.catalogue import Product, build_catalogue
from simulator.chains import CHANNELS, build_transitions
from simulator.clock import OFFSET_MS
from simulator.people import People, invite_people
from simulator.stories import Stories


@dataclass(frozen=True)
class Operator:
    """An operator whose truth is known."""

    seed: int
    days: int
    starts_at: int
    """Midnight of the first day in the operator's zone, Asia/Shanghai, in milliseconds since 1970 UTC."""
    products: tuple[Product, ...]
    people: People
    transitions: dict[str, dict[str, dict[str, float]]]
    """Channel → page or (entry) → next page or (exit) → probability."""
    stories: Stories

    def random(self, purpose: int) -> np.random.Generator:
        """Make the generator of one purpose, so that a change in one place leaves the others' draws alone."""
        return np.random.default_rng([self.seed, purpose])


def found_operator(visits: int, seed: int, days: int, start: date, stories: Stories) -> Operator:
    """Found an operator with as many people as that number of visits needs."""
    midnight = datetime(start.year, start.month, start.day, tzinfo=UTC)
    return Operator(
        seed=seed,
        days=days,
        starts_at=int(midnight.timestamp()) * 1000 - OFFSET_MS,
        products=build_catalogue(days),
        people=invite_people(visits, np.random.default_rng([seed, 0])),
        transitions={channel: build_transitions(channel, stories.drop_off) for channel in CHANNELS},
        stories=stories,
    )
