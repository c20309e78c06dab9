"""Run a command in this process and tell the most memory it had: `python -m tests.faults.weigh ingest …`.

The answer is the last line on standard error: mebibytes, of the kernel's own count (VmHWM). `imports` runs nothing.
"""

import sys
from pathlib import Path


def read_peak() -> float:
    """Read the most memory that this process had at once, in MiB."""
    status = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in status if line.startswith("VmHWM")) / 1024


if __name__ == "__main__":
    from echannel.commands import main

    code: object = 0
    if sys.argv[1:] == ["imports"]:
        import echannel.daily
        import echannel.drain
        import echannel.workspace  # noqa: F401
    else:
        try:
            main()
        except SystemExit as end:
            code = end.code
    sys.stderr.write(f"\n{read_peak():.0f}\n")
    sys.exit(code)  # type: ignore[arg-type]
