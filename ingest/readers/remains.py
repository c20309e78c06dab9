"""Remains: what a JSON document says beyond the mapped columns, kept aside as JSON text."""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

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
NESTED = (b"{", b"[")

Members = dict[str, object]
open_object = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
open_list = msgspec.json.Decoder(list[msgspec.Raw]).decode
is_telling_key = lru_cache(MOST_KEYS)(is_telling)


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
    found = [keeper.keep(line) for line in text.gather(fuller)]
    texts = [texts if mapping.explode else texts[0] for texts, _ in found]
    place = pl.repeat(None, len(text), dtype=pl.Int64, eager=True).scatter(fuller, range(len(fuller)))
    return _gather(texts, [marks for _, marks in found], extra, place)


def _gather(texts: Sequence[object], marks: Sequence[str | None], extra: pl.DataType, place: pl.Series) -> pl.DataFrame:
    found = pl.DataFrame([pl.Series("extra", texts, dtype=extra), pl.Series("left_out", marks, dtype=pl.String)])
    if found.is_empty():
        return found.clear(len(place))
    return found.select(pl.all().gather(place))


class Keeper:
    """Takes from documents what the mapping does not read."""

    def __init__(self, mapping: Mapping) -> None:
        """Make a keeper for one mapping."""
        self._tree = grow_tree(mapping.read_columns(), mapping.explode)
        self._drop = frozenset(mapping.drop)
        self._list = part_path(mapping.explode) if mapping.explode else []
        self._left_out: set[str] = set()

    def keep(self, line: str) -> tuple[list[str | None], str | None]:
        """Return what remains of a document, once for each of its parts, and the marks of what was left out."""
        self._left_out.clear()
        try:
            rest, parts = self._take(msgspec.Raw(line.encode()), self._tree, "")
            texts = [_write(self._join(rest, part)) for part in parts] or [_write(rest)]
        except (msgspec.DecodeError, RecursionError):
            return [None], None
        return texts, COLUMN.join(mark_rows("left_out", column) for column in sorted(self._left_out)) or None

    def _take(self, raw: msgspec.Raw, tree: Tree, above: str) -> tuple[Members, list[Members]]:
        """Return the members of an object that are not read, and those of each element of the list to explode."""
        rest, parts = Members(), list[Members]()
        for key, value in open_object(raw).items():
            path = f"{above}{key}"
            branch = tree.get(key)
            if branch is None or (branch and EACH in branch and path.split(".") != self._list):
                if (member := self._look(value, path, key)) is not None:
                    rest[key] = member
            elif EACH in branch:
                parts = [self._take_part(each, branch[EACH], f"{path}.") for each in _list(value)]
            elif branch and bytes(value) != b"null":
                below, more = self._take(value, branch, f"{path}.")
                parts = parts or more
                rest |= {key: below} if below else {}
        return rest, parts

    def _take_part(self, raw: msgspec.Raw, tree: Tree, above: str) -> Members:
        return self._take(raw, tree, above)[0] if tree and bytes(raw) != b"null" else {}

    def _look(self, value: msgspec.Raw, path: str, key: str) -> object:
        """Return a member that nobody reads, or nothing where it is empty, dropped or telling."""
        if path in self._drop:
            return None
        if is_telling_key(key):
            self._left_out.add(path)
            return None
        if bytes(value)[:1] in NESTED:
            return self._look_below(value, path)
        return None if bytes(value) in (b"null", b'""') else value

    def _look_below(self, value: msgspec.Raw, path: str) -> object:
        """Return an object or list; one that holds telling or dropped members, without them."""
        if bytes(value)[:1] not in NESTED:
            return value
        keys = KEY.findall(bytes(value).decode())
        dropped = any(name.startswith(f"{path}.") for name in self._drop)
        if not dropped and not any(map(is_telling_key, keys)):
            return value
        if bytes(value)[:1] == b"[":
            return [self._look_below(each, path) for each in open_list(value)]
        members = ((name, self._look(each, f"{path}.{name}", name)) for name, each in open_object(value).items())
        return {name: member for name, member in members if member is not None} or None

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


def _list(value: msgspec.Raw) -> Iterable[msgspec.Raw]:
    return open_list(value) if bytes(value)[:1] == b"[" else []


def _write(members: Members) -> str | None:
    return msgspec.json.encode(members).decode() if members else None
