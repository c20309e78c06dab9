"""The clerk as the server sees it: one errand at a time, with an end to everything."""

import asyncio
import json
import os
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import pytest

from api import AnswerReport, ClerkSettings, ReportQuery
from api.clerk import Clerk
from api.problems import ProblemError
from tests.api.conftest import FAKE_CLERK

Open = Callable[..., AbstractAsyncContextManager[Clerk]]


@asynccontextmanager
async def open_clerk(**changes: object) -> AsyncIterator[Clerk]:
    clerk = Clerk(FAKE_CLERK, ClerkSettings(**changes))  # type: ignore[arg-type]
    try:
        yield clerk
    finally:
        await clerk.close()


async def ask(clerk: Clerk, report: str = "quick") -> int:
    """Ask for a report and tell which process made it."""
    outcome = await clerk.send(AnswerReport(ReportQuery(report=report)))
    return int(json.loads(bytes(outcome.document))["title"]["en"])


def is_alive(process: int) -> bool:
    return Path(f"/proc/{process}/cmdline").exists()


async def wait_until(done: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not done():
            await asyncio.sleep(0.02)


async def test_one_process_does_all_errands_and_leaves_with_the_server() -> None:
    async with open_clerk() as clerk:
        processes = {await ask(clerk) for _ in range(3)} | {*await asyncio.gather(*(ask(clerk) for _ in range(3)))}
        assert len(processes) == 1
        (process,) = processes
        assert is_alive(process)
    assert not is_alive(process)


async def test_no_process_is_started_before_the_first_errand() -> None:
    async with open_clerk() as clerk:
        assert clerk._process is None


async def test_an_errand_that_takes_too_long_is_given_up_and_the_process_with_it() -> None:
    async with open_clerk(seconds=3) as clerk:
        first = await ask(clerk)
        with pytest.raises(ProblemError, match=r"longer than 3 seconds") as refused:
            await ask(clerk, "slow")
        assert refused.value.status == 504
        assert not is_alive(first)
        assert await ask(clerk) != first, "the next errand starts another"


async def test_a_process_that_dies_is_replaced(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    async with open_clerk() as clerk:
        first = await ask(clerk)
        with pytest.raises(ProblemError, match="died") as refused:
            await ask(clerk, "dead")
        assert refused.value.status == 503
        assert int(refused.value.headers["Retry-After"]) > 0
        assert b"clerk died" in capfdbinary.readouterr().err
        second = await ask(clerk)
        assert second != first
        os.kill(second, 9)
        await wait_until(lambda: clerk._process is None or clerk._process.returncode is not None)
        assert await ask(clerk) not in (first, second), "one that died between errands costs nobody an answer"


async def test_who_comes_when_all_chairs_are_taken_is_told_to_come_again() -> None:
    async with open_clerk(waiting=2) as clerk:
        await ask(clerk)
        asked = [asyncio.ensure_future(ask(clerk, "brief")) for _ in range(5)]
        ended = await asyncio.gather(*asked, return_exceptions=True)
        refused = [end for end in ended if isinstance(end, ProblemError)]
        assert [end.status for end in refused] == [503, 503]
        assert all("Retry-After" in end.headers for end in refused)
        assert ended[3:] == refused, "those who came last"
        assert await ask(clerk)


async def test_whoever_goes_away_in_the_middle_does_not_get_the_next_ones_answer() -> None:
    async with open_clerk() as clerk:
        first = await ask(clerk)
        leaving = asyncio.ensure_future(ask(clerk, "brief"))
        await asyncio.sleep(0.05)
        leaving.cancel()
        with pytest.raises(asyncio.CancelledError):
            await leaving
        outcome = await clerk.send(AnswerReport(ReportQuery(report="mine")))
        assert json.loads(bytes(outcome.document))["name"] == "mine"
        assert not is_alive(first)


async def test_a_process_that_nobody_needs_leaves_and_comes_again() -> None:
    async with open_clerk(idle_seconds=0.05) as clerk:
        first = await ask(clerk)
        await wait_until(lambda: not is_alive(first))
        assert await ask(clerk) != first
