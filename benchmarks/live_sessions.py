"""Ask how many next clicks of live sessions are answered a second, from 18 thousand past sessions and from a million.

The past sessions are those of yoochoose_100k, over and over, in eight shops of the same items, so that a million of
them click on 23,000 items; the live ones are its tests.
"""

import gc
import json
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from benchmarks.answer import FEW_CONNECTIONS, POST, load_address, take_median
from benchmarks.click_data import read_test
from benchmarks.click_models import rank_popular, read_walks
from benchmarks.demo_lake import start_server
from benchmarks.measurement import ROUNDS, Detail, Finding, read_memory
from paths import ClickWalks, index_sessions
from serving import Answers, NeighbourSettings, PastSessions, SessionNeighbours, Snapshot, publish_snapshot

SIZES = (18_000, 1_000_000)
SHOPS = 8
ASKED = 500
N = 10


def answer(rows: int | None) -> list[Finding]:
    data = read_test("yoochoose_100k")
    cases = random.Random(1).sample(data.cases, ASKED)
    walks = read_walks(data.sessions)
    return [
        finding
        for size in ([rows] if rows else SIZES)
        for finding in _judge(repeat_walks(walks, size), [case.visit[-100:] for case in cases])
    ]


def repeat_walks(walks: ClickWalks, sessions: int) -> ClickWalks:
    """Repeat sessions, one shop after the other, until there are so many."""
    once = int(walks.session[-1]) + 1
    times = -(-sessions // once)
    turn = np.repeat(np.arange(times), walks.length)
    session = np.tile(walks.session, times) + turn * once
    click = np.tile(walks.click, times) + turn % SHOPS * len(walks.keys)
    keys = [f"{shop}-{key}" if shop else key for shop in range(min(times, SHOPS)) for key in walks.keys]
    kept = session < sessions
    return ClickWalks(session[kept], click[kept], keys)


def _judge(walks: ClickWalks, visits: list[list[str]]) -> list[Finding]:
    sessions = int(walks.session[-1]) + 1
    gc.collect()
    Path("/proc/self/clear_refs").write_text("5")
    before, began = read_memory(what="VmRSS"), time.perf_counter()
    past = index_sessions(walks, NeighbourSettings())
    built, grew = time.perf_counter() - began, read_memory() - before
    size = sum(array.nbytes for array in vars(past).values()) / 1e6
    detail: Detail = {"clicks": walks.length, "items": len(past.keys), "kept_sessions": len(past.age)}
    named = f"{sessions:,} past sessions"
    return [
        Finding(f"{named}: index built", built, "", detail | {"grew_mb": round(grew), "index_mb": round(size)}, "s"),
        *_load(named, Snapshot(item_sessions=past, popular=rank_popular(walks)), visits),
        *_time(named, past, visits),
    ]


def _load(named: str, snapshot: Snapshot, visits: list[list[str]]) -> list[Finding]:
    """Load the batch route with one visit a request."""
    questions = [{"id": "q", "kind": "next_item", "item_ids": visit, "n": N} for visit in visits]
    bodies = ", ".join(f"[==[{json.dumps({'requests': [question]})}]==]" for question in questions)
    with tempfile.TemporaryDirectory() as folder:
        publish_snapshot(Path(folder) / "serving", snapshot, made_at="2026-01-01T00:00:00Z")
        script = Path(folder) / "post.lua"
        script.write_text(POST % bodies)
        serve = [sys.executable, "-m", "echannel", "serve", "--lake", folder, "--port", "0", "--workers", "1", "--json"]
        with start_server(serve) as server:
            url = f"{server.address}/v1/recommendations:batch"
            load = take_median([load_address(url, FEW_CONNECTIONS, script) for _ in range(ROUNDS)])
            detail: Detail = {"connections": FEW_CONNECTIONS, "p99_ms": round(load.p99 * 1000, 2)}
            detail |= {"failed": load.failed, "server_mb": round(read_memory(server.pid, "VmRSS"))}
    return [
        Finding(f"{named}: POST next-item", load.per_second, ">= 1000", detail, "requests/s"),
        Finding(f"{named}: POST next-item, p90", load.p90 * 1000, "<= 7", detail, "ms"),
    ]


def _time(named: str, past: PastSessions, visits: list[list[str]]) -> list[Finding]:
    """Time single predictions in this process, without HTTP: the ranking alone, and the whole answer."""
    neighbours, answers = SessionNeighbours(past), Answers(Snapshot(item_sessions=past))
    ways: dict[str, Callable[[list[str]], object]] = {
        "ranking": neighbours.rank_next,
        "answer with reasons": lambda visit: answers.next_item(visit, n=N, now_ms=0),
    }
    found = {name: _time_each(way, visits) for name, way in ways.items()}
    return [
        Finding(
            f"{named}: one {name}, in the middle",
            statistics.median(seconds) * 1000,
            "<= 0.15",
            {"p90_ms": round(statistics.quantiles(seconds, n=10)[8] * 1000, 3)},
            "ms",
        )
        for name, seconds in found.items()
    ]


def _time_each(way: Callable[[list[str]], object], visits: list[list[str]]) -> list[float]:
    """Time each visit `ROUNDS` times over, after a round that does not count."""
    seconds = []
    for turn in range(ROUNDS + 1):
        for visit in visits:
            began = time.perf_counter()
            way(visit)
            if turn:
                seconds.append(time.perf_counter() - began)
    return seconds
