"""Collect in a process of its own: `python -m tests.api.collector.serve FOLDER WORKERS [FILE_BYTES]`.

The port goes to standard output. FILE_BYTES is the size at which the system refuses to let any file grow.
"""

import resource
import sys
from pathlib import Path

from api import CollectorSettings, ServeSettings, run
from tests.api.collector.conftest import PSEUDONYM

if __name__ == "__main__":
    folder, workers, *limit = sys.argv[1:]
    if limit:
        resource.setrlimit(resource.RLIMIT_FSIZE, (int(limit[0]), int(limit[0])))
    collector = CollectorSettings(reserve_bytes=0, segment_seconds=0.3)
    run(
        ServeSettings(port=0, workers=int(workers), collector=collector),
        Path(folder) / "serving",
        PSEUDONYM,
        spool_folder=Path(folder) / "spool",
        on_listening=lambda host, port: sys.stdout.write(f"{port}\n") and sys.stdout.flush(),
    )
