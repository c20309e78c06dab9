"""Feeds: what can be read line by line, from any place on."""

import glob
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Protocol

from echannel.exits import Exit, Stop
from echannel.intake.offering_files import OfferingFile
from echannel.intake.plan import Intake
from echannel.intake.row_files import RowFile, is_row_file
from echannel.intake.text_files import Watch, open_input, open_text
from echannel.intake.topics import TopicFeed
from echannel.topics import is_topic
from ingest import Batch, Place

INPUT = "-"
"""How standard input is named on the command line."""


class Feed(Protocol):
    """A source of lines that can be read again from any place on: a file, or a copy of standard input."""

    name: str

    @property
    def identity(self) -> str | None:
        """Return what it is known by for ever; none where its first line says it."""

    @property
    def changed_at(self) -> float | None:
        """Return when it was last written to, in seconds since 1970; none where it will not be again."""

    def close(self) -> None:
        """Give it back."""

    def read_head(self, finished: bool) -> Batch | None:
        """Return its first lines; none where it has no whole line."""

    def read_tail(self, offset: int) -> bytes | None:
        """Return the bytes by which a place is known again; none where it does not reach so far."""

    def read(self, begin: Place, through: bool, finished: bool) -> Iterator[Batch]:
        """Yield its lines from a place on, with `through` those before it too, in batches that end there.

        A last line without a line break waits where the source is not finished.
        """

    def count_waiting(self, place: Place) -> int:
        """Count the bytes behind a place."""

    def tell_missing(self, place: Place) -> list[str]:
        """Say, in words, what is gone that stood behind a place."""

    def check(self, more_to_come: bool) -> None:
        """Raise `BadInput` where it is damaged, or is no longer what it was when reading began."""


def open_feed(path: str, intake: Intake, watch: Watch) -> Feed:
    """Open a file, or standard input; raises `BadInput` where what is to be Parquet, or JSON, is not."""
    if path == INPUT:
        return open_input(sys.stdin.buffer, intake.encoding, watch)
    if is_topic(path):
        return TopicFeed(path, intake.settings.kafka, intake.encoding)
    file = Path(path)
    if intake.format == "tmf620":
        return OfferingFile(file)
    if intake.format == "parquet" or is_row_file(file):
        return RowFile(file)
    return open_text(file, intake.encoding, watch)


def find_feeds(paths: Iterable[str | Path]) -> list[str]:
    """Return the files named, those in folders named, and those that patterns match, each once.

    Folders and patterns (`logs/**/access.log*`) give their files in the order of their names; files whose name
    begins with a dot are left out.
    """
    found = dict.fromkeys(file for path in paths for file in _find(str(path)))
    if not found:
        raise Stop(
            Exit.NOTHING_TO_DO, "no files there", ", ".join(map(str, paths)), "Name files, or folders with files."
        )
    return list(found)


def tell_waiting(feed: Feed, place: Place) -> list[str]:
    """Say that a source which may still grow ends in half a line, if it does."""
    waiting = feed.count_waiting(place)
    told = "have no line break yet and wait for the next run; --finished takes them for a whole line."
    return [f"{feed.name}: its last {waiting:,} bytes {told}"] if waiting else []


def _find(path: str) -> list[str]:
    place = Path(path)
    if path == INPUT or is_topic(path) or place.is_file():
        return [path]
    if place.is_dir():
        return [str(file) for file in sorted(place.rglob("*")) if file.is_file() and not _is_hidden(file, place)]
    if glob.has_magic(path):
        return sorted(file for file in glob.glob(path, recursive=True) if Path(file).is_file())  # noqa: PTH207
    raise Stop(Exit.BAD_INPUT, "there is no such file or folder", path, "Check the path.")


def _is_hidden(file: Path, folder: Path) -> bool:
    return any(part.startswith(".") for part in file.relative_to(folder).parts)
