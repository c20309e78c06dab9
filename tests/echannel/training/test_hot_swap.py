"""A running server takes over what is published, and nobody notices."""

import json
import re
import shutil
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path
from typing import NamedTuple

import pytest

from serving import load_snapshot, publish_snapshot, read_manifest
from tests.echannel.doors import wait_for
from tests.shell import CLEAN

NOW = "2026-03-30T00:00:00Z"
SECONDS = 60
"""At most: the requests end when the last snapshot is taken over."""


class Server(NamedTuple):
    address: str
    pid: int


@pytest.fixture
def server(lake):
    command = [sys.executable, "-m", "echannel", "serve", "--lake", str(lake), "--port", "0", "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=CLEAN, text=True) as process:
        try:
            listening = json.loads(process.stdout.readline())
            address = f"http://127.0.0.1:{listening['port']}"
            wait_for(lambda: ask(f"{address}/readyz") is not None)
            yield Server(address, process.pid)
        finally:
            process.terminate()


def ask(url):
    try:
        with urllib.request.urlopen(url, timeout=5) as response:
            return json.load(response)
    except OSError:
        return None


@pytest.mark.skipif(shutil.which("wrk") is None, reason="install wrk (apt-get install wrk) to run this test")
def test_no_request_fails_while_new_snapshots_are_published(server, lake):
    url, folder = f"{server.address}/v1/items/HS-07/also-viewed?n=10", lake / "serving"
    before = ask(url)["model_version"]
    snapshot, manifest = load_snapshot(folder / before), read_manifest(folder / before)
    wrk = subprocess.Popen(["wrk", "-t1", "-c16", f"-d{SECONDS}s", url], stdout=subprocess.PIPE, text=True)
    versions = []
    for number in (1, 2):
        settings = {**manifest.settings, "number": number}
        new = publish_snapshot(folder, snapshot, made_at=NOW, settings=settings, evaluation=manifest.evaluation)
        versions.append(new.model_version)
        wait_for(lambda: ask(url)["model_version"] == versions[-1])
    assert wrk.poll() is None
    wrk.send_signal(signal.SIGINT)
    told, _ = wrk.communicate(timeout=30)
    assert len({before, *versions}) == 3
    requests = int(re.search(r"(\d+) requests in", told)[1])
    assert requests > 1000
    assert "Non-2xx" not in told
    assert "Socket errors" not in told


@pytest.mark.skipif(not Path("/proc/self/maps").exists(), reason="needs /proc, to look at what a process has loaded")
def test_the_serving_process_loads_no_model_library(server):
    assert ask(f"{server.address}/v1/items/HS-07/also-bought")["items"]
    loaded = Path(f"/proc/{server.pid}/maps").read_text()
    assert "numpy" in loaded
    for library in ("polars", "scipy", "implicit", "mlxtend", "deltalake", "pandas", "sklearn"):
        assert f"/{library}" not in loaded
