"""Serve a folder's snapshot: `python -m tests.api.serve FOLDER WORKERS`; the port goes to standard output."""

import sys
from pathlib import Path

from api import ServeSettings, run

if __name__ == "__main__":
    run(
        ServeSettings(port=0, workers=int(sys.argv[2])),
        Path(sys.argv[1]),
        lambda kind, raw: f"{kind}:{raw}",
        on_listening=lambda host, port: sys.stdout.write(f"{port}\n") and sys.stdout.flush(),
    )
