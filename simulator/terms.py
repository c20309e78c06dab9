"""On which terms the products are sold: with what, not beside what, from which age; and what they are like."""

from collections.abc import Mapping
from typing import Final, NamedTuple


class Terms(NamedTuple):
    """One product's terms; its buyers in the simulation do not read them, as customers do not."""

    requires: tuple[str, ...] = ()
    excludes: tuple[str, ...] = ()
    min_age: int | None = None
    """In years."""
    attributes: tuple[str, ...] = ()


NO_TERMS: Final = Terms()

TERMS: Final[Mapping[str, Terms]] = {
    "BB-03": Terms(attributes=("gigabit",)),
    "BB-05": Terms(attributes=("gigabit",)),
    "BB-09": Terms(requires=("BB-04",)),
    "DP-10": Terms(attributes=("roaming",)),
    "DP-11": Terms(attributes=("roaming",)),
    "DP-12": Terms(attributes=("roaming",)),
    "DP-13": Terms(attributes=("roaming",)),
    "HS-01": Terms(attributes=("brand=星河", "5g")),
    "HS-02": Terms(attributes=("brand=星河", "5g")),
    "HS-03": Terms(attributes=("brand=云帆", "5g")),
    "HS-04": Terms(attributes=("brand=云帆", "5g")),
    "HS-05": Terms(attributes=("brand=长辈", "4g")),
    "HS-06": Terms(attributes=("brand=长辈", "5g")),
    "HS-07": Terms(attributes=("brand=极光", "5g")),
    "HS-08": Terms(attributes=("brand=雷霆", "5g")),
    "HS-09": Terms(attributes=("brand=雷霆",)),
    "PL-01": Terms(excludes=("PL-02",)),
    "PL-05": Terms(attributes=("5g",)),
    "PL-06": Terms(attributes=("5g",)),
    "PL-12": Terms(excludes=("DP-10", "DP-11", "DP-12", "DP-13"), attributes=("roaming",)),
    "VA-11": Terms(min_age=18),
}
"""Item → its terms: the mesh router hangs on the fibre of one home, and the traveller's plan roams already."""
