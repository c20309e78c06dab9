"""Arranging: a list is filled place by place; what stands at a place depends on the places above it alone."""

from collections import Counter
from collections.abc import Iterable, Iterator

import numpy as np

from serving.ladder import Climb, Pick, Rung
from serving.merchandising.policy import Policy
from serving.merchandising.settings import PAGE, ListPin
from serving.merchandising.tables import Table, lay_tables
from serving.shoppers import Shopper

PINNED = Rung("pinned", np.empty(0, dtype="<U1"))
PROMOTED = ("pin", "boost")


class Arrangement:
    """One list on its way. A longer one begins with the shorter, so that pages never repeat or skip anything."""

    def __init__(self, policy: Policy, shopper: Shopper, taken: set[str]) -> None:
        self._policy = policy
        self._shopper = shopper
        self._taken = set(taken)
        self._picks: list[Pick] = []
        self._tables: list[Table] = []
        self._rungs: list[Rung] = []
        self._promoted = 0

    def fill(self, rungs: Iterable[Rung], pins: Iterable[str], n: int) -> Climb:
        """Fill up to n places: with a pin that is due, else the best that no cap forbids, else the best.

        A pin whose product the models put there by themselves takes no place; one whose product no model proposes is
        due where nothing else is left.
        """
        known = set(pins)
        waiting = [pin for pin in sorted(self._policy.settings.pins, key=_rank_pin) if pin.item_id in known]
        laid = lay_tables(rungs, self._policy, self._shopper, self._taken)
        while len(self._picks) < n:
            best = self._choose_anywhere(laid)
            pin = self._choose_pin(waiting, late=best is None)
            bought = pin is not None and (best is None or best.name != pin.name or best.rule in PROMOTED)
            pick = pin if bought else best
            if pick is None:
                return Climb(self._picks, self._rungs[-1].fallback if self._rungs else None)
            self._place(pick)
        used = [rung for rung in self._rungs if any(pick.rung is rung for pick in self._picks)]
        return Climb(self._picks, used[-1].fallback if used else None)

    def _choose_anywhere(self, laid: Iterator[Table]) -> Pick | None:
        """Choose what no cap forbids, laying out more as long as there is none, and then what a cap forbids."""
        while (pick := self._choose(capped=True)) is None and (table := next(laid, None)) is not None:
            self._open(table)
        return pick or self._choose(capped=False)

    def _open(self, table: Table) -> None:
        if not self._rungs or self._rungs[-1] is not table.rung:
            self._rungs.append(table.rung)
        if table.names:
            for pick in self._picks:
                table.note(pick.name)
            self._tables.append(table)

    def _choose_pin(self, waiting: list[ListPin], *, late: bool) -> Pick | None:
        """Choose the first pin that is due, if the share admits it."""
        place = len(self._picks) + 1
        due = (pin for pin in waiting if pin.item_id not in self._taken and (late or pin.place <= place))
        pin = next(due, None) if self._policy.admits(self._promoted, place) else None
        return Pick(pin.item_id, 0.0, PINNED, 0, "pin") if pin else None

    def _choose(self, *, capped: bool) -> Pick | None:
        """Choose from the first table that has anything; without the boosts where the share does not admit one."""
        boosted = self._policy.admits(self._promoted, len(self._picks) + 1)
        full = self._find_full() if capped else set()
        for table in self._tables:
            choice = table.choose(full, boosted=boosted)
            if choice is not None:
                return table.pick(choice)
        return None

    def _find_full(self) -> set[str]:
        """Find the words of which the last places hold as many as may be."""
        caps = self._policy.settings.caps
        recent = self._picks[max(len(self._picks) - PAGE + 1, 0) :]
        borne = Counter(
            word for pick in recent for word in caps.keys() & {pick.name, *self._policy.list_words(pick.name)}
        )
        return {word for word, most in caps.items() if borne[word] >= most}

    def _place(self, pick: Pick) -> None:
        self._picks.append(pick)
        self._taken.add(pick.name)
        self._promoted += pick.rule in PROMOTED
        for table in self._tables:
            table.note(pick.name)
        self._tables = [table for table in self._tables if table.free.any()]


def _rank_pin(pin: ListPin) -> tuple[int, str]:
    return pin.place, pin.item_id
