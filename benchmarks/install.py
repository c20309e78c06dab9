"""Ask how much room a serving-only installation takes, on disk and in memory."""

import os
import subprocess
import tempfile
import venv
from pathlib import Path

from benchmarks.demo_lake import ask, find_demo_lake, start_server
from benchmarks.measurement import Detail, Finding, read_memory

ROOT = Path(__file__).parent.parent
QUESTIONS = ("/v1/items/HS-01/also-viewed", "/v1/items/HS-01/also-bought", "/v1/pages/product/next-clicks?channel=app")


def answer(_: int | None) -> list[Finding]:
    """Install the project without extras into a fresh environment, and serve the demo's models from there."""
    lake = find_demo_lake()
    with tempfile.TemporaryDirectory() as folder:
        venv.create(folder, with_pip=True)
        python = Path(folder) / "bin" / "python"
        before, compiled_before = _weigh(Path(folder)), _weigh(Path(folder), ".pyc")
        pip = [str(python), "-m", "pip", "--disable-pip-version-check", "install", "--quiet", str(ROOT)]
        subprocess.run(pip, check=True, cwd=folder)
        size, compiled = _weigh(Path(folder)) - before, _weigh(Path(folder), ".pyc") - compiled_before
        detail: Detail = {"of_it_bytecode_mb": round(compiled, 1)}
        return [
            Finding("serving-only installation, without pip itself", size, "<= 80", detail, "MB"),
            _serve(python, lake),
        ]


def _serve(python: Path, lake: Path) -> Finding:
    """Serve from the fresh environment, ask each question a hundred times, and look at the memory."""
    options = ["serve", "--lake", str(lake), "--port", "0", "--workers", "1", "--json"]
    with start_server([str(python), "-P", "-m", "echannel", *options]) as server:
        for question in QUESTIONS * 100:
            ask(server.address + question)
        now, peak = read_memory(server.pid, "VmRSS"), read_memory(server.pid)
    return Finding("memory of a serving process", now, "<= 150", {"models": "demo", "peak_mb": round(peak)}, "MB")


def _weigh(folder: Path, ending: str = "") -> float:
    """Sum up a folder's files in MB, as they lie on disk."""
    places = (Path(root) / name for root, _, names in os.walk(folder) for name in names if name.endswith(ending))
    return sum(place.lstat().st_blocks * 512 for place in places) / 1e6
