"""Workers: several serving processes on one port, and the parent that minds them."""

import functools
import os
import signal
import time
from collections.abc import Sequence
from pathlib import Path
from types import FrameType
from typing import NoReturn

from api.app import create_app
from api.keys import Pseudonym
from api.observation import make_logger
from api.process.server import Listening, MakeApp, open_socket, serve_alone
from api.settings import ServeSettings

SIGNALS = (signal.SIGINT, signal.SIGTERM)
"""What ends a server."""

LOOK_SECONDS = 0.1
"""How often the parent looks after its children."""

RESTART_SECONDS = 1.0
"""How long a place stays empty after its worker died: a fault at the start must not become a storm."""


def run(
    settings: ServeSettings,
    snapshot_folder: Path,
    pseudonym: Pseudonym,
    *,
    spool_folder: Path | None = None,
    access_file: Path | None = None,
    clerk_command: Sequence[str] = (),
    on_listening: Listening | None = None,
) -> None:
    """Serve until SIGINT or SIGTERM; then let requests under way finish, and return.

    What trackers send goes into `spool_folder`; without one nothing is taken in. `access_file` holds the hashes of
    callers' keys, `clerk_command` starts the process that makes reports on demand. `on_listening(host, port)` is called
    once, when every worker listens; by default the address goes to standard error. Call it from the main thread,
    before other threads are started: several workers are forks of this process. Raises OSError where the address
    cannot be bound.
    """
    listening = on_listening or _tell_address
    make_app = functools.partial(
        create_app,
        settings,
        snapshot_folder,
        pseudonym,
        spool_folder=spool_folder,
        access_file=access_file,
        clerk_command=clerk_command,
    )
    if settings.workers <= 1:
        with open_socket(settings) as bound:
            serve_alone(settings, make_app, bound, listening)
        return
    with open_socket(settings, shared=True) as held:
        fixed = _fix_port(settings, held.getsockname()[1])
        Crew(fixed, make_app).work(listening)


class Crew:
    """The children of one parent. Only they are ever signalled.

    Each child binds the port for itself and the kernel deals out the connections. A child that dies is replaced; the
    children of a parent that dies notice that a pipe was closed, and leave.
    """

    def __init__(self, settings: ServeSettings, make_app: MakeApp) -> None:
        self._settings = settings
        self._make_app = make_app
        self._children: set[int] = set()
        self._stopping = False
        self._alive_end, self._parent_end = os.pipe()

    def work(self, listening: Listening) -> None:
        """Start the children, replace those that die, and leave with the last after a signal."""
        for name in SIGNALS:
            signal.signal(name, self._stop)
        ready_end, told_end = os.pipe()
        for _ in range(self._settings.workers):
            self._children.add(self._start(told_end))
        os.close(told_end)
        if _count_ready(ready_end) == self._settings.workers:
            listening(self._settings.host, self._settings.port)
        self._mind()
        self._see_off()

    def _mind(self) -> None:
        """Look after the children until it is time to stop."""
        while not self._stopping:
            time.sleep(LOOK_SECONDS)
            for child in self._find_dead():
                make_logger().error("worker died", worker=child)
                time.sleep(RESTART_SECONDS)
                if not self._stopping:
                    self._children.add(self._start(None))

    def _see_off(self) -> None:
        """Wait for the children to finish, and end those that do not."""
        patience = time.monotonic() + self._settings.shutdown_seconds + 5
        self._signal(signal.SIGTERM)
        while self._children and time.monotonic() < patience:
            self._find_dead()
            time.sleep(LOOK_SECONDS)
        self._signal(signal.SIGKILL)
        for child in self._children:
            os.waitpid(child, 0)

    def _start(self, told_end: int | None) -> int:
        """Fork one child; it never returns from here.

        Signals wait meanwhile: a child that still had its parent's handler would end its siblings.
        """
        signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
        child = os.fork()
        if not child:
            self._be_child(told_end)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)
        return child

    def _be_child(self, told_end: int | None) -> NoReturn:
        """Serve until the end of the process."""
        status = 1
        try:
            os.close(self._parent_end)
            for name in SIGNALS:
                signal.signal(name, signal.SIG_DFL)
            signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)
            self._serve(told_end)
            status = 0
        except Exception as fault:
            make_logger().error("worker failed", fault=repr(fault))
        finally:
            os._exit(status)

    def _serve(self, told_end: int | None) -> None:
        """Serve, and tell the parent once that the port is open."""

        def tell(host: str, port: int) -> None:  # noqa: ARG001
            if told_end is not None:
                os.write(told_end, b".")
                os.close(told_end)

        with open_socket(self._settings, shared=True) as bound:
            serve_alone(self._settings, self._make_app, bound, tell, self._alive_end)

    def _find_dead(self) -> list[int]:
        """Find the children that have ended, and strike them off."""
        dead = [child for child in sorted(self._children) if os.waitpid(child, os.WNOHANG)[0]]
        self._children -= set(dead)
        return dead

    def _stop(self, number: int, frame: FrameType | None) -> None:  # noqa: ARG002
        self._stopping = True
        self._signal(signal.SIGTERM)

    def _signal(self, number: signal.Signals) -> None:
        for child in self._children:
            os.kill(child, number)


def _count_ready(ready_end: int) -> int:
    """Count the children that say they listen, until none is left that could still say so."""
    with os.fdopen(ready_end, "rb") as ready:
        return len(ready.read())


def _fix_port(settings: ServeSettings, port: int) -> ServeSettings:
    """Take the port that the system chose as the one to bind."""
    return ServeSettings(**{field: getattr(settings, field) for field in settings.__struct_fields__} | {"port": port})


def _tell_address(host: str, port: int) -> None:
    make_logger().info("listening", address=f"http://{host}:{port}")
