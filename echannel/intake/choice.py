"""The choice of sources: those named on the command line, or else all that the settings name."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import NamedTuple
from zoneinfo import available_timezones

from echannel.exits import Exit, Stop
from echannel.intake.feeds import INPUT, find_feeds
from echannel.intake.plan import Intake
from echannel.places import find_spool_folder
from echannel.settings import read_toml
from echannel.sources import SourceSettings
from echannel.topics import is_topic, list_partitions
from echannel.workspace import Workspace
from ingest import FORMATS, read_mapping


class Chosen(NamedTuple):
    """One source to be read, and how."""

    path: str
    intake: Intake


def plan_intake(space: Workspace, source: SourceSettings, now: datetime, folder: Path = Path()) -> Intake:
    """Plan how a source is read; its mapping file is found relative to a folder.

    Raises `Stop` where nobody knows its format or time zone, or where its mapping file cannot be read.
    """
    if source.format not in FORMATS and not set("$%") & set(source.format):
        known = f"Pass a log_format string, or one of {', '.join(FORMATS)}."
        raise Stop(Exit.WRONG_USE, "there is no such format", source.format, known)
    if source.zone and source.zone not in available_timezones():
        raise Stop(Exit.WRONG_USE, "there is no such time zone", source.zone, "Name one as Asia/Shanghai is named.")
    file = str(folder / source.map) if source.map else None
    mapping = read_mapping(read_toml(Path(file)), file) if file else None
    return Intake(
        *space, source.format, source.channel, mapping, file, source.encoding, source.zone, now=now
    )  # fmt: skip


def choose_paths(paths: list[str], intake: Intake) -> list[Chosen]:
    """Choose the files that paths name, all read in one way."""
    feeds = (feed for path in find_feeds(paths) for feed in _part_topic(path, intake))
    return [Chosen(feed, intake) for feed in feeds]


def choose_configured(space: Workspace, now: datetime, folder: Path) -> list[Chosen]:
    """Choose the files of every source in the settings; raises `Stop` where there is none, and no spool either."""
    chosen = list(_choose_each(space, now, folder))
    if not chosen and not find_spool_folder(space.lake.folder).is_dir():
        raise Stop(
            Exit.WRONG_USE,
            "no source is named",
            "echannel ingest",
            "Name files, folders, patterns or - on the command line, or [sources.NAME] with a `path` in echannel.toml.",
        )
    return chosen


def count_bytes(sources: Iterable[Chosen]) -> int:
    """Count the bytes of all files, for those who wait."""
    files = (source.path for source in sources if source.path != INPUT and not is_topic(source.path))
    return sum(Path(file).stat().st_size for file in files)


def _choose_each(space: Workspace, now: datetime, folder: Path) -> Iterator[Chosen]:
    for source in space.settings.sources.values():
        intake = plan_intake(space, source, now, folder)
        paths = [path if is_topic(path) else str(folder / path) for path in source.paths]
        yield from choose_paths(paths, intake)


def _part_topic(path: str, intake: Intake) -> list[str]:
    """Return the partitions of a topic, and a file as it is."""
    return list_partitions(path, intake.settings.kafka) if is_topic(path) else [path]
