"""The disk's refusals, told to a person: whichever library met them, and however it words them."""

import errno
import os
import re

from echannel.exits import Exit, Stop

NUMBER = re.compile(r"\(os error (\d+)\)")
"""How libraries written in Rust tell the system's error, in errors of any type."""
PATH = re.compile(r"(?<![\w.])/[^\s:'\"]+")
ROOM = "Make room there and run the command again; what was committed stays, and it goes on from there."
RIGHTS = "Let this user write there, or name another place, and run the command again."
ANSWERS = {
    errno.ENOSPC: ROOM,
    errno.EDQUOT: ROOM,
    errno.EFBIG: ROOM,
    errno.EIO: "Look after the disk (dmesg tells more), then run the command again; what was committed stays.",
    errno.ESTALE: "See that the disk is there, then run the command again; what was committed stays.",
    errno.EROFS: RIGHTS,
    errno.EACCES: RIGHTS,
    errno.EPERM: RIGHTS,
    errno.ENOENT: "It went away while the command ran, moved by logrotate or removed by upkeep: run the command again.",
    errno.EMFILE: "Allow more open files (ulimit -n) and run the command again.",
    errno.ENFILE: "Allow more open files (fs.file-max) and run the command again.",
}
"""What to do about the system's errors that no program can help."""


def explain_refusal(fault: Exception) -> Stop | None:
    """Say what the disk refused, where, and what to do about it; None for any other fault."""
    number = _read_number(fault)
    if number not in ANSWERS:
        return None
    return Stop(Exit.DISK, os.strerror(number).lower(), _find_place(fault), ANSWERS[number])


def _read_number(fault: Exception) -> int:
    if isinstance(fault, OSError) and fault.errno is not None:
        return fault.errno
    found = NUMBER.search(str(fault))
    return int(found[1]) if found else 0


def _find_place(fault: Exception) -> str:
    if isinstance(fault, OSError) and fault.filename is not None:
        return str(fault.filename)
    found = PATH.search(str(fault))
    return found[0] if found else "the lake's disk"
