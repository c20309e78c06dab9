"""Writer: the part of the spool that touches the disk, in one thread of its own."""

import errno
import os
import time
from pathlib import Path

from api.collector.meter import CollectorMeter
from api.collector.segment_file import SegmentFile, open_segment, seal_abandoned
from api.collector.settings import CollectorSettings


class Writer:
    """Writes into one file at a time; every method raises OSError where the disk refuses."""

    def __init__(self, folder: Path, settings: CollectorSettings, meter: CollectorMeter) -> None:
        self._folder = folder
        self._settings = settings
        self._meter = meter
        self._segment: SegmentFile | None = None
        self._left_behind = True

    def write(self, records: bytes) -> None:
        """Return once whole lines are on disk; after an error none of them is."""
        began = time.perf_counter()
        try:
            self._find_segment(len(records)).append(records)
        finally:
            self._let_go_of_broken()
        self._meter.seconds.observe(time.perf_counter() - began)

    def is_full(self) -> bool:
        """Tell whether the file is large enough to be finished."""
        return self._segment is not None and self._segment.size >= self._settings.segment_bytes

    def seal_old(self) -> None:
        """Finish the file if it is old enough, and those that were left behind."""
        if self._left_behind:
            self._meter.sealed.inc(len(seal_abandoned(self._folder)))
            self._left_behind = False
        segment = self._segment
        if segment is not None and segment.size and time.monotonic() - segment.began >= self._settings.segment_seconds:
            self.seal()

    def seal(self) -> None:
        """Finish the file; where the disk refuses its new name, the next lines go into it all the same."""
        if self._segment is not None:
            sealed = self._segment.seal()
            self._segment = None
            self._meter.sealed.inc(sealed is not None)

    def _find_segment(self, size: int) -> SegmentFile:
        if self._segment is None:
            self._segment = open_segment(self._folder)
        room = os.statvfs(self._folder)
        if room.f_bavail * room.f_frsize < self._settings.reserve_bytes + size:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return self._segment

    def _let_go_of_broken(self) -> None:
        """Write no more into a file that half a record stands in; it is finished later."""
        if self._segment is not None and self._segment.broken:
            self._segment.abandon()
            self._segment, self._left_behind = None, True
