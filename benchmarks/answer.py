"""Ask how near an answer over HTTP comes to a bare handler with the same bytes, and how long a next click takes."""

import json
import re
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

from benchmarks.demo_lake import Server, ask, find_demo_lake, start_server
from benchmarks.measurement import ROUNDS, Detail, Finding
from serving import Answers, Snapshot, load_snapshot, read_current

ITEM = "/v1/items/HS-01/also-viewed?n=10"
CONNECTIONS = 32
FEW_CONNECTIONS = 4
"""wrk keeps every connection busy: four are enough to ask a thousand times a second, and more only stand in line."""
SECONDS = 4
IN_SECONDS = {"us": 1e-6, "ms": 1e-3, "s": 1.0}
POST = """
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
local bodies = {%s}
local turn = 0
request = function()
  turn = turn %% #bodies + 1
  return wrk.format(nil, nil, nil, bodies[turn])
end
"""


class Load(NamedTuple):
    """What one run of wrk saw."""

    per_second: float
    p90: float
    p99: float
    failed: int


def answer(_: int | None) -> list[Finding]:
    lake = find_demo_lake()
    serve = [sys.executable, "-m", "echannel", "serve", "--lake", str(lake), "--port", "0", "--workers", "1", "--json"]
    with start_server(serve) as server:
        snapshot = _open_snapshot(lake)
        return [*_race_bare_handler(server), *_load_next_clicks(server, snapshot), _time_next_click(snapshot)]


def _race_bare_handler(server: Server) -> list[Finding]:
    """Load both servers by turns with the same number of connections."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "answer.json"
        file.write_bytes(ask(server.address + ITEM))
        size = file.stat().st_size
        with start_server([sys.executable, "-m", "benchmarks.bare_server", str(file)]) as bare:
            turns = [(load_address(server.address + ITEM), load_address(bare.address + ITEM)) for _ in range(ROUNDS)]
    ours, theirs = (take_median([turn[side] for turn in turns]) for side in (0, 1))
    detail: Detail = {"connections": CONNECTIONS, "bytes": size, "failed": ours.failed}
    speed = detail | {"ours_per_second": round(ours.per_second), "rival_per_second": round(theirs.per_second)}
    delay = detail | {"ours_p99_ms": round(ours.p99 * 1000, 2), "rival_p99_ms": round(theirs.p99 * 1000, 2)}
    question = "GET also-viewed / bare aiohttp handler with the same bytes"
    return [
        Finding(f"{question}: requests a second", ours.per_second / theirs.per_second, ">= 0.9", speed),
        Finding(f"{question}: p99", ours.p99 / theirs.p99, "<= 1.5", delay),
    ]


def _load_next_clicks(server: Server, snapshot: Snapshot) -> list[Finding]:
    """Load the batch route with one next-click question a request, over all pages of the snapshot."""
    pages = _list_pages(snapshot)
    questions = [{"id": "q", "kind": "next_click", "pages": [page], "channel": channel} for channel, page in pages]
    bodies = ", ".join(f"[==[{json.dumps({'requests': [question]})}]==]" for question in questions)
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "post.lua"
        script.write_text(POST % bodies)
        loads = [
            load_address(f"{server.address}/v1/recommendations:batch", FEW_CONNECTIONS, script) for _ in range(ROUNDS)
        ]
    load = take_median(loads)
    detail: Detail = {"connections": FEW_CONNECTIONS, "pages": len(pages), "failed": load.failed}
    detail |= {"p99_ms": round(load.p99 * 1000, 2)}
    return [
        Finding("POST next-click", load.per_second, ">= 1000", detail, "requests/s"),
        Finding("POST next-click: p90", load.p90 * 1000, "<= 7", detail, "ms"),
    ]


def _time_next_click(snapshot: Snapshot) -> Finding:
    """Time single predictions in this process, without HTTP."""
    answers, seconds = Answers(snapshot), []
    for channel, page in _list_pages(snapshot) * 50:
        began = time.perf_counter()
        answers.next_click([page], n=10, channel=channel)
        seconds.append(time.perf_counter() - began)
    detail: Detail = {"predictions": len(seconds)}
    detail |= {"p99_ms": round(statistics.quantiles(seconds, n=100)[98] * 1000, 3)}
    return Finding(
        "one next-click prediction, in the middle", statistics.median(seconds) * 1000, "<= 0.15", detail, "ms"
    )


def load_address(url: str, connections: int = CONNECTIONS, script: Path | None = None) -> Load:
    """Load one address with wrk for some seconds."""
    options = ["-t1", f"-c{connections}", f"-d{SECONDS}s", "--latency", *(["-s", str(script)] if script else [])]
    done = subprocess.run(["wrk", *options, url], stdout=subprocess.PIPE, text=True, check=True)
    text = done.stdout
    failed = [int(number) for number in re.findall(r"Non-2xx or 3xx responses: (\d+)", text)]
    failed += [int(number) for line in re.findall(r"Socket errors:.*", text) for number in re.findall(r"\d+", line)]
    return Load(
        float(_find(r"Requests/sec:\s+([\d.]+)", text)), _read_delay(90, text), _read_delay(99, text), sum(failed)
    )


def _read_delay(percent: int, text: str) -> float:
    delay = _find(rf"{percent}%\s+([\d.]+(?:us|ms|s))", text)
    unit = delay.lstrip("0123456789.")
    return float(delay.removesuffix(unit)) * IN_SECONDS[unit]


def _find(pattern: str, text: str) -> str:
    found = re.search(pattern, text)
    if found is None:
        raise ValueError(f"wrk said nothing like {pattern}:\n{text}")
    return found[1]


def take_median(loads: list[Load]) -> Load:
    """Take each figure's median, and all failures together."""
    per_second, p90, p99 = (statistics.median(load[place] for load in loads) for place in range(3))
    return Load(per_second, p90, p99, sum(load.failed for load in loads))


def _open_snapshot(lake: Path) -> Snapshot:
    return load_snapshot(lake / "serving" / str(read_current(lake / "serving")))


def _list_pages(snapshot: Snapshot) -> list[tuple[str, str]]:
    """List every channel and page that next clicks are known of."""
    keys = snapshot.next_click.keys.tolist() if snapshot.next_click else []
    return [(channel, page) for channel, page in (key.split("\t") for key in keys)]
