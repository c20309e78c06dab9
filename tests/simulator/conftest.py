"""One small run with the stories and one without, for all tests of the room."""

import csv
import io
from collections import defaultdict

import pytest

from simulator import Simulation, simulate

VISITS = 3_000


@pytest.fixture(scope="session")
def planted() -> Simulation:
    return simulate(VISITS, seed=7)


@pytest.fixture(scope="session")
def clean() -> Simulation:
    return simulate(VISITS, seed=7, planted=False)


def read_baskets(simulation: Simulation) -> list[set[str]]:
    baskets: dict[str, set[str]] = defaultdict(set)
    for row in csv.DictReader(io.StringIO(simulation.documents["orders.csv"])):
        baskets[row["order_id"]].add(row["item_id"])
    return list(baskets.values())


@pytest.fixture(scope="session")
def planted_baskets(planted: Simulation) -> list[set[str]]:
    return read_baskets(planted)


@pytest.fixture(scope="session")
def clean_baskets(clean: Simulation) -> list[set[str]]:
    return read_baskets(clean)
