"""A real server over a small drawn lake, with a key for everything and a log that can be read."""

import json
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email.message import Message
from pathlib import Path
from typing import Any, NamedTuple

from api import SCOPES, add_key
from echannel.places import find_access_file
from ingest import Event
from lake import Lake
from tests.drawing import draw
from tests.shell import CLEAN

EVENTS = """
    visitor | time    | name        | event_id
    ann     | 1 08:00 | view_item   | a1
    ann     | 1 08:10 | add_to_cart | a2
    ann     | 1 08:20 | purchase    | a3
    bob     | 1 09:00 | view_item   | b1
    bob     | 1 09:10 | add_to_cart | b2
    cid     | 1 10:00 | view_item   | c1
    dan     | 1 11:00 | view_item   | d1
    dan     | 1 11:30 | add_to_cart | d2
    eve     | 9 08:00 | view_item   | e1
"""
"""Of five who looked, one bought, two were lost at the cart, one before it, and the last has still time."""

BUY = {
    "steps": [
        {"event": "view_item", "name": "look"},
        {"event": "add_to_cart", "name": "cart"},
        {"event": "purchase", "name": "buy"},
    ]
}


class Answer(NamedTuple):
    """What the server said."""

    status: int
    headers: Message
    body: bytes

    @property
    def document(self) -> Any:
        return json.loads(self.body)


class Server(NamedTuple):
    """A running server."""

    process: "subprocess.Popen[str]"
    address: str
    key: str
    log: Path

    def ask(self, method: str, path: str, body: object = None, *, key: str | None = None, **headers: str) -> Answer:
        """Ask with the key for everything, or another one; `If_Match` is a header, too."""
        told = {"Authorization": f"Bearer {self.key if key is None else key}"} if key != "" else {}
        told |= {name.replace("_", "-"): value for name, value in headers.items()}
        told |= {"Content-Type": "application/json"} if body is not None else {}
        data = json.dumps(body).encode() if body is not None else None
        request = urllib.request.Request(f"{self.address}{path}", data=data, headers=told, method=method)
        try:
            with urllib.request.urlopen(request, timeout=60) as response:
                return Answer(response.status, response.headers, response.read())
        except urllib.error.HTTPError as fault:
            with fault:
                return Answer(fault.code, fault.headers, fault.read())

    def stop(self) -> bytes:
        """End it as its operator does, and return all that it and its clerk logged."""
        self.process.terminate()
        assert self.process.wait(20) == 0
        return self.log.read_bytes()


def append(lake: Path, drawn: str) -> None:
    """Append drawn events to a lake."""
    Lake(lake).append_new("events", [Event.cast(draw(drawn).select(Event.column_names()))])


@contextmanager
def serve(lake: Path, **environment: str) -> Iterator[Server]:
    """Serve a lake as a process of its own, with the settings file beside it where there is one."""
    settings = lake.with_name("echannel.toml")
    command = [sys.executable, "-m", "echannel", "serve", "--lake", str(lake), "--port", "0", "--json"]
    command += ["--settings", str(settings)] if settings.exists() else []
    quiet = {"ECHANNEL_SERVE__COLLECTOR__DRAIN_SECONDS": "0"}
    key = add_key(find_access_file(lake), f"test-{len(list(lake.parent.glob('*.log')))}", SCOPES, "2026-03-30")
    log = lake.parent / f"server-{len(list(lake.parent.glob('*.log')))}.log"
    with (
        log.open("wb") as stderr,
        subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=stderr, env=CLEAN | quiet | environment, text=True
        ) as process,
    ):
        try:
            assert process.stdout is not None
            listening = json.loads(process.stdout.readline())
            yield Server(process, f"http://127.0.0.1:{listening['port']}", key, log)
        finally:
            process.terminate()


def wait_for(ready: Callable[[], object], seconds: float = 20) -> None:
    """Wait until something has come about."""
    deadline = time.monotonic() + seconds
    while not ready():
        assert time.monotonic() < deadline, "it took too long"
        time.sleep(0.1)
