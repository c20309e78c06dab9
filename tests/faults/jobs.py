"""Commands in processes of their own, which can be killed at any moment or meet errors of the system."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from tests.shell import CLEAN

Commands = Sequence[Sequence[object]]
ROOT = Path(__file__).parents[2]


class Ended(NamedTuple):
    """How commands ended: the exit code of the first that failed, 0 for none; and what it said."""

    code: int
    said: str
    answered: str
    """What it wrote on standard output."""


class Jobs:
    """A warmed-up process that runs commands in forks of itself."""

    def __init__(self, server: subprocess.Popen[str]) -> None:
        self._server = server

    def run(self, commands: Commands, **environment: str) -> Ended:
        """Run commands to their end."""
        self.begin(commands, **environment)
        return self.end()

    def time(self, commands: Commands) -> float:
        """Run commands, expect them to succeed, and return the seconds they took."""
        began = time.monotonic()
        ended = self.run(commands)
        assert ended.code == 0, ended.said
        return time.monotonic() - began

    def kill(self, commands: Commands, within: float, chance: random.Random) -> bool:
        """Start commands, kill them at a random moment within so many seconds; tell whether they were at work."""
        child = self.begin(commands)
        time.sleep(chance.uniform(0, within))
        os.kill(child, signal.SIGKILL)
        ended = self.end()
        assert ended.code in (0, -signal.SIGKILL), ended.said
        return ended.code != 0

    def begin(self, commands: Commands, **environment: str) -> int:
        """Start commands, one after the other, and return the number of their process."""
        job = {"commands": [list(map(str, command)) for command in commands], "environment": environment}
        self._write(json.dumps(job))
        return int(self._read())

    def end(self) -> Ended:
        """Wait for the commands that were started."""
        ended = Ended(*json.loads(self._read()))
        self._write("")
        return ended

    def _write(self, line: str) -> None:
        assert self._server.stdin is not None
        self._server.stdin.write(line + "\n")
        self._server.stdin.flush()

    def _read(self) -> str:
        assert self._server.stdout is not None
        return self._server.stdout.readline()


@contextmanager
def open_jobs(**environment: str) -> Iterator[Jobs]:
    """Start the process, and end it with its standard input."""
    server = subprocess.Popen(
        [sys.executable, "-m", "tests.faults.server"],
        cwd=ROOT,
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
