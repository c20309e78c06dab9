"""Remains: what a JSON document says beyond the mapped columns, kept aside as JSON text."""

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import msgspec
import polars as pl

from ingest.mapping import Mapping
from ingest.readers.drift import COLUMN, mark_rows
from ingest.readers.shapes import EACH, Tree, grow_tree, part_path
from ingest.readers.telling import is_telling

NON_NULL_MEMBER = r'"\s*:\s*[^n\s]'
"""Stands behind each key with a value other than null. A text may hold it too; a key never lacks it."""
KEY = re.compile(r'"((?:[^"\\]|\\.)*)"\s*:')
MOST_KEYS = 10_000
"""So many keys are remembered at a level; a log that has more makes keys of its values."""
NOTHING = (b"null", b'""')
OPEN = b"{["

Members = dict[str, object]
open_object = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
open_list = msgspec.json.Decoder(list[msgspec.Raw]).decode


def keep_remains(text: pl.Series, sound: pl.Series, known: pl.Series, mapping: Mapping) -> pl.DataFrame:
    """Return for each line `extra` and `left_out`, the marks of telling columns that are not kept (`mark_rows`).

    `known` counts the members of a line that the mapping reads and that are not null: where a line says no more than
    those, it is not looked at. With `explode`, `extra` is a list, one text for each element of the exploded one.
    """
    extra = pl.List(pl.String()) if mapping.explode else pl.String()
    if not mapping.extra or mapping.into != "events":
        return _gather([], [], extra, pl.repeat(None, len(text), dtype=pl.Int64, eager=True))
    fuller = (sound & (text.str.count_matches(NON_NULL_MEMBER) != known)).arg_true()
    keeper = Keeper(mapping)
    found = [keeper.keep(line) for line in text.gather(fuller).to_list()]
    texts = [texts if mapping.explode else texts[0] for texts, _ in found]
    place = pl.repeat(None, len(text), dtype=pl.Int64, eager=True).scatter(fuller, range(len(fuller)))
    return _gather(texts, [marks for _, marks in found], extra, place)


def _gather(texts: Sequence[object], marks: Sequence[str | None], extra: pl.DataType, place: pl.Series) -> pl.DataFrame:
    found = pl.DataFrame([pl.Series("extra", texts, dtype=extra), pl.Series("left_out", marks, dtype=pl.String)])
    if found.is_empty():
        return found.clear(len(place))
    return found.select(pl.all().gather(place))


class Level(NamedTuple):
    """What the mapping knows of one level of nested objects."""

    path: str
    leaves: frozenset[str]
    """Keys of which the value is read."""
    below: dict[str, "Level"]
    """Keys of objects into which the mapping reaches."""
    exploded: str | None
    """The key of the list to explode, if it stands here."""
    verdicts: dict[str, bool | None]
    """Of each other key that came: whether it is kept; null where it is left out because it is telling."""


class Keeper:
    """Takes from documents what the mapping does not read."""

    def __init__(self, mapping: Mapping) -> None:
        """Make a keeper for one mapping."""
        self._drop = frozenset(mapping.drop)
        self._list = part_path(mapping.explode) if mapping.explode else []
        self._top = self._lay(grow_tree(mapping.read_columns(), mapping.explode), [])
        self._left_out: set[str] = set()

    def keep(self, line: str) -> tuple[list[str | None], str | None]:
        """Return what remains of a document, once for each of its parts, and the marks of what was left out."""
        self._left_out.clear()
        parts: list[Members] = []
        try:
            rest = self._take(line, self._top, parts)
            texts = [_write(self._join(rest, part)) for part in parts] if parts else [_write(rest)]
        except (msgspec.DecodeError, RecursionError):
            return [None], None
        if not self._left_out:
            return texts, None
        return texts, COLUMN.join(mark_rows("left_out", column) for column in sorted(self._left_out))

    def _lay(self, tree: Tree, path: list[str]) -> Level:
        """Lay a level of the mapping's tree out, and those below it."""
        here = {key: branch for key, branch in tree.items() if key != EACH}
        exploded = self._list[-1] if self._list and path == self._list[:-1] else None
        below = {
            key: self._lay(branch.get(EACH, branch), [*path, key])
            for key, branch in here.items()
            if branch and (EACH not in branch or key == exploded)
        }
        leaves = frozenset(key for key, branch in here.items() if not branch)
        return Level(".".join(path), leaves, below, exploded, {})

    def _take(self, raw: str | msgspec.Raw, level: Level, parts: list[Members]) -> Members:
        """Return the members of an object that are not read; those of the list to explode are put into `parts`."""
        rest: Members = {}
        for key, value in open_object(raw).items():
            if key in level.leaves:
                continue
            if key == level.exploded:
                parts += [self._take_part(each, level.below[key]) for each in _list(value)]
            elif key in level.below and bytes(value) != b"null":
                if within := self._take(value, level.below[key], parts):
                    rest[key] = within
            elif (member := self._look(value, level.path, key, level.verdicts)) is not None:
                rest[key] = member
        return rest

    def _take_part(self, raw: msgspec.Raw, level: Level) -> Members:
        return self._take(raw, level, []) if bytes(raw)[:1] == b"{" else {}

    def _look(self, value: msgspec.Raw, above: str, key: str, verdicts: dict[str, bool | None]) -> object:
        """Return a member that nobody reads, or nothing where it is empty, dropped or telling."""
        if key not in verdicts:
            if len(verdicts) >= MOST_KEYS:
                verdicts.clear()
            verdicts[key] = self._judge(_name(above, key), key)
        verdict, said = verdicts[key], bytes(value)
        if verdict is None:
            self._left_out.add(_name(above, key))
        if not verdict or said in NOTHING:
            return None
        return self._look_below(value, _name(above, key)) if said[0] in OPEN else value

    def _judge(self, path: str, key: str) -> bool | None:
        return False if path in self._drop else None if is_telling(key) else True

    def _look_below(self, value: msgspec.Raw, path: str) -> object:
        """Return an object or list; one that holds telling or dropped members, without them."""
        said = bytes(value)
        dropped = any(name.startswith(f"{path}.") for name in self._drop)
        if said[0] not in OPEN or not (dropped or any(map(is_telling, KEY.findall(said.decode())))):
            return value
        if said[:1] == b"[":
            return [self._look_below(each, path) for each in open_list(value)]
        members = ((key, self._look(each, path, key, {})) for key, each in open_object(value).items())
        return {key: member for key, member in members if member is not None} or None

    def _join(self, rest: Members, part: Members) -> Members:
        """Put what remains of one element where its list stood."""
        if not part:
            return rest
        whole = here = dict(rest)
        for name in self._list[:-1]:
            here[name] = below = dict(here.get(name, {}))  # type: ignore[call-overload]
            here = below
        here[self._list[-1]] = part
        return whole


def _name(above: str, key: str) -> str:
    return f"{above}.{key}" if above else key


def _list(value: msgspec.Raw) -> Iterable[msgspec.Raw]:
    return open_list(value) if bytes(value)[:1] == b"[" else []


def _write(members: Members) -> str | None:
    return msgspec.json.encode(members).decode() if members else None
