"""Steps of larger commands, run by themselves so that many can be interrupted: publishing, and upkeep."""

import dataclasses
from pathlib import Path

from echannel.places import find_serving_folder
from lake import TABLES, Lake, compact, wipe
from serving import load_snapshot, publish_snapshot, read_current


def publish(lake: str) -> None:
    """Publish the current snapshot anew, with other people in it."""
    folder = find_serving_folder(Path(lake))
    version = read_current(folder)
    assert version
    snapshot = load_snapshot(folder / version)
    known = dataclasses.replace(snapshot, histories=snapshot.owned)
    publish_snapshot(folder, known, made_at="2026-03-02T00:00:00+00:00", keep=1)


def tidy(lake: str) -> None:
    """Put small files together, and remove what is left of them."""
    for name in TABLES:
        compact(Lake(Path(lake)), name)
    wipe(Lake(Path(lake)))


STEPS = {"publish": publish, "tidy": tidy}
