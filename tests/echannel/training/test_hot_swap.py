"""A running server takes over what is published, and nobody notices."""

import json
import re
import shutil
import subprocess
import sys
import urllib.request
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.echannel.doors import wait_for
from tests.shell import CLEAN, run

SECONDS = 20


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
def test_no_request_fails_while_new_models_are_published(server, lake, operator):
    url = f"{server.address}/v1/items/HS-07/also-viewed?n=10"
    before = ask(url)["model_version"]
    wrk = subprocess.Popen(["wrk", "-t1", "-c16", f"-d{SECONDS}s", url], stdout=subprocess.PIPE, text=True)
    versions = {
        run(
            "train",
            "--lake",
            lake,
            "--json",
            settings=operator / "echannel.toml",
            ECHANNEL_FOR_YOU__ALS__SEED=str(seed),
        ).document["model_version"]
        for seed in (1, 2)
    }
    told, _ = wrk.communicate(timeout=SECONDS + 30)
    assert len(versions - {before}) == 2
    wait_for(lambda: ask(url)["model_version"] in versions)
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
