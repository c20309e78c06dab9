"""Run the clerk: `python -m echannel.clerk LAKE SETTINGS MEMORY_BYTES CACHE_BYTES`, errands on standard input."""

import os
import resource
import signal
import sys
from pathlib import Path

from echannel.clerk.desk import serve_errands

NICENESS = 5
"""Answers to customers come first."""


def main() -> None:
    """Take errands until standard input is closed; whatever prints to standard output goes to the log instead."""
    lake, settings, memory_bytes, cache_bytes = sys.argv[1:]
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the server is interrupted by the same key, and closes our input
    os.nice(NICENESS)
    resource.setrlimit(resource.RLIMIT_DATA, (int(memory_bytes), int(memory_bytes)))
    with os.fdopen(os.dup(0), "rb") as inbox, os.fdopen(os.dup(1), "wb") as outbox:
        os.dup2(2, 1)
        serve_errands(inbox, outbox, Path(lake), Path(settings) if settings else None, int(cache_bytes))


main()
