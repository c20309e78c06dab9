"""The ledger: what became of every line."""

from collections import Counter

import msgspec

from ingest import Taken


class Ledger(msgspec.Struct):
    """What became of every line: lines = events + quarantined + duplicates + ignored."""

    lines: int = 0
    events: int = 0
    quarantined: int = 0
    duplicates: int = 0
    """Lines that the lake has already, whether they were read again or passed over."""
    ignored: int = 0
    further: int = 0
    """Rows beyond the first of their line, an order's other products: the table has gained events + further."""
    reasons: dict[str, int] = {}
    """Quarantined lines by reason."""
    robots: int = 0
    """Events flagged as no person's, among `events`."""
    future: int = 0
    """Events whose time lies in the future, among `events`: kept, but in no session and no report."""
    returns: int = 0
    """Lines that give something back, among `events`: reports take back the order lines that they match."""
    formats: dict[str, int] = {}
    """Sources by the format that they were read as."""
    notices: list[str] = []
    """What a person should know: a format that was guessed, columns that are new, a line that waits for its end."""
    seconds: float = 0.0

    @property
    def sentence(self) -> str:
        """Say what became of every line, so that it can be added up."""
        further = f", and {self.further:,} further rows for orders of several products" if self.further else ""
        future = f", {self.future:,} of the future and in no report" if self.future else ""
        returns = f", {self.returns:,} that give something back" if self.returns else ""
        return (
            f"{self.lines:,} lines = {self.events:,} events + {self.quarantined:,} quarantined"
            f" + {self.duplicates:,} duplicates + {self.ignored:,} ignored"
            f" ({self.robots:,} events by robots{future}{returns}){further}"
        )

    def note(self, taken: Taken) -> None:
        """Count a batch, its lines with rows as events until the duplicates among them are known."""
        self.lines += taken.lines
        self.further += taken.further
        self.events += len(taken.rows) - taken.further
        self.quarantined += len(taken.quarantined)
        self.ignored += taken.ignored
        self._count(reasons=dict(taken.quarantined["reason"].value_counts().iter_rows()))

    def add(self, other: "Ledger") -> None:
        """Add another source's counts to these, and say no notice twice."""
        for field in (
            "lines",
            "events",
            "quarantined",
            "duplicates",
            "ignored",
            "further",
            "robots",
            "future",
            "returns",
            "seconds",
        ):
            setattr(self, field, getattr(self, field) + getattr(other, field))
        self._count(reasons=other.reasons, formats=other.formats)
        self.notices = list(dict.fromkeys([*self.notices, *other.notices]))

    def _count(self, **counts: dict[str, int]) -> None:
        for field, count in counts.items():
            setattr(self, field, dict(sorted((Counter(getattr(self, field)) + Counter(count)).items())))
