"""Places: where what belongs to a lake lies."""

from pathlib import Path


def find_serving_folder(lake: Path) -> Path:
    """Return the folder of a lake's published snapshots."""
    return lake / "serving"


def find_spool_folder(lake: Path) -> Path:
    """Return the folder where what trackers sent waits for the lake."""
    return lake / "spool"


def find_funnels_folder(lake: Path) -> Path:
    """Return the folder of the funnels that were defined through the API."""
    return lake / "funnels"


def find_access_file(lake: Path) -> Path:
    """Return where the hashes of callers' keys lie: beside the lake, never in it."""
    return lake.with_name(f"{lake.name}.access")
