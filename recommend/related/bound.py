"""Bound: how many sets of items may be found before their number, and not their items, is what there is to tell."""

from dataclasses import dataclass, field
from threading import Lock


class TooManySetsError(ValueError):
    """More sets of items come together than memory holds or anybody reads; says what, where, and how to mend it."""

    def __init__(self, what: str, where: str, fix: str) -> None:
        self.what, self.where, self.fix = what, where, fix
        super().__init__(f"{where}: {what}. {fix}")


@dataclass
class Bound:
    """Counts what is found, whichever thread finds it, and refuses what is beyond."""

    most: int
    kind: str
    """What is counted, in the plural."""
    where: str
    """The settings that bound it."""
    fix: str
    found: int = 0
    _lock: Lock = field(default_factory=Lock)

    def also(self, most: int, kind: str) -> "Bound":
        """Bound something else that the same settings bound."""
        return Bound(most, kind, self.where, self.fix)

    def add(self, more: int) -> None:
        """Count some more; raises TooManySetsError where that is more than may be."""
        with self._lock:
            self.found += more
        self.check()

    def check(self) -> None:
        """Raise TooManySetsError where too many were found already."""
        if self.found > self.most:
            raise TooManySetsError(f"more than {self.most:,} {self.kind}", self.where, self.fix)
