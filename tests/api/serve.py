"""Serve a folder's snapshot: `python -m tests.api.serve FOLDER WORKERS [ACCESS_FILE]`; the port goes to standard output.

With a file of keys it has a clerk, too: one that needs no lake.
"""

import sys
from pathlib import Path

from api import ServeSettings, run
from tests.api.conftest import FAKE_CLERK, name_person

if __name__ == "__main__":
    folder, workers, *access = sys.argv[1:]
    run(
        ServeSettings(port=0, workers=int(workers)),
        Path(folder),
        name_person,
        access_file=Path(access[0]) if access else None,
        clerk_command=FAKE_CLERK if access else (),
        on_listening=lambda host, port: sys.stdout.write(f"{port}\n") and sys.stdout.flush(),
    )
