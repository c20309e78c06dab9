"""Measurement: interleaved runs, and peak memory of a contender in a process of its own."""

import gc
import importlib
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Generic, TypeVar

import msgspec

D = TypeVar("D")
CACHE = Path(tempfile.gettempdir()) / "echannel-benchmarks"
"""Where what takes long to make is kept for later runs."""
ROUNDS = int(os.environ.get("BENCHMARK_ROUNDS", "5"))
"""How often each contender is timed, after a round that does not count; fewer where one run takes minutes."""

Detail = dict[str, float | int | str]
"""What lies behind a figure."""


class Finding(msgspec.Struct, frozen=True):
    """The answer to one question: a ratio (or a figure), its target, and what lies behind it."""

    question: str
    ratio: float
    target: str
    """What to reach, as `<= 0.45`; empty where nothing was promised."""
    detail: Detail
    unit: str = "x"

    @property
    def reached(self) -> bool | None:
        """Tell whether the target is reached; None where there is none."""
        if not self.target:
            return None
        sign, number = self.target.split()
        return self.ratio <= float(number) if sign == "<=" else self.ratio >= float(number)


class Memory(msgspec.Struct, frozen=True):
    """Resident memory of a process while a contender runs, in MB."""

    peak: int
    """With the data that all contenders were given."""
    growth: int
    """What the run added to that."""


@dataclass(frozen=True)
class Rival(Generic[D]):
    """Somebody else's way to the same, or a bare part of it, and how ours must compare."""

    name: str
    run: Callable[[D], object]
    target: str = ""
    memory_target: str = ""


@dataclass(frozen=True)
class Race(Generic[D]):
    """One question, as a race on the same data."""

    question: str
    rows: int
    prepare: Callable[[int], D]
    ours: Callable[[D], object]
    rivals: tuple[Rival[D], ...]
    check: Callable[[D], Detail] = lambda _: {}
    """Compares the answers, and says what was found; raises where they must not differ."""
    memory: bool = True

    def run(self, place: str, rows: int | None = None) -> list[Finding]:
        """Run all contenders by turns; `place` is where this race is found, as `module:name`."""
        count = rows or self.rows
        data = self.prepare(count)
        checked = self.check(data)
        contenders = {"ours": self.ours, **{rival.name: rival.run for rival in self.rivals}}
        seconds = time_by_turns({name: _bind(run, data) for name, run in contenders.items()})
        del data
        memory = {name: measure_memory(place, name, count) for name in contenders} if self.memory else {}
        return [self._compare(rival, count, seconds, memory, checked) for rival in self.rivals] + [
            self._weigh(rival, memory) for rival in self.rivals if rival.memory_target
        ]

    def _compare(
        self,
        rival: Rival[D],
        rows: int,
        seconds: Mapping[str, list[float]],
        memory: Mapping[str, Memory],
        checked: Detail,
    ) -> Finding:
        ours, theirs = statistics.median(seconds["ours"]), statistics.median(seconds[rival.name])
        detail: Detail = {"rows": rows, "rival": rival.name, "rounds": len(seconds["ours"])}
        detail |= {"ours_seconds": round(ours, 4), "rival_seconds": round(theirs, 4)}
        detail |= {"ours_range": _tell_range(seconds["ours"]), "rival_range": _tell_range(seconds[rival.name])}
        if memory:
            detail |= {"ours_peak_mb": memory["ours"].peak, "ours_grew_mb": memory["ours"].growth}
            detail |= {"rival_peak_mb": memory[rival.name].peak, "rival_grew_mb": memory[rival.name].growth}
        return Finding(f"{self.question} / {rival.name}", ours / theirs, rival.target, detail | checked)

    def _weigh(self, rival: Rival[D], memory: Mapping[str, Memory]) -> Finding:
        ours, theirs = memory["ours"].growth, memory[rival.name].growth
        detail: Detail = {"ours_grew_mb": ours, "rival_grew_mb": theirs}
        question = f"{self.question}, memory beside the data / {rival.name}"
        return Finding(question, ours / max(theirs, 1), rival.memory_target, detail)


def time_by_turns(contenders: Mapping[str, Callable[[], object]], rounds: int = ROUNDS) -> dict[str, list[float]]:
    """Time each contender once a round, after one round that does not count."""
    seconds: dict[str, list[float]] = {name: [] for name in contenders}
    for turn in range(rounds + 1):
        for name, run in contenders.items():
            gc.collect()
            began = time.perf_counter()
            run()
            if turn:
                seconds[name].append(time.perf_counter() - began)
    return seconds


def measure_memory(place: str, contender: str, rows: int) -> Memory:
    """Run one contender of a race once, in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.measurement", place, contender, str(rows)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    return msgspec.json.decode(done.stdout.splitlines()[-1], type=Memory)


def read_memory(pid: int | str = "self", what: str = "VmHWM") -> float:
    """Read a process's memory in MB: its peak (VmHWM), or what it has now (VmRSS).

    From /proc: the peak that getrusage tells is inherited from the parent process.
    """
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(what)) / 1024


def describe_machine() -> dict[str, str]:
    """Say where and with what versions a run was made, and how busy the machine was."""
    names = ("polars", "duckdb", "chdb", "scipy", "numpy", "mlxtend", "deltalake", "aiohttp")
    cpu = next(
        (line.split(":")[1].strip() for line in Path("/proc/cpuinfo").read_text().splitlines() if "model name" in line),
        platform.machine(),
    )
    load = " ".join(f"{value:.1f}" for value in os.getloadavg())
    return {
        "cpu": f"{os.cpu_count()} x {cpu}",
        "memory": f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 2**30:.0f} GiB",
        "load": load,
        "python": platform.python_version(),
        **{name: version(name) for name in names},
    }


def _bind(run: Callable[[D], object], data: D) -> Callable[[], object]:
    return lambda: run(data)


def _tell_range(seconds: list[float]) -> str:
    return f"{min(seconds):.3f}-{max(seconds):.3f}"


def _run_alone(place: str, contender: str, rows: int) -> None:
    """Prepare the data, run one contender once, and print the memory it took."""
    module, name = place.split(":")
    race = getattr(importlib.import_module(module), name)
    run = race.ours if contender == "ours" else next(one.run for one in race.rivals if one.name == contender)
    data = race.prepare(rows)
    gc.collect()
    Path("/proc/self/clear_refs").write_text("5")  # the peak begins anew: making the data is not what is measured
    before = read_memory(what="VmRSS")
    kept = run(data)
    peak = read_memory()
    print(msgspec.json.encode(Memory(round(peak), round(peak - before))).decode())
    del kept


if __name__ == "__main__":
    _run_alone(sys.argv[1], sys.argv[2], int(sys.argv[3]))
