"""The shelf: what may be shown to one shopper, by all that the catalogue says."""

from collections.abc import Collection, Iterable

import numpy as np
import numpy.typing as npt

from serving.eligibility import Catalogue
from serving.links import Links
from serving.shoppers import Shopper
from serving.vocabulary import Int32Array, find_code


class Shelf:
    """A catalogue and its terms, made ready; nothing in it changes, so questions may share it.

    An item that requires others is shown only where all of them are held: owned by the person, or asked about. What an
    item requires is not followed further, so that a circle can do no harm. Requiring oneself is passed over, and what
    requires its own rival is never shown. An item that excludes another, or is excluded by it, is not offered to who
    has the other (`ban_beside`).
    """

    def __init__(self, catalogue: Catalogue, requires: Links, excludes: Links) -> None:
        self.catalogue = catalogue
        self._needed: dict[int, frozenset[str]] = {}
        self._dependents: dict[str, list[int]] = {}
        self._demanding = np.zeros(len(catalogue.items), dtype=np.bool_)
        self._rivals: dict[str, set[str]] = {}
        for item, names in excludes.name_links().items():
            for name in names - {item}:
                self._rivals.setdefault(item, set()).add(name)
                self._rivals.setdefault(name, set()).add(item)
        for item, names in requires.name_links().items():
            self._require(item, names - {item})

    def _require(self, item: str, names: frozenset[str]) -> None:
        code = find_code(self.catalogue.items, item)
        if code < 0 or not names:
            return
        self._needed[code] = names
        self._demanding[code] = True
        torn = names & self._rivals.get(item, set())
        for name in names if not torn else ():
            self._dependents.setdefault(name, []).append(code)

    def mark(self, codes: Int32Array, shopper: Shopper) -> npt.NDArray[np.bool_]:
        """Mark the codes of the catalogue that the shopper may be shown; an empty catalogue forbids nothing."""
        shown = self.catalogue.mark_eligible(codes, now_ms=shopper.now_ms, channel=shopper.channel, age=shopper.age)
        if self._needed:
            unmet = self._demanding[codes] & ~np.isin(codes, self._unlock(shopper.held))
            shown &= ~unmet
        return shown

    def ban_beside(self, held: Iterable[str]) -> set[str]:
        """Name what cannot be had beside any of what is held."""
        return {rival for item in held for rival in self._rivals.get(item, ())}

    def _unlock(self, held: Collection[str]) -> list[int]:
        """Find the demanding items of which everything is held."""
        hopeful = {code for name in held for code in self._dependents.get(name, ())}
        return sorted(code for code in hopeful if self._needed[code] <= set(held))
