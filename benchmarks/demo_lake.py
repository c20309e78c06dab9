"""The demo's lake and its published snapshot, made once and kept for later runs; and servers that answer from it."""

import json
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from benchmarks.measurement import CACHE
from serving import SnapshotError, load_snapshot, read_current

OUT = CACHE / "demo"
START_SECONDS = 30


class Server(NamedTuple):
    """A process of ours that listens on this machine."""

    pid: int
    address: str


def find_demo_lake() -> Path:
    """Return the demo's lake; run the demo where there is none yet, or one that today's code does not serve."""
    lake = OUT / "lake"
    if not _can_serve(lake / "serving"):
        command = [sys.executable, "-m", "echannel", "demo", "--once", "--out", str(OUT)]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return lake


def _can_serve(folder: Path) -> bool:
    try:
        version = read_current(folder)
        return version is not None and bool(load_snapshot(folder / version))
    except SnapshotError:
        return False


@contextmanager
def start_server(command: Sequence[str], ready: str = "/readyz") -> Iterator[Server]:
    """Start a server that tells its port as JSON, wait until a path answers, and end it when done."""
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    try:
        assert process.stdout is not None
        address = f"http://127.0.0.1:{json.loads(process.stdout.readline())['port']}"
        _await_answer(address + ready)
        yield Server(process.pid, address)
    finally:
        process.terminate()
        process.wait()


def ask(url: str) -> bytes:
    """Return the body of an answer."""
    with urllib.request.urlopen(url, timeout=10) as response:
        body: bytes = response.read()
    return body


def _await_answer(url: str) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        try:
            ask(url)
        except urllib.error.URLError:
            time.sleep(0.1)
        else:
            return
    raise TimeoutError(f"{url} gave no answer for {START_SECONDS} s")
