"""The simulator invents an operator whose truth is known, for the demo, the tests and the benchmarks."""

from simulator.catalogue import Product
from simulator.folder import write_simulation
from simulator.operator import Operator
from simulator.simulation import APP_LOG, DEFAULT_VISITS, FIRST_DAY, SHELF_LOG, WAP_LOG, WEB_LOG, Simulation, simulate
from simulator.stories import CLEAN, PLANTED, Bundle, Chain, DropOff, Incident, Rivals, SlotEffect, Stories

__all__ = [
    "APP_LOG",
    "CLEAN",
    "DEFAULT_VISITS",
    "FIRST_DAY",
    "PLANTED",
    "SHELF_LOG",
    "WAP_LOG",
    "WEB_LOG",
    "Bundle",
    "Chain",
    "DropOff",
    "Incident",
    "Operator",
    "Product",
    "Rivals",
    "Simulation",
    "SlotEffect",
    "Stories",
    "simulate",
    "write_simulation",
]
