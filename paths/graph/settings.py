"""Settings of the path graph: what a visit is, and how large its tables are."""

from typing import Literal

import msgspec

MOST_STEPS = 200
"""Longer tables are no pictures."""


class PathSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a visit is, and how far tables by step go. Raises ValueError with all faults at once."""

    repeats: Literal["collapsed", "kept"] = "collapsed"
    """A page seen again without another between is one visit: reloads say nothing of the way. `kept`: one each."""
    time_of_run: Literal["first", "last"] = "first"
    """Which event of a collapsed run gives its time: the first, so that seconds count from when the page came up."""
    most_steps: int = 10
    """Steps of a session that the step table shows: most sessions have ended by then."""
    most_depths: int = 5
    """Clicks from the start page, or back from the end page, that the flow table shows: more fit on no screen."""
    pages_a_depth: int = 8
    """Pages told apart at each depth of the flow table, the busiest; the others are (other)."""
    most_edges: int = 100
    """Edges that a report shows, the busiest; it says the share of all clicks that they are."""

    def __post_init__(self) -> None:
        sizes = {"most_steps": self.most_steps, "most_depths": self.most_depths, "pages_a_depth": self.pages_a_depth}
        faults = [
            f"{name} is {size}: set it between 1 and {MOST_STEPS}."
            for name, size in sizes.items()
            if not 1 <= size <= MOST_STEPS
        ]
        if self.most_edges < 1:
            faults.append(f"most_edges is {self.most_edges}: set it to 1 or more.")
        if faults:
            raise ValueError("The settings of paths cannot be used: " + " ".join(faults))
