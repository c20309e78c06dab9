"""Rewriting a table of sessions: touched ones give way to those cut anew, and files without touched ones stay."""

from typing import NamedTuple

import polars as pl

from ingest import Touched
from lake import Exchange, find_pieces_with, keep_near, scan_pieces, slice_rows


class Portions(NamedTuple):
    """How many rows are taken at once: what bounds memory."""

    events: int = 500_000
    """Events cut, or waiting to be written: half a gigabyte as they are read, two while they are sorted and written."""
    points: int = 2_000_000
    """Late events whose sessions are looked for: some 200 MB, and the sessions of their visitors."""
    piece: int = 250_000
    """Rows of one file: small, so that late rows cost little; not so small that years make a heap of files."""


PORTIONS = Portions()


class Rewriting:
    """New files of a table on their way: rows wait until there are enough to part them by time."""

    def __init__(self, exchange: Exchange, moment: str, portions: Portions) -> None:
        self._exchange, self._moment, self._portions = exchange, moment, portions
        self._waiting: list[pl.DataFrame] = []

    def reopen(self, touched: Touched | None) -> None:
        """Let the files go that hold touched sessions, and take over the rows of the others in them; None is all."""
        pieces = self._exchange.state.pieces
        if touched is None:
            self._exchange.take_out(pieces["file"])
            return
        near = keep_near(pieces, touched.sessions["starts"], touched.sessions["ends"])
        for file in find_pieces_with(near, touched.sessions, "session_id"):
            self._exchange.take_out([file])
            rows = scan_pieces([str(file)], self._exchange.state.kind.schema)
            self.add(rows.join(touched.sessions.lazy(), on="session_id", how="anti", maintain_order="left").collect())

    def add(self, rows: pl.DataFrame) -> None:
        """Take rows; those that wait are written first where they would become too many."""
        if sum(map(len, self._waiting)) + len(rows) > self._portions.events:
            self.flush()
        self._waiting.append(rows)

    def flush(self) -> None:
        """Write what waits."""
        rows, self._waiting = self._waiting, []
        for part in slice_rows(pl.concat(rows), "session_id", self._moment, self._portions.piece) if rows else ():
            self._exchange.put_in(part)
