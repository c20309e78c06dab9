"""The clerk's desk: errands in, outcomes out, one after the other, and no fault that ends the process."""

import errno
import sys
import traceback
from pathlib import Path
from typing import BinaryIO

import msgspec
import structlog

from api import Errand, Outcome, read_parcel, write_parcel
from echannel.clerk.faults import UnusableError
from echannel.exits import Exit, Stop

INSTALL = "Reports on demand and definitions of funnels need more than serving does: pip install 'echannel[full]'."
STATUS = {Exit.WRONG_USE: 422, Exit.NOTHING_TO_DO: 409}
"""What a command's end is over HTTP; every other is this side's fault."""


def serve_errands(inbox: BinaryIO, outbox: BinaryIO, lake: Path, settings_file: Path | None, cache_bytes: int) -> None:
    """Take errands until the inbox is closed. Table libraries are loaded with the first, so that their lack is told."""
    log = structlog.wrap_logger(
        structlog.PrintLogger(sys.stderr),
        processors=[structlog.processors.TimeStamper("iso"), structlog.processors.JSONRenderer()],
    )
    answer = None
    while (parcel := read_parcel(inbox)) is not None:
        try:
            if answer is None:
                from echannel.clerk.answers import Answers

                answer = Answers(lake, settings_file, cache_bytes).answer
            outcome = answer(msgspec.json.decode(parcel, type=Errand))
        except Exception as fault:
            outcome = _explain(fault, log)
        write_parcel(outbox, msgspec.json.encode(outcome))


def _explain(fault: Exception, log: structlog.typing.WrappedLogger) -> Outcome:
    """Turn a fault into an outcome. The log gets its kind and place, but not its words: they may hold an id."""
    if isinstance(fault, ModuleNotFoundError):
        return Outcome(501, detail=INSTALL)
    if isinstance(fault, Stop) and fault.code in STATUS:
        return Outcome(STATUS[fault.code], detail=f"{fault.what.capitalize()}. {fault.fix}")
    if isinstance(fault, UnusableError):
        log.error("errand failed", fault=str(fault))
        return Outcome(503, detail="The settings or the lake cannot be used as they are; the server's log says why.")
    if _lacks_memory(fault):
        return Outcome(503, detail="It needs more memory than [serve.clerk] memory_bytes allows: ask for less.")
    places = [f"{step.filename}:{step.lineno} {step.name}" for step in traceback.extract_tb(fault.__traceback__)]
    log.error("errand failed", fault=type(fault).__name__, trace=places)
    return Outcome(500, detail="The fault is on this side and was logged; ask again later.")


def _lacks_memory(fault: Exception) -> bool:
    """Tell whether memory ran out: a library that is there but cannot be mapped is such a fault, too."""
    refused = isinstance(fault, OSError) and fault.errno == errno.ENOMEM
    unmapped = isinstance(fault, ImportError) and not isinstance(fault, ModuleNotFoundError)
    threadless = isinstance(fault, RuntimeError) and "new thread" in str(fault)
    return isinstance(fault, MemoryError) or refused or unmapped or threadless
