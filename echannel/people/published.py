"""What is published of people: it is changed at once, without waiting for the next build."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np

from serving import Histories, load_snapshot, publish_snapshot, read_current, read_manifest

Rename = Callable[[str], str | None]
"""Tells a person's new pseudonym; none for one who goes."""


def change_people(folder: Path, rename: Rename) -> int:
    """Publish the current snapshot anew with other people in it, and remove every other version.

    Returns how many people changed or went, of histories and of what is owned. Models stay as they are until the next
    build: they know items, not people. That build learns them afresh, since to go on from what was learnt of who goes
    would keep them in it. Servers take over the new version as they do any other.
    """
    version = read_current(folder)
    if version is None:
        return 0
    snapshot, manifest = load_snapshot(folder / version), read_manifest(folder / version)
    histories, of_histories = _change(snapshot.histories, rename)
    owned, of_owned = _change(snapshot.owned, rename)
    record = manifest.evaluation or {}
    if of_histories + of_owned:
        record = {**record, "people_changed": True}
    publish_snapshot(
        folder,
        replace(snapshot, histories=histories, owned=owned),
        made_at=manifest.made_at,
        settings=manifest.settings,
        evaluation=record,
        keep=1,
    )
    return of_histories + of_owned


def _change(kept: Histories, rename: Rename) -> tuple[Histories, int]:
    """Give the people of histories their new names; rows of those who have none go."""
    names = [rename(person) for person in kept.persons.tolist()]
    changed = sum(old != new for old, new in zip(kept.persons.tolist(), names, strict=True))
    if not changed:
        return kept, 0
    owner = np.repeat(np.array(names, dtype=np.object_), np.diff(kept.starts))
    stays = np.array([name is not None for name in names], dtype=np.bool_).repeat(np.diff(kept.starts))
    items = kept.items[kept.item[stays]]
    return Histories.from_rows(owner[stays], items, kept.weight[stays]), changed
