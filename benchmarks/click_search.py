"""`python -m benchmarks.click_search DATA [--cases N] [--seconds S]`: search the neighbours' settings on validation.

One setting after the other is moved through its values, and stays where HR@20 + 2 · MRR@20 is best, until a whole round
changes nothing or the time is over. The test's cases are never read.
"""

import argparse
import random
import time
from dataclasses import replace

import msgspec
import numpy as np

from benchmarks.click_data import NAMES, Case, read_validation
from benchmarks.click_models import index_sessions
from serving import NeighbourSettings, PastSessions, SessionNeighbours

VALUES: dict[str, list[float]] = {
    "neighbours": [100, 200, 500, 1000, 1500],
    "sharpness": [0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 4.0],
    "click_fade": [0.7, 1.0, 1.5, 2.0, 3.0, 5.0],
    "step_fade": [1.0, 1.5, 2.0, 3.0, 5.0, 8.0],
    "before": [0.2, 0.4, 0.6, 0.8, 1.0],
    "length_power": [0.0, 0.25, 0.5, 0.75],
    "rarity_power": [0.0, 0.5, 1.0, 1.5, 2.0, 3.0],
    "target_power": [0.0, 0.25, 0.5, 0.75, 1.0, 1.5, 2.0],
    "age_fade": [0.25, 0.5, 1.0, 2.0, 5.0],
    "own": [0.0, 0.3, 0.5, 0.7, 1.0, 1.5, 2.0, 3.0],
    "onward": [0.0, 0.3, 0.6, 1.0, 1.5, 2.0, 3.0],
}
K = 20


def search(name: str, cases: int, seconds: float, hits_weight: float, start: NeighbourSettings) -> NeighbourSettings:
    """Search settings on a validation split."""
    data = read_validation(name)
    asked = random.Random(1).sample(data.cases, min(cases, len(data.cases)))
    past = index_sessions(data.sessions, start)
    best, reached = start, _judge(past, asked, hits_weight)
    print(f"start: {reached}", flush=True)
    ends, settled = time.monotonic() + seconds, False
    while not settled:
        settled = True
        for key, values in VALUES.items():
            for value in values:
                tried = msgspec.structs.replace(best, **{key: int(value) if key == "neighbours" else value})
                if tried == best or time.monotonic() > ends:
                    continue
                found = _judge(set_scales(past, tried), asked, hits_weight)
                if found[0] > reached[0] + 1e-4:
                    best, reached, settled = tried, found, False
                    print(f"{key} = {value}: {found}", flush=True)
    return best


def set_scales(past: PastSessions, settings: NeighbourSettings) -> PastSessions:
    """Give an index other settings; the sample is cut already."""
    tail = [value for name, value in msgspec.structs.asdict(settings).items() if name != "sample"]
    return replace(past, scales=np.array([past.scales[0], *tail], np.float64))


def _judge(past: PastSessions, cases: list[Case], hits_weight: float) -> tuple[float, float, float]:
    """Tell the sum that is searched for, HR@20 and MRR@20."""
    model, code_of = SessionNeighbours(past), {name: code for code, name in enumerate(past.keys.tolist())}
    places = np.zeros(len(cases))
    for number, case in enumerate(cases):
        found = np.flatnonzero(model.rank_next(case.visit).target[:K] == code_of.get(case.target, -1))
        places[number] = found[0] + 1 if len(found) else np.inf
    hits, ranks = float(np.isfinite(places).mean()), float((1 / places).mean())
    return hits_weight * hits + 2 * ranks, hits, ranks


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name", choices=NAMES)
    parser.add_argument("--cases", type=int, default=4_000)
    parser.add_argument("--seconds", type=float, default=1_200)
    parser.add_argument("--sample", type=int, default=500)
    parser.add_argument("--hits-weight", type=float, default=1.0)
    given = parser.parse_args()
    print(search(given.name, given.cases, given.seconds, given.hits_weight, NeighbourSettings(sample=given.sample)))
