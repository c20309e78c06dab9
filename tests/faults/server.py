"""A process that has imported what commands need, and forks a child for each job: no test waits for imports.

A job is a line of JSON on standard input: commands and environment. The answer is two lines: the child's pid at once,
its exit code when it has ended (negative: the signal that ended it). Another line on standard input lets it go.
"""

import json
import os
import sys


def serve() -> None:
    """Take jobs until standard input ends."""
    warm_up()
    for line in sys.stdin:
        child = os.fork()
        if not child:
            os._exit(run(**json.loads(line)))
        answer(child)
        answer(await_end(child))
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
    import echannel.models
    import echannel.workspace  # noqa: F401


def run(commands: list[list[str]], environment: dict[str, str]) -> int:
    """Run commands one after the other, and return the exit code of the first that fails."""
    from echannel.commands import main

    os.environ.update(environment)
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    for arguments in commands:
        sys.argv = ["echannel", *arguments]
        try:
            main()
        except SystemExit as end:
            if end.code:
                return int(end.code)
        except BaseException as fault:
            sys.stderr.write(f"{type(fault).__name__}: {fault}\n")
            return 1
    return 0


def answer(number: int) -> None:
    sys.stdout.write(f"{number}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    serve()
