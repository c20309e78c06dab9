"""The shelf: definitions of funnels that came through the API, one file each, beside those of the settings file."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec

from api import make_tag
from echannel.exits import Exit, Stop
from echannel.funnels.reading import DefinitionError, read_definition, write_definition
from paths import FunnelDefinition, name_funnels
from serving import lock_folder, sync_folder, write_durably

FUNNEL_ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
"""What a file and a report can be called after: `funnel-separation-` and this have 64 signs at most."""
MOST_FUNNELS = 100
"""Each of them is a part of every daily run."""
UNFINISHED = ".unfinished"


class Kept(NamedTuple):
    """What became of a definition that was put onto the shelf."""

    written: bytes
    """The definition as it stands there now."""
    is_new: bool


class ShelfRefusal(Exception):
    """A change that is not made: the status of HTTP that says so, and what to do instead."""

    def __init__(self, status: int, detail: str) -> None:
        super().__init__(detail)
        self.status, self.detail = status, detail


def read_shelf(folder: Path) -> dict[str, FunnelDefinition]:
    """Read all definitions, by id; raises `Stop` with every file that cannot be used."""
    found: dict[str, FunnelDefinition] = {}
    wrong: list[str] = []
    for file in sorted(folder.glob("*.json")):
        try:
            found[file.stem] = read_definition(msgspec.json.decode(file.read_bytes()))
        except FileNotFoundError:
            continue
        except DefinitionError as fault:
            wrong += [f"{file.name}: {part.where}: {part.what}" for part in fault.faults]
        except msgspec.DecodeError as fault:
            wrong.append(f"{file.name}: {fault}.")
    if wrong:
        fix = "Put it through the API again, or remove the file."
        raise Stop(Exit.WRONG_USE, f"a funnel cannot be used: {' '.join(wrong)}", str(folder), fix)
    return name_funnels(found)


def keep_definition(
    folder: Path,
    funnel_id: str,
    funnel: FunnelDefinition,
    if_match: Sequence[str] | None,
    if_none_match: Sequence[str] | None,
) -> Kept:
    """Put a definition onto the shelf if the conditions of RFC 9110 hold; it is on the disk when this returns.

    To change one that stands there, its tag must be named; to put the same again changes nothing and needs none.
    """
    file, written = find_file(folder, funnel_id), write_definition(funnel, funnel_id)
    with lock_folder(folder):
        before = file.read_bytes() if file.exists() else None
        if before == written and not if_none_match:
            return Kept(written, is_new=False)
        _check_conditions(before, if_match, if_none_match)
        if before is None and len(list(folder.glob("*.json"))) >= MOST_FUNNELS:
            raise ShelfRefusal(409, f"There are {MOST_FUNNELS} funnels already: remove one that nobody needs.")
        _replace(file, written)
    return Kept(written, is_new=before is None)


def remove_definition(folder: Path, funnel_id: str, if_match: Sequence[str] | None) -> bool:
    """Remove a definition if the condition holds; tell whether there was one."""
    file = find_file(folder, funnel_id)
    if not file.exists():
        return False
    with lock_folder(folder):
        before = file.read_bytes() if file.exists() else None
        if before is not None:
            _check_match(before, if_match)
            file.unlink()
            sync_folder(folder)
    return before is not None


def find_file(folder: Path, funnel_id: str) -> Path:
    """Return where a definition stands."""
    return folder / f"{funnel_id}.json"


def merge_funnels(
    own: Mapping[str, FunnelDefinition], shelf: Mapping[str, FunnelDefinition]
) -> dict[str, FunnelDefinition]:
    """Put the settings' funnels and the shelf's together; of two with one id the settings' holds."""
    return {**own, **{funnel_id: funnel for funnel_id, funnel in shelf.items() if funnel_id not in own}}


def _check_conditions(
    before: bytes | None, if_match: Sequence[str] | None, if_none_match: Sequence[str] | None
) -> None:
    _check_match(before, if_match)
    if if_none_match is not None and before is not None and {"*", make_tag(before)} & {*if_none_match}:
        raise ShelfRefusal(412, "There is such a funnel already: read it, and send its tag as If-Match to change it.")
    if before is not None and if_match is None:
        raise ShelfRefusal(428, "There is such a funnel already: read it, and send its ETag as If-Match to change it.")


def _check_match(before: bytes | None, if_match: Sequence[str] | None) -> None:
    if if_match is None:
        return
    if before is None or not {"*", make_tag(before)} & {*if_match}:
        raise ShelfRefusal(
            412, "It is another than the one that was seen: read it again, and send its ETag as If-Match."
        )


def _replace(file: Path, written: bytes) -> None:
    fresh = file.with_name(f"{UNFINISHED}-{file.stem}")
    write_durably(fresh, written)
    fresh.replace(file)
    sync_folder(file.parent)
