"""The guard: who was erased stays erased when their logs are read again."""

import polars as pl

from echannel.exits import Exit, Stop
from ingest import Pseudonym, Quarantine, Taken, open_erasures
from lake import Lake

NAME = "erased"


class Guard:
    """Who is erased as one part of a source is begun; a part that is overtaken by an erasure is given up."""

    def __init__(self, lake: Lake, pseudonym: Pseudonym) -> None:
        self._lake, self._version = lake, lake.version(NAME)
        self._erased = open_erasures(lake.scan(NAME).collect(), pseudonym)

    def leave_out(self, taken: Taken) -> Taken:
        """Leave out what is of people who were erased; their lines count as ignored."""
        rows, aside = self._erased.drop(taken.rows), self._erased.drop_lines(taken.quarantined)
        if len(rows) == len(taken.rows) and len(aside) == len(taken.quarantined):
            return taken
        lines = _count_lines(rows)
        gone = _count_lines(taken.rows) - lines + len(taken.quarantined) - len(aside)
        left = Quarantine.cast(aside)
        return taken._replace(rows=rows, quarantined=left, ignored=taken.ignored + gone, further=len(rows) - lines)

    def check(self) -> None:
        """Raise `Stop` where somebody was erased since: what was read might bring them back."""
        if self._lake.version(NAME) != self._version:
            raise Stop(
                Exit.REFUSED, "somebody was erased while it was read", str(self._lake.folder), "Run the command again."
            )


def _count_lines(rows: pl.DataFrame) -> int:
    return rows.select("source", "line").n_unique() if "line" in rows.columns else len(rows)
