"""A collecting server in a process of its own, and what a crowd of senders saw of it."""

import asyncio
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import aiohttp

from tests.api.collector.conftest import read_spool

ROOT = Path(__file__).parents[3]


class Server(NamedTuple):
    """A running server."""

    process: "subprocess.Popen[bytes]"
    address: str
    spool: Path
    log: Path

    def stop(self) -> bytes:
        """End it as its operator does, and return what it logged."""
        self.process.terminate()
        assert self.process.wait(20) == 0
        return self.log.read_bytes()


@contextmanager
def start_server(folder: Path, *, workers: int = 1, file_bytes: int | None = None) -> Iterator[Server]:
    command = [sys.executable, "-m", "tests.api.collector.serve", str(folder), str(workers)]
    command += [str(file_bytes)] if file_bytes else []
    log = folder.parent / f"{folder.name}.log" if file_bytes is None else Path("/dev/null")
    with (
        log.open("wb") if file_bytes is None else Path("/dev/null").open("wb") as stderr,
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=stderr, cwd=ROOT) as process,
    ):
        assert process.stdout is not None
        port = int(process.stdout.readline())
        try:
            yield Server(process, f"http://127.0.0.1:{port}", folder / "spool", log)
        finally:
            process.kill()


async def send_all(address: str, senders: int, until: Callable[[], bool]) -> dict[str, int]:
    """Send events with ids of their own from many senders at once; returns the status of each, 0 for no answer."""
    seen: dict[str, int] = {}

    async def send(sender: int, session: aiohttp.ClientSession) -> None:
        number = 0
        while not until():
            number += 1
            name = f"{sender}-{number}"
            body = {"data": [{"e": "pv", "eid": name, "uid": "13800138000", "page": "x" * (number % 7 * 100)}]}
            try:
                async with session.post(f"{address}/com.snowplowanalytics.snowplow/tp2", json=body) as answer:
                    seen[name] = answer.status
            except (aiohttp.ClientError, ConnectionError):
                seen[name] = 0
                return

    async with aiohttp.ClientSession() as session:
        await asyncio.gather(*(send(sender, session) for sender in range(senders)))
    return seen


def count_kept(spool: Path) -> Counter[str]:
    """Count how often each event stands in the spool."""
    return Counter(line["event"]["eid"] for line in read_spool(spool))
