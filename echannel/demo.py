"""The demo: the whole way from invented logs to answers over HTTP."""

import json
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal, NamedTuple, TypeVar
from urllib.parse import quote

import polars as pl

from echannel.console import notes, print_document, print_report, show_progress
from echannel.daily import Ledger, ingest_files
from echannel.exits import Exit, Stop
from echannel.intake import plan_intake
from echannel.outlet import check_folder
from echannel.reports import ANSWERS, REPORTS, Desk, Question, measure_funnel, report_evaluation
from echannel.sources import SourceSettings
from echannel.training.publishing import Published, train_and_publish
from echannel.training.tables import read_tables
from echannel.workspace import Workspace, open_workspace
from simulator import Simulation, simulate, write_simulation

T = TypeVar("T")
ANSWER_SECONDS = 10
START_SECONDS = 30


class Log(NamedTuple):
    """One log of the invented operator, and how it is read."""

    file: str
    format: str
    channel: Literal["web", "wap", "app"] | None = None
    mapping: str | None = None


LOGS = (
    Log("web/access.log.gz", "combined", channel="web"),
    Log("wap/gateway.dat", "gateway", channel="wap"),
    Log("app/events.ndjson.zst", "ndjson", mapping="maps/app.toml"),
    Log("app/shelf.ndjson.zst", "ndjson", mapping="maps/shelf.toml"),
    Log("orders.csv", "csv", mapping="maps/orders.toml"),
    Log("catalogue.csv", "csv", mapping="maps/catalogue.toml"),
)


def show_demo(out: Path, visits: int, seed: int, port: int, once: bool) -> None:
    """Simulate, ingest, report, train, evaluate, publish and serve; with `once`, ask the server and end.

    The folder's logs and lake are made anew each time. With `once` the last line on standard output is one JSON
    document with the counts, the scores and the server's answers.
    """
    began = time.perf_counter()
    check_folder(out)
    _clear(out)
    world = _tell("Inventing an operator", lambda: _invent(out, visits, seed))
    space = open_workspace(out / "lake", out / "echannel.toml")
    ledger = _tell("Reading the logs of three channels", lambda: _read_logs(out, space))
    _tell("Reporting", lambda: _show_reports(space))
    published = _tell("Training, and judging on later sessions", lambda: train_and_publish(space, datetime.now(UTC)))
    print_report(report_evaluation(_leave_out_candidates(published.judgement.scores)))
    with _serve(out / "lake", 0 if once else port) as address:
        answers = {path: _ask(f"{address}{path}") for path in _list_questions(world)}
        _show_answers(address, answers)
        if not once:
            notes.print(f"\n[bold]Open {address}/ in a browser.[/] Ctrl-C ends the demo.")
            signal.sigwait([signal.SIGINT, signal.SIGTERM])
    if once:
        print_document(_sum_up(round(time.perf_counter() - began, 1), ledger, published, answers))


def _clear(out: Path) -> None:
    """Remove what an earlier demo left in its folder, and nothing else."""
    if any(out.iterdir()) and not (out / "truth.json").exists():
        raise Stop(Exit.WRONG_USE, "this folder holds something else", str(out), "Name an empty folder with --out.")
    for name in ("lake", "web", "wap", "app", "maps"):
        shutil.rmtree(out / name, ignore_errors=True)


def _tell(what: str, work: Callable[[], T]) -> T:
    """Say what is being done, and how long it took."""
    began = time.perf_counter()
    with notes.status(f"{what} …"):
        done = work()
    notes.print(f"[green]✓[/] {what} ({time.perf_counter() - began:.1f} s)")
    return done


def _invent(out: Path, visits: int, seed: int) -> Simulation:
    simulation = simulate(visits=visits, seed=seed)
    write_simulation(simulation, out)
    return simulation


def _read_logs(out: Path, space: Workspace) -> Ledger:
    total, now = Ledger(), datetime.now(UTC)
    with show_progress("reading", sum((out / log.file).stat().st_size for log in LOGS)) as advance:
        for log in LOGS:
            intake = plan_intake(space, SourceSettings(log.file, log.format, log.channel, log.mapping), now, out)
            ledger = ingest_files([out / log.file], intake, advance)
            notes.print(f"  {log.file}: {ledger.sentence}")
            total.add(ledger)
    return total


def _show_reports(space: Workspace) -> None:
    desk = Desk(read_tables(space.lake, space.settings), space.settings)
    funnel = ANSWERS["funnel"](measure_funnel(desk, "order"), Question())
    overview, stories, abandonment = (REPORTS[name](desk) for name in ("overview", "stories", "abandonment"))
    for report in (overview, funnel, stories, abandonment):
        print_report(report)


@contextmanager
def _serve(lake: Path, port: int) -> Iterator[str]:
    """Run the server as a process of its own, and end it when done."""
    command = [sys.executable, "-m", "echannel", "serve", "--lake", str(lake), "--port", str(port), "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, start_new_session=True) as server:  # noqa: S603
        try:
            listening = json.loads((server.stdout and server.stdout.readline()) or "null")
            if listening is None:
                raise Stop(Exit.BAD_INPUT, "the server did not start", f"port {port}", "See its message above.")
            address = f"http://{listening['host']}:{listening['port']}"
            _await_ready(address)
            yield address
        finally:
            server.terminate()


def _await_ready(address: str) -> None:
    """Wait until the server has loaded its snapshot."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        try:
            _ask(f"{address}/readyz")
        except urllib.error.HTTPError:
            time.sleep(0.1)
        else:
            return
    raise Stop(Exit.BAD_INPUT, f"the server was not ready after {START_SECONDS} s", address, "See its log above.")


def _list_questions(world: Simulation) -> list[str]:
    """List three questions that a front-end asks: a product page, a basket, a page's next click."""
    first = quote(world.operator.stories.bundle.first if world.operator.stories.bundle else "HS-01")
    return [
        f"/v1/items/{first}/also-viewed?n=3",
        f"/v1/items/{first}/also-bought?n=3",
        "/v1/pages/product/next-clicks?channel=app&n=3",
    ]


def _ask(url: str) -> object:
    with urllib.request.urlopen(url, timeout=ANSWER_SECONDS) as response:  # noqa: S310
        answer: object = json.load(response)
    return answer


def _leave_out_candidates(scores: pl.DataFrame) -> pl.DataFrame:
    """Leave out how each candidate did on each channel: what answers is enough for a first look."""
    answering = scores.filter(pl.col("task") == pl.col("model"))["task"].implode()
    return scores.filter(pl.col("task").is_in(answering))


def _show_answers(address: str, answers: dict[str, object]) -> None:
    for path, answer in answers.items():
        notes.print(f"\n[bold]curl '{address}{path}'[/]", soft_wrap=True)
        notes.print(json.dumps(answer, ensure_ascii=False), markup=False, soft_wrap=True)


def _sum_up(seconds: float, ledger: Ledger, published: Published, answers: dict[str, object]) -> dict[str, object]:
    scores = published.judgement.scores.select("task", "model", "cases", "hit_rate", "mrr", "ndcg", "verdict")
    return {
        "seconds": seconds,
        "ingest": ledger,
        "model_version": published.model_version,
        "withheld": list(published.judgement.choice.withheld),
        "scores": scores.to_dicts(),
        "answers": answers,
    }
