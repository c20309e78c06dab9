"""Ask what it costs to have an event on disk before saying yes, beside a bare handler that says yes to everything."""

import json
import sys
import tempfile
from pathlib import Path

from benchmarks.answer import CONNECTIONS, Load, load_address, take_median
from benchmarks.demo_lake import ask, start_server
from benchmarks.measurement import ROUNDS, Detail, Finding

EVENT = {
    "e": "pv", "url": "http://wt.example/pay?utm_source=sms&utm_campaign=dx11", "page": "缴费", "refr": "http://x/",
    "p": "web", "uid": "13800000000", "duid": "f2f216c3-6e9e-4d50-b4bb-752f266a9c6f", "aid": "webhall",
    "tv": "js-4.10.1", "eid": "0e671c8f-076c-4e79-8b6b-6369d9585599", "dtm": "1795285787691", "stm": "1795285787707",
}  # fmt: skip
"""A page view as Snowplow's browser tracker sends it."""
BATCHES = (1, 10)
TP2 = "/com.snowplowanalytics.snowplow/tp2"
POST = """
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
wrk.body = [==[%s]==]
"""


def answer(_: int | None) -> list[Finding]:
    with tempfile.TemporaryDirectory() as folder:
        lake, yes = Path(folder) / "lake", Path(folder) / "yes"
        yes.write_text("ok")
        serve = [sys.executable, "-m", "echannel", "serve", "--lake", str(lake), "--port", "0", "--json"]
        bare = [sys.executable, "-m", "benchmarks.bare_server", str(yes)]
        with start_server(serve, "/healthz") as ours, start_server(bare) as rival:
            return [_race(ours.address, rival.address, events, Path(folder)) for events in BATCHES]


def _race(ours: str, rival: str, events: int, folder: Path) -> Finding:
    """Load both by turns with batches of so many events, and see that all of ours are on disk."""
    script = folder / "post.lua"
    script.write_text(POST % json.dumps({"schema": "payload_data", "data": [EVENT] * events}, ensure_ascii=False))
    turns = [
        (load_address(ours + TP2, CONNECTIONS, script), load_address(rival + TP2, CONNECTIONS, script))
        for _ in range(ROUNDS)
    ]
    mine, theirs = (take_median([turn[side] for turn in turns]) for side in (0, 1))
    question = f"POST a batch of {events}, on disk before the answer / bare aiohttp handler: requests a second"
    return Finding(question, mine.per_second / theirs.per_second, "", _detail(mine, theirs, events, ours))


def _detail(mine: Load, theirs: Load, events: int, ours: str) -> Detail:
    metrics = ask(f"{ours}/metrics").decode().splitlines()
    writes = {line.split()[0]: float(line.split()[1]) for line in metrics if line.startswith("echannel_spool_write")}
    seconds, groups = writes["echannel_spool_write_seconds_sum"], writes["echannel_spool_write_seconds_count"]
    return {
        "connections": CONNECTIONS,
        "ours_per_second": round(mine.per_second),
        "rival_per_second": round(theirs.per_second),
        "events_per_second": round(mine.per_second * events),
        "ours_p99_ms": round(mine.p99 * 1000, 2),
        "rival_p99_ms": round(theirs.p99 * 1000, 2),
        "failed": mine.failed,
        "write_and_sync_ms": round(seconds / groups * 1000, 2),
    }
