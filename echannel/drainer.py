"""The drainer: a process beside the server that drains the spool again and again.

It is one of its own because it needs polars and the lake, and the serving process knows arrays only.
"""

import select
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import structlog

STOP_SECONDS = 5.0
"""How long a drain under way may finish when the server stops; cut short, it is done again by the next."""


@contextmanager
def drain_beside(lake: Path, settings_file: Path | None, seconds: float) -> Iterator[None]:
    """Drain a lake's spool every so many seconds for as long as this lasts; 0 drains nothing.

    The process ends with its parent, however that ends: it notices that its standard input was closed.
    """
    if seconds <= 0:
        yield
        return
    command = [sys.executable, "-m", "echannel.drainer", str(lake), str(seconds), str(settings_file or "")]
    with subprocess.Popen(command, stdin=subprocess.PIPE) as process:  # noqa: S603  # our own module
        try:
            yield
        finally:
            _end(process)


def _end(process: "subprocess.Popen[bytes]") -> None:
    if process.stdin:
        process.stdin.close()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()


def keep_draining(lake: Path, seconds: float, settings_file: Path | None) -> None:
    """Drain a lake's spool every so many seconds until standard input is closed; a fault waits for the next time."""
    log = structlog.wrap_logger(
        structlog.PrintLogger(sys.stderr),
        processors=[structlog.processors.TimeStamper("iso"), structlog.processors.JSONRenderer()],
    )
    while not select.select([sys.stdin], [], [], seconds)[0]:
        _drain_once(lake, settings_file, log)


def _drain_once(lake: Path, settings_file: Path | None, log: structlog.typing.WrappedLogger) -> None:
    """Drain, and log what became of the lines: counts only, and of a fault its kind, for its text may quote a line."""
    from echannel.drain import drain_spool
    from echannel.workspace import open_workspace

    try:
        ledger = drain_spool(open_workspace(lake, settings_file), datetime.now(UTC))
    except Exception as fault:
        log.error("spool not drained", event_kind=type(fault).__name__, help="run: echannel ingest")
        return
    if ledger.lines:
        log.info("spool drained", ledger=ledger.sentence, seconds=ledger.seconds)


if __name__ == "__main__":
    import signal

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the server is interrupted by the same key, and closes our input
    keep_draining(Path(sys.argv[1]), float(sys.argv[2]), Path(sys.argv[3]) if sys.argv[3] else None)
