"""News: the files that commits added to a table, and took from it, since a version."""

from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote

import msgspec


class News(NamedTuple):
    """What changed a table's rows: files that are there now and were not then, and the other way round.

    Files that only store the same rows anew (compaction) are none, nor are those that came and went in between: rows
    moved there and then deleted would be found on both sides, as if nothing had become of them.
    """

    came: list[str]
    went: list[str]


class _File(msgspec.Struct):
    path: str
    data_change: bool = msgspec.field(name="dataChange", default=True)


class _Action(msgspec.Struct):
    add: _File | None = None
    remove: _File | None = None

    @property
    def files(self) -> list[_File]:
        """List the file that comes or goes, if the action is of files at all."""
        return [file for file in (self.add, self.remove) if file]


def read_news(folder: Path, since: int, version: int) -> News | None:
    """Read what the commits after `since`, up to `version`, added and took.

    None where that cannot be told any more: a commit's record or one of its files has been cleaned away, or rows went
    from files that were compacted in between, so that it is not known on which side their like stood.
    """
    actions: list[_Action] = []
    for number in range(since + 1, version + 1):
        record = folder / "_delta_log" / f"{number:020}.json"
        if not record.exists():
            return None
        actions += map(msgspec.json.Decoder(_Action).decode, record.read_bytes().splitlines())
    came = [_place(folder, action.add) for action in actions if action.add and action.add.data_change]
    went = [_place(folder, action.remove) for action in actions if action.remove and action.remove.data_change]
    passing = set(came) & set(went)
    news = News(*([file for file in files if file not in passing] for files in (came, went)))
    compacted = {_place(folder, file) for action in actions for file in action.files if not file.data_change}
    if news.went and compacted & {*came, *went}:
        return None
    return news if all(Path(file).exists() for file in news.came + news.went) else None


def _place(folder: Path, file: _File) -> str:
    return str(folder / unquote(file.path))
