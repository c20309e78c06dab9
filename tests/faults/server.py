"""A process that has imported what commands need, and forks a child for each job: no test waits for imports.

A job is a line of JSON on standard input: commands and environment. The answer is two lines: the child's pid at once,
and how it ended: its exit code (negative: the signal that ended it), and what it wrote on standard error and output.
Another line on standard input lets it go.
"""

import contextlib
import faulthandler
import io
import json
import os
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

PATIENCE_SECONDS = 90
"""A job that takes longer hangs: it says where, and ends."""
QUIET_THREADS = {"jemalloc_bg_thd", "polars-ooc-clea"}
"""Threads that imports may start: none of them holds what a fork would miss."""


def serve() -> None:
    """Take jobs until standard input ends."""
    warm_up()
    for line in sys.stdin:
        with tempfile.TemporaryFile() as said, tempfile.TemporaryFile() as answered:
            child = os.fork()
            if not child:
                os._exit(run(**json.loads(line), said=said, answered=answered))
            answer(child)
            answer([await_end(child), *(os.pread(file.fileno(), 1 << 20, 0).decode() for file in (said, answered))])
            if sys.stdin.readline():  # until it is told that nobody will kill it any more, its number must stay taken
                os.waitpid(child, 0)


def await_end(child: int) -> int:
    """Wait for a child's end and return its exit code, negative for a signal; its number stays taken."""
    ended = os.waitid(os.P_PID, child, os.WEXITED | os.WNOWAIT)
    assert ended is not None
    return ended.si_status if ended.si_code == os.CLD_EXITED else -ended.si_status


def warm_up() -> None:
    """Import what the commands import; nothing is run, so that no thread is lost in a fork."""
    import deltalake  # noqa: F401

    import echannel.daily
    import echannel.drain
    import echannel.people.erasure
    import echannel.replay
    import echannel.training.building
    import echannel.workspace  # noqa: F401
    import tests.faults.steps  # noqa: F401

    with contextlib.redirect_stdout(io.StringIO()):
        call_command("settings")
    others = (task for task in Path("/proc/self/task").iterdir() if task.name != str(os.getpid()))
    threads = {task.joinpath("comm").read_text().strip() for task in others}
    assert threads <= QUIET_THREADS, f"an import set to work {threads - QUIET_THREADS}; forks would wait for them"


def run(commands: list[list[str]], environment: dict[str, str], said: BinaryIO, answered: BinaryIO) -> int:
    """Run commands one after the other, and return the exit code of the first that fails."""
    from tests.faults.steps import STEPS

    os.dup2(said.fileno(), sys.stderr.fileno())
    os.dup2(answered.fileno(), sys.stdout.fileno())
    faulthandler.dump_traceback_later(PATIENCE_SECONDS, exit=True)
    os.environ.update(environment)
    time.tzset()
    for name, *arguments in commands:
        code = call(STEPS[name], *arguments) if name in STEPS else call_command(name, *arguments)
        sys.stdout.flush()
        if code:
            return code
    return 0


def call(step: Callable[..., None], *arguments: str) -> int:
    """Run a step, and return 1 where it fails, as a program of Python's does."""
    try:
        step(*arguments)
    except Exception:
        traceback.print_exc()
        return 1
    return 0


def call_command(*arguments: str) -> int:
    """Run `echannel …` and return its exit code."""
    from echannel.commands import main

    sys.argv = ["echannel", *arguments]
    try:
        main()
    except SystemExit as end:
        return int(end.code or 0)
    except BaseException:
        traceback.print_exc()
        return 1
    return 0


def answer(told: object) -> None:
    sys.stdout.write(json.dumps(told) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    serve()
