"""Segment files: pieces of the spool, appended to by one thread, finished by a new name."""

import contextlib
import fcntl
import os
import secrets
import time
from pathlib import Path

from serving import sync_folder

OPEN = ".open"
SEALED = ".ndjson"
BLOCK = 65_536


class SegmentFile:
    """One file being written, locked as long as its process lives; every record in it is on disk.

    `broken` tells that half a record may stand at its end: nothing more may be added.
    """

    def __init__(self, path: Path, handle: int) -> None:
        self.path = path
        self.size = 0
        self.began = time.monotonic()
        self.broken = False
        self._handle = handle

    def append(self, record: bytes) -> None:
        """Add lines and wait until they are on disk; after an OSError the file is as it was, or broken."""
        try:
            rest = memoryview(record)
            while rest:
                rest = rest[os.write(self._handle, rest) :]
            os.fsync(self._handle)
        except OSError:
            self._cut_back()
            raise
        self.size += len(record)

    def _cut_back(self) -> None:
        try:
            os.ftruncate(self._handle, self.size)
            os.fsync(self._handle)
        except OSError:
            self.broken = True

    def seal(self) -> Path | None:
        """Finish the file: whoever reads the spool may have it. Returns None where it held nothing.

        After an OSError it is as it was.
        """
        sealed = _seal(self.path, self._handle)
        os.close(self._handle)
        return sealed

    def abandon(self) -> None:
        """Let go of a file that cannot be finished; the next start finishes it."""
        os.close(self._handle)


def open_segment(folder: Path) -> SegmentFile:
    """Begin a file with a new name; names order by the time they were made. Raises OSError."""
    if not folder.is_dir():
        folder.mkdir(parents=True, exist_ok=True)
        sync_folder(folder.parent)
    while True:
        seconds, nanoseconds = divmod(time.time_ns(), 10**9)
        stamp = time.strftime("%Y%m%dT%H%M%S", time.gmtime(seconds))
        path = folder / f"{stamp}-{nanoseconds:09d}-{secrets.token_hex(4)}{OPEN}"
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND | os.O_CLOEXEC, 0o600)
        if _lock(path, handle):
            break
        os.close(handle)
    try:
        sync_folder(folder)
    except OSError:
        os.close(handle)
        raise
    return SegmentFile(path, handle)


def seal_abandoned(folder: Path) -> list[Path]:
    """Finish the files that dead processes left, each cut after its last whole line; those of the living stay.

    Returns the finished ones. Half a line was never answered with yes: its sender sends it again. Raises OSError.
    """
    sealed = []
    for path in sorted(folder.glob(f"*{OPEN}")):
        try:
            handle = os.open(path, os.O_RDWR | os.O_CLOEXEC)
        except FileNotFoundError:
            continue
        try:
            if _lock(path, handle):
                sealed.append(_seal(path, handle))
        finally:
            os.close(handle)
    return [path for path in sealed if path is not None]


def _lock(path: Path, handle: int) -> bool:
    """Lock a file; False where another process has it, or has finished it meanwhile."""
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return path.stat().st_ino == os.fstat(handle).st_ino
    except (BlockingIOError, FileNotFoundError):
        return False


def _seal(path: Path, handle: int) -> Path | None:
    whole = _find_end(path)
    if whole != os.fstat(handle).st_size:
        os.ftruncate(handle, whole)
        os.fsync(handle)
    if not whole:
        path.unlink()
        return None
    sealed = path.with_suffix(SEALED)
    path.rename(sealed)
    with contextlib.suppress(OSError):  # under its old name it would be finished by the next start
        sync_folder(path.parent)
    return sealed


def _find_end(path: Path) -> int:
    """Find where the last whole line ends."""
    with path.open("rb") as file:
        end = file.seek(0, os.SEEK_END)
        while end:
            start = max(0, end - BLOCK)
            file.seek(start)
            if (found := file.read(end - start).rfind(b"\n")) >= 0:
                return start + found + 1
            end = start
    return 0
