"""Pairing: each batch of a source gets the reader that fits it."""

from collections.abc import Callable, Iterable, Iterator

from ingest.lines import Batch
from ingest.sources import Reader

Pair = Callable[[Iterable[Batch]], Iterator[tuple[Batch, Reader]]]
"""Gives each batch of a source, in their order, the reader that fits it; a header's lines move to the blank ones."""


def pair_all(read: Reader) -> Pair:
    """Give every batch the same reader."""

    def pair(batches: Iterable[Batch]) -> Iterator[tuple[Batch, Reader]]:
        return ((batch, read) for batch in batches)

    return pair
