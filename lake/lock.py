"""The lake's lock: many may add to it at once; who removes files from it must be alone."""

import fcntl
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

NAME = ".lock"


def share(folder: Path) -> AbstractContextManager[None]:
    """Keep files from being removed while rows are on their way into a table."""
    return _hold(folder, fcntl.LOCK_SH)


def own(folder: Path) -> AbstractContextManager[None]:
    """Wait until nobody is writing, and keep everybody else out while files are removed."""
    return _hold(folder, fcntl.LOCK_EX)


@contextmanager
def _hold(folder: Path, kind: int) -> Iterator[None]:
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / NAME).open("a") as file:
        fcntl.flock(file, kind)  # given back when the file is closed, by the system too where the process is killed
        yield
