"""Commands in a process of their own, which can be killed at any moment or meet errors of the system."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.shell import CLEAN

Commands = Sequence[Sequence[object]]


class Jobs:
    """A warmed-up process that runs commands in forks of itself."""

    def __init__(self, server: subprocess.Popen[str]) -> None:
        self._server = server

    def run(self, commands: Commands, **environment: str) -> int:
        """Run commands to their end and return the exit code of the first that failed, 0 for none."""
        self._begin(commands, environment)
        return self._end()

    def time(self, commands: Commands) -> float:
        """Run commands, expect them to succeed, and return the seconds they took."""
        began = time.monotonic()
        assert self.run(commands) == 0
        return time.monotonic() - began

    def kill(self, commands: Commands, within: float, chance: random.Random) -> bool:
        """Start commands, kill them at a random moment within so many seconds; tell whether they were at work."""
        child = self._begin(commands, {})
        time.sleep(chance.uniform(0, within))
        os.kill(child, signal.SIGKILL)
        ended = self._end()
        assert ended in (0, -signal.SIGKILL), f"it ended with {ended} by itself"
        return ended != 0

    def _begin(self, commands: Commands, environment: Mapping[str, str]) -> int:
        job = {"commands": [list(map(str, command)) for command in commands], "environment": environment}
        self._write(json.dumps(job))
        return self._read()

    def _end(self) -> int:
        code = self._read()
        self._write("")
        return code

    def _write(self, line: str) -> None:
        assert self._server.stdin is not None
        self._server.stdin.write(line + "\n")
        self._server.stdin.flush()

    def _read(self) -> int:
        assert self._server.stdout is not None
        return int(self._server.stdout.readline())


@contextmanager
def open_jobs(**environment: str) -> Iterator[Jobs]:
    """Start the process, and end it with its standard input."""
    server = subprocess.Popen(
        [sys.executable, "-m", "tests.faults.server"],
        cwd=Path(__file__).parents[2],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=CLEAN | environment,
    )
    try:
        yield Jobs(server)
    finally:
        assert server.stdin is not None
        assert server.stdout is not None
        server.stdin.close()
        server.wait(timeout=60)
        server.stdout.close()
