"""Clearing: what waits in the spool goes without the lines of a person."""

import os
import re
import time
from collections.abc import Iterator
from pathlib import Path

from echannel.drain import find_segments, own_spool

OPEN_SECONDS = 30.0
"""How long to wait for files that a server still writes: it finishes each after some ten seconds."""


def clear_spool(folder: Path, traces: re.Pattern[bytes], notices: list[str]) -> int:
    """Write the spool's finished files anew without the lines in which traces are found; return how many lines went.

    Each file is whole or as it was. Files that a server is still writing are waited for; of those it does not finish
    in time a notice is left.
    """
    for file in _wait_for_open(folder, traces):
        notices.append(f"{file.name} is still being written and mentions them: those lines go when it is read.")
    with own_spool(folder, wait=True):
        return sum(_clear(segment, traces) for segment in find_segments(folder))


def _wait_for_open(folder: Path, traces: re.Pattern[bytes]) -> Iterator[Path]:
    """Yield the files that are still being written when the time is up."""
    until = time.monotonic() + OPEN_SECONDS
    waiting = [file for file in folder.glob("*.open") if traces.search(file.read_bytes())]
    while waiting and time.monotonic() < until:
        time.sleep(0.2)
        waiting = [file for file in waiting if file.exists()]
    yield from waiting


def _clear(segment: Path, traces: re.Pattern[bytes]) -> int:
    content = segment.read_bytes()
    if not traces.search(content):
        return 0
    lines = content.splitlines(keepends=True)
    kept = [line for line in lines if not traces.search(line)]
    fresh = segment.with_name(f".{segment.name}.new")
    with fresh.open("wb") as file:
        file.writelines(kept)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(segment)
    return len(lines) - len(kept)
