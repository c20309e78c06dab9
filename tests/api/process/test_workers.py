"""Servers in processes of their own: how they start, live and leave."""

import json
import os
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from serving import publish_snapshot
from tests.serving.shop import make_shop

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_server_serves_and_leaves_in_peace(tmp_path: Path, workers: str) -> None:
    publish_snapshot(tmp_path, make_shop(), made_at="2026-03-30T00:00:00Z")
    command = [sys.executable, "-m", "tests.api.serve", str(tmp_path), workers]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT) as server:
        assert server.stdout is not None
        assert server.stderr is not None
        port = int(server.stdout.readline())
        for _ in range(20):
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/v1/items/plan/also-viewed", timeout=5) as answer:
                assert json.load(answer)["items"][0]["item_id"] == "phone"
        server.send_signal(signal.SIGTERM)
        assert server.wait(10) == 0
        lines = [json.loads(line) for line in server.stderr.read().splitlines()]
    assert sum(line["event"] == "request" for line in lines) == 20
    assert sum(line["event"] == "snapshot taken" for line in lines) == int(workers)
    with pytest.raises(urllib.error.URLError):
        urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=1)


def test_a_dead_worker_is_replaced(tmp_path: Path) -> None:
    publish_snapshot(tmp_path, make_shop(), made_at="2026-03-30T00:00:00Z")
    command = [sys.executable, "-m", "tests.api.serve", str(tmp_path), "2"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT) as server:
        assert server.stdout is not None
        assert server.stderr is not None
        server.stdout.readline()
        children = Path(f"/proc/{server.pid}/task/{server.pid}/children")
        first = int(children.read_text().split()[0])
        os.kill(first, signal.SIGKILL)
        taken = 0
        while taken < 3:
            taken += json.loads(server.stderr.readline())["event"] == "snapshot taken"
        after = {int(child) for child in children.read_text().split()}
        assert len(after) == 2
        assert first not in after
        server.send_signal(signal.SIGTERM)
        assert server.wait(10) == 0
    assert not any(Path(f"/proc/{child}").exists() for child in after)


def test_children_leave_when_their_parent_is_killed(tmp_path: Path) -> None:
    publish_snapshot(tmp_path, make_shop(), made_at="2026-03-30T00:00:00Z")
    command = [sys.executable, "-m", "tests.api.serve", str(tmp_path), "2"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT) as server:
        assert server.stdout is not None
        assert server.stderr is not None
        server.stdout.readline()
        server.kill()
        server.stderr.read()  # ends when the last child has closed it


@pytest.mark.parametrize(
    "request_bytes",
    [
        b"GET /v1/visitors/13800138000" + b"0" * 70_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nCookie: 13800138000" + b"0" * 70_000 + b"\r\n\r\n",
        b"13800138000 is no request\r\n\r\n",
        b"\x16\x03\x01\x02\x0013800138000",
    ],
)
def test_what_is_no_request_is_neither_said_back_nor_logged(tmp_path: Path, request_bytes: bytes) -> None:
    command = [sys.executable, "-m", "tests.api.serve", str(tmp_path), "1"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT) as server:
        assert server.stdout is not None
        assert server.stderr is not None
        port = int(server.stdout.readline())
        with socket.create_connection(("127.0.0.1", port), timeout=5) as client:
            client.sendall(request_bytes)
            client.shutdown(socket.SHUT_WR)
            answer = b"".join(iter(lambda: client.recv(65_536), b""))
        server.send_signal(signal.SIGTERM)
        assert server.wait(10) == 0
        logged = server.stderr.read()
    assert answer.startswith(b"HTTP/1.1 400") or not answer
    assert b"13800138000" not in answer + logged
    assert answer.count(b"application/problem+json") == bool(answer)
