"""The real browser SDKs in a real browser, on a page of another origin: each event they sent is in the spool once."""

import asyncio
import os
import shutil
import subprocess
import tempfile
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiohttp import web

from tests.api.collector.conftest import Document, read_spool, token
from tests.api.collector.server import Server, start_server

pytestmark = pytest.mark.slow

HERE = Path(__file__).parent
CACHE = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "echannel-tests" / "npm"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
PHONE = "13800138000"
COUNT = 25

PAGES = {
    "snowplow": """
        <script src="/npm/@snowplow/browser-tracker/dist/index.umd.min.js"></script>
        <script>
          const sp = window.snowplowBrowserTracking;
          sp.newTracker("sp", "ADDRESS", {appId: "webhall", eventMethod: "METHOD", encodeBase64: METHOD_IS_GET});
          sp.setUserId("PHONE");
          const who = n => [{schema: "iglu:cn/who/jsonschema/1-0-0", data: {n: n, userId: "PHONE"}}];
          for (let n = 0; n < COUNT; n += 1) {
            if (n % 2) sp.trackPageView({title: "缴费", context: who(n)});
            else sp.trackStructEvent({category: "cart", action: "add", label: "PHONE", context: who(n)});
          }
        </script>""",
    "sensors": """
        <script src="/npm/sa-sdk-javascript/sensorsdata.min.js"></script>
        <script>
          const sensors = window.sensorsDataAnalytic201505;
          sensors.init({server_url: "ADDRESS/sa.gif?project=telco", send_type: "METHOD", show_log: false, heatmap: {}});
          sensors.login("PHONE");
          for (let n = 0; n < COUNT; n += 1) sensors.track("AddToCart", {n: n, phone: "PHONE"});
        </script>""",
    "posthog": """
        <script>
          window.posthog = {_i: [["phc_test", {
            api_host: "ADDRESS", autocapture: false, capture_pageview: false, opt_out_useragent_filter: true,
            rate_limiting: {events_per_second: 1000, events_burst_limit: 10000},
          }, "posthog"]], __SV: 1};
        </script>
        <script src="/npm/posthog-js/dist/array.full.js"></script>
        <script>
          window.posthog.identify("PHONE");
          for (let n = 0; n < COUNT; n += 1) window.posthog.capture("AddToCart", {n: n, $set: {phone: "PHONE"}});
        </script>""",
}


@pytest.fixture(scope="session")
def packages() -> Path:
    """Install the pinned packages into a cache, where they are not there yet."""
    if not shutil.which("npm"):
        pytest.skip("install Node.js with npm to run the browser SDKs")
    CACHE.mkdir(parents=True, exist_ok=True)
    lock = (HERE / "package-lock.json").read_bytes()
    installed = CACHE / "package-lock.json"
    if not installed.is_file() or installed.read_bytes() != lock or not (CACHE / "node_modules").is_dir():
        for name in ("package.json", "package-lock.json"):
            shutil.copy(HERE / name, CACHE / name)
        command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
        done = subprocess.run(command, cwd=CACHE, capture_output=True, text=True, check=False)
        if done.returncode:
            installed.unlink()
            pytest.skip(f"npm could not install the browser SDKs: {done.stderr.strip().splitlines()[-1:]}")
    return CACHE / "node_modules"


@pytest.fixture(scope="session")
def browser() -> str:
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        pytest.skip("install chromium to run the browser SDKs")
    return found


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    with start_server(tmp_path) as server:
        yield server


@asynccontextmanager
async def serve_page(html: str, packages: Path) -> AsyncIterator[str]:
    """Serve a page and the SDKs on another port, which to a browser is another origin."""

    async def show(_: web.Request) -> web.Response:
        return web.Response(text=f"<!doctype html><html><body>{html}</body></html>", content_type="text/html")

    app = web.Application()
    app.router.add_get("/pay", show)
    app.router.add_static("/npm", packages)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/pay?phone={PHONE}&utm_source=sms"
    finally:
        await runner.cleanup()


async def visit(browser: str, html: str, packages: Path, spool: Path, wanted: int) -> None:
    """Stay on a page until its events are in the spool, or a minute has gone by, and a moment longer."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        async with serve_page(html, packages) as address:
            options = [
                "--headless=new",
                "--no-sandbox",
                "--disable-gpu",
                "--no-first-run",
                f"--user-data-dir={profile}",
            ]
            quiet = asyncio.subprocess.DEVNULL
            process = await asyncio.create_subprocess_exec(browser, *options, address, stdout=quiet, stderr=quiet)
            try:
                for _ in range(240):
                    await asyncio.sleep(0.25)
                    if len(find_numbers(read_sealed(spool))) >= wanted:
                        break
                await asyncio.sleep(1)
            finally:
                process.terminate()
                await process.wait()


def read_sealed(spool: Path) -> list[Document]:
    return read_spool(spool) if spool.is_dir() and not list(spool.glob("*.open")) else []


def find_numbers(lines: list[Document]) -> list[int]:
    """Find the number that the page gave each of its events."""
    events = [line["event"] for line in lines]
    holders = [event["co"]["data"][-1]["data"] if "co" in event else event.get("properties", {}) for event in events]
    contexts = [part["data"] for event in events if "co" in event for part in event["co"]["data"]]
    return [
        holder["n"]
        for holder in (*(holder for holder in holders if holder not in contexts), *contexts)
        if "n" in holder
    ]


@pytest.mark.parametrize(
    ("tracker", "method"),
    [
        ("snowplow", "post"), ("snowplow", "get"),
        ("sensors", "image"), ("sensors", "ajax"), ("sensors", "beacon"),
        ("posthog", ""),
    ],
)  # fmt: skip
def test_a_browser_leaves_each_event_once(
    server: Server, packages: Path, browser: str, tracker: str, method: str
) -> None:
    words = {
        "ADDRESS": server.address,
        "PHONE": PHONE,
        "COUNT": str(COUNT),
        "METHOD_IS_GET": str(method == "get").lower(),
    }
    html = PAGES[tracker]
    for word, value in {**words, "METHOD": method}.items():
        html = html.replace(word, value)
    asyncio.run(visit(browser, html, packages, server.spool, COUNT))
    logged = server.stop()
    lines = read_spool(server.spool)
    assert Counter(find_numbers(lines)) == Counter(range(COUNT))
    assert {line["tracker"] for line in lines} == {tracker}
    assert not [line for line in lines if "fault" in line]
    assert PHONE.encode() not in logged + b"".join(path.read_bytes() for path in server.spool.iterdir())
    assert token(PHONE) in str(lines)
    assert all("Chrome" in line["agent"] for line in lines)
