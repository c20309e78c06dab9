"""Faults: what can be wrong with a snapshot on disk."""

from pathlib import Path


class SnapshotError(Exception):
    """A snapshot that must not be served: which file, what is wrong, and what to do."""

    def __init__(self, file: Path, fault: str) -> None:
        super().__init__(f"{file}: {fault}. Publish the snapshot again; the one in place before it still answers.")
        self.file = file
        self.fault = fault
