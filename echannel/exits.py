"""Exit codes: one for each kind of end, so that scripts can tell them apart."""

from enum import IntEnum


class Exit(IntEnum):
    """How a command ended."""

    DONE = 0
    WRONG_USE = 2
    BAD_INPUT = 3
    NOTHING_TO_DO = 4
    REFUSED = 5
    DISK = 6


class Stop(Exception):
    """A command's end before its work is done: what happened, where, and how to go on."""

    def __init__(self, code: Exit, what: str, where: str, fix: str) -> None:
        self.code, self.what, self.where, self.fix = code, what, where, fix
        super().__init__(f"{where}: {what}. {fix}")
