"""The pointer to the current snapshot, and how it moves."""

import os
import re
import shutil
from collections.abc import Mapping
from pathlib import Path

from serving.faults import SnapshotError
from serving.snapshot import Snapshot
from serving.storage.archive import MANIFEST, load_snapshot, write_snapshot
from serving.storage.durability import UNFINISHED, lock_folder, sync_folder, write_durably
from serving.storage.manifest import Json, Manifest

CURRENT = "CURRENT"
VERSION = re.compile(r"[0-9a-f]{12}")

KEPT_VERSIONS = 3
"""How many versions stay: the current one, one to go back to, one that a slow reader may still be opening."""


def read_current(folder: Path) -> str | None:
    """Read which version is current; None before the first. Raises `SnapshotError` for anything but a version."""
    path = folder / CURRENT
    try:
        version = path.read_text(encoding="ascii").strip()
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as fault:
        raise SnapshotError(path, f"cannot be read ({fault})") from None
    if not VERSION.fullmatch(version):
        raise SnapshotError(path, "does not name a version")
    return version


def publish_snapshot(
    folder: Path,
    snapshot: Snapshot,
    *,
    made_at: str,
    settings: Mapping[str, Json] | None = None,
    evaluation: Json = None,
    keep: int = KEPT_VERSIONS,
) -> Manifest:
    """Write a snapshot and make it current: `write_snapshot`, then `replace_current`."""
    manifest = write_snapshot(folder, snapshot, made_at=made_at, settings=settings, evaluation=evaluation)
    replace_current(folder, manifest.model_version, keep=keep)
    return manifest


def replace_current(folder: Path, version: str, *, keep: int = KEPT_VERSIONS) -> None:
    """Make a written version current, in one step, and remove the oldest beyond `keep` (at least 1).

    The version is loaded and checked first, so that a broken one never becomes current. Going back to an older
    version works the same way. Readers of a removed version go on undisturbed: its files are mapped until they let go.
    """
    with lock_folder(folder):
        load_snapshot(folder / version)
        os.utime(folder / version / MANIFEST)
        fresh = folder / f"{UNFINISHED}{CURRENT}"
        write_durably(fresh, f"{version}\n".encode("ascii"))
        fresh.replace(folder / CURRENT)
        sync_folder(folder)
        _remove_old(folder, version, max(keep, 1))


def _remove_old(folder: Path, current: str, keep: int) -> None:
    """Remove all but the current version and those that were current last."""
    others = [path for path in folder.iterdir() if VERSION.fullmatch(path.name) and path.name != current]
    others.sort(key=lambda path: (_tell_age(path), path.name), reverse=True)
    for path in others[keep - 1 :]:
        shutil.rmtree(path, ignore_errors=True)


def _tell_age(path: Path) -> int:
    """Tell when a version was last made current; 0 for a folder without a manifest."""
    manifest = path / MANIFEST
    return manifest.stat().st_mtime_ns if manifest.exists() else 0
