"""The clerk as the server sees it: started with the first errand, ended when too slow, replaced when it dies."""

import asyncio
import contextlib
from asyncio.subprocess import PIPE, Process
from collections.abc import Sequence

import msgspec

from api.clerk.errands import Errand, Outcome
from api.clerk.pipe import fetch_parcel, pack
from api.clerk.settings import ClerkSettings
from api.observation import make_logger
from api.problems import ProblemError

GOODBYE_SECONDS = 2.0
"""How long the process may take to leave once its input is closed."""

RETRY_SECONDS = 5


class Clerk:
    """Sends the process on one errand at a time; the others wait, as many as there are chairs."""

    def __init__(self, command: Sequence[str], settings: ClerkSettings) -> None:
        self._command = command
        self._settings = settings
        self._turn = asyncio.Lock()
        self._callers = 0
        self._process: Process | None = None
        self._rest: asyncio.TimerHandle | None = None
        self._leaving: set[asyncio.Task[None]] = set()

    async def send(self, errand: Errand) -> Outcome:
        """Send the process on an errand and wait for it; raises 503 and 504 problems."""
        if self._callers > self._settings.waiting:
            detail = f"{self._callers} reports are wished for already; come again in a moment."
            raise ProblemError(503, detail, headers={"Retry-After": str(RETRY_SECONDS)})
        self._callers += 1
        try:
            async with self._turn:
                return await self._run(pack(msgspec.json.encode(errand)))
        finally:
            self._callers -= 1

    async def close(self) -> None:
        """Let the process go, and wait until it is gone."""
        if self._rest is not None:
            self._rest.cancel()
        self._dismiss()
        await asyncio.gather(*self._leaving)

    async def _run(self, parcel: bytes) -> Outcome:
        """Wait for an errand within its time. Whatever interrupts it ends the process: its answer would come late."""
        if self._rest is not None:
            self._rest.cancel()
        try:
            async with asyncio.timeout(self._settings.seconds):
                outcome = await self._exchange(parcel)
        except TimeoutError:
            await self._end()
            detail = f"It took longer than {self._settings.seconds:g} seconds and was given up: ask for less."
            raise ProblemError(504, detail) from None
        except (asyncio.IncompleteReadError, ConnectionError):
            await self._end()
            make_logger().error("clerk died", help="too little memory, or killed; the next errand starts another")
            detail = "The process that makes reports died of it, perhaps of too little memory: ask for less, or again."
            raise ProblemError(503, detail, headers={"Retry-After": str(RETRY_SECONDS)}) from None
        except BaseException:
            await self._end()
            raise
        self._rest = asyncio.get_running_loop().call_later(self._settings.idle_seconds, self._dismiss)
        return outcome

    async def _exchange(self, parcel: bytes) -> Outcome:
        if self._process is None or self._process.returncode is not None:
            self._process = await asyncio.create_subprocess_exec(*self._command, stdin=PIPE, stdout=PIPE)
        inbox, outbox = self._process.stdout, self._process.stdin
        assert inbox is not None and outbox is not None  # noqa: S101, PT018
        outbox.write(parcel)
        await outbox.drain()
        return msgspec.json.decode(await fetch_parcel(inbox), type=Outcome)

    def _dismiss(self) -> None:
        """Let the process go that nobody needed for a while."""
        process, self._process = self._process, None
        if process is not None:
            task = asyncio.get_running_loop().create_task(_see_off(process))
            self._leaving.add(task)
            task.add_done_callback(self._leaving.discard)

    async def _end(self) -> None:
        """End the process at once, whatever it is doing."""
        process, self._process = self._process, None
        if process is not None:
            _kill(process)
            await process.wait()


async def _see_off(process: Process) -> None:
    """Close the input of a process, upon which it leaves; else it is made to."""
    if process.stdin is not None:
        process.stdin.close()
    try:
        await asyncio.wait_for(process.wait(), GOODBYE_SECONDS)
    except TimeoutError:
        _kill(process)
        await process.wait()


def _kill(process: Process) -> None:
    with contextlib.suppress(ProcessLookupError):
        process.kill()
