"""Working ahead: a few steps of a stream at once, in the order of the stream."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

import polars as pl

Given = TypeVar("Given")
Made = TypeVar("Made")


def map_ahead(make: Callable[[Given], Made], stream: Iterable[Given]) -> Iterator[Made]:
    """Yield what is made of each element in turn, working on as many at once as polars has threads.

    polars and hashing let other threads run, so that Python's share of the work is hidden behind theirs. No more of
    the stream is taken than is being worked on, and a fault in it or in the making is raised in its turn.
    """
    workers = pl.thread_pool_size()
    with ThreadPoolExecutor(workers) as pool:
        under_way: deque[Future[Made]] = deque()
        for given in stream:
            under_way.append(pool.submit(make, given))
            if len(under_way) == workers:
                yield under_way.popleft().result()
        while under_way:
            yield under_way.popleft().result()
