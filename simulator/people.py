"""The operator's people: customers with their devices and tastes, families that share some, and strangers."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from simulator.catalogue import SEGMENTS
from simulator.columns import NONE, Codes, Floats

VISITS_A_CUSTOMER: Final = 8
VISITS_A_STRANGER: Final = 3
STRANGER_SHARE: Final = 0.18
"""Share of the web's and the app's visits that come from devices on which nobody ever logs in."""

# Which channels a customer uses: one or two of three.
_HABITS: Final = (("web",), ("wap",), ("app",), ("web", "wap"), ("web", "app"), ("wap", "app"))
_HABIT_SHARES: Final = (0.18, 0.16, 0.14, 0.20, 0.20, 0.12)
_FAMILY_SHARE: Final = 0.10
_FAMILY_SIZE: Final = 3


@dataclass(frozen=True)
class Users:
    """Who uses one channel: one row a customer or stranger with the device that they use there.

    `customer` is NONE for a stranger; two rows with one device are a family's.
    """

    customer: Codes
    device: Codes
    segment: Codes
    weight: Floats
    """How often they come, against the others."""

    def devices(self) -> int:
        """Count the devices."""
        return int(self.device.max(initial=-1)) + 1


@dataclass(frozen=True)
class People:
    """All customers, and the users of each channel."""

    segment: Codes
    family: Codes
    """The family of each customer, NONE for most."""
    users: dict[str, Users]

    def count(self) -> int:
        """Count the customers."""
        return len(self.segment)


def invite_people(visits: int, random: np.random.Generator) -> People:
    """Make as many people as that number of visits needs."""
    customers = max(30, visits // VISITS_A_CUSTOMER)
    segment = random.integers(0, len(SEGMENTS), customers).astype(np.int32)
    family = _found_families(customers)
    habit = random.choice(len(_HABITS), customers, p=_HABIT_SHARES)
    weight = random.lognormal(0.0, 0.7, customers)
    users = {}
    for channel in ("web", "wap", "app"):
        uses = np.array([channel in channels for channels in _HABITS])[habit]
        # A family has the computer and the tablet between them; each has a phone of their own.
        shares = (family != NONE) & (channel != "wap")
        members = np.flatnonzero(uses | shares).astype(np.int32)
        strangers = 0 if channel == "wap" else max(5, int(visits * STRANGER_SHARE / VISITS_A_STRANGER / 2))
        users[channel] = _seat(members, family if channel != "wap" else np.full(customers, NONE, dtype=np.int32),
                               segment, weight, strangers, random)  # fmt: skip
    return People(segment, family, users)


def _found_families(customers: int) -> Codes:
    """Put the first customers into families of three; the numbers of customers mean nothing else."""
    families = max(1, int(customers * _FAMILY_SHARE) // _FAMILY_SIZE)
    number = np.arange(customers, dtype=np.int32) // _FAMILY_SIZE
    return np.where(number < families, number, NONE).astype(np.int32)


def _seat(
    members: Codes, family: Codes, segment: Codes, weight: Floats, strangers: int, random: np.random.Generator
) -> Users:
    """Give each member a device, a family's members the same one, and each stranger one."""
    own = np.where(family[members] == NONE, len(family) + members, family[members])
    _, device = np.unique(own, return_inverse=True)
    foreign = np.arange(strangers) + int(device.max(initial=-1)) + 1
    return Users(
        customer=np.concatenate([members, np.full(strangers, NONE)]).astype(np.int32),
        device=np.concatenate([device, foreign]).astype(np.int32),
        segment=np.concatenate([segment[members], random.integers(0, len(SEGMENTS), strangers)]).astype(np.int32),
        weight=np.concatenate([weight[members], random.lognormal(0.0, 0.5, strangers)]),
    )
