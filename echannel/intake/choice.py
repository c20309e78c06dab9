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
from echannel.workspace import Workspace
from ingest import read_mapping


class Chosen(NamedTuple):
    """One source to be read, and how."""

    path: str
    intake: Intake


def plan_intake(space: Workspace, source: SourceSettings, now: datetime, folder: Path = Path()) -> Intake:
    """Plan how a source is read; its mapping file is found relative to a folder.

    Raises `Stop` where nobody knows its time zone, or where its mapping file cannot be read.
    """
    if source.zone and source.zone not in available_timezones():
        raise Stop(Exit.WRONG_USE, "there is no such time zone", source.zone, "Name one as Asia/Shanghai is named.")
    file = str(folder / source.map) if source.map else None
    mapping = read_mapping(read_toml(Path(file)), file) if file else None
    return Intake(
        *space, source.format, source.channel, mapping, file, source.encoding, source.zone, now=now
    )  # fmt: skip


def choose_paths(paths: list[str], intake: Intake) -> list[Chosen]:
    """Choose the files that paths name, all read in one way."""
    return [Chosen(path, intake) for path in find_feeds(paths)]


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
    return sum(Path(source.path).stat().st_size for source in sources if source.path != INPUT)


def _choose_each(space: Workspace, now: datetime, folder: Path) -> Iterator[Chosen]:
    for source in space.settings.sources.values():
        intake = plan_intake(space, source, now, folder)
        yield from choose_paths([str(folder / path) for path in source.paths], intake)
