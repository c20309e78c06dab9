"""Outlets: where an answer goes: standard output, or a file that is written whole or not at all."""

import errno
import io
import os
import shutil
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from secrets import token_hex

from rich.console import Console

from echannel.console import WIDTH, answers, notes, write_line
from echannel.exits import Exit, Stop
from serving import sync_folder, write_durably

BYTE_ORDER_MARK = "\ufeff"
"""Without it Excel reads a CSV file in the machine's own encoding, and Chinese names as other signs."""
ROOM = "Make room there, or name another place with --out, and run the command again."
RIGHTS = "Let this user write there, or name another place with --out, and run the command again."
ELSEWHERE = "Name another place with --out, and run the command again."
FIXES = {
    **dict.fromkeys((errno.ENOSPC, errno.EDQUOT, errno.EFBIG), ROOM),
    **dict.fromkeys((errno.EACCES, errno.EPERM, errno.EROFS), RIGHTS),
}
"""What to do about a file that cannot be written; about any other fault, to write elsewhere."""


def check_outlet(out: Path | None, form: str) -> None:
    """Try, before any work, whether a file can be written; raises `Stop` where not, or where a workbook has none."""
    if out is None:
        if form == "xlsx":
            raise Stop(Exit.WRONG_USE, "a workbook needs a file", "--format xlsx", "Add --out report.xlsx.")
        return
    with _explain(out):
        if out.is_dir():
            raise Stop(Exit.WRONG_USE, "this is a folder", str(out), f"Name a file in it, such as {out / 'report'}.")
        if _is_stream(out):
            return
        if not out.parent.is_dir():
            fix = "Make it, or name another place with --out."
            raise Stop(Exit.WRONG_USE, f"there is no folder {out.parent}", str(out), fix)
        if out.exists() and not os.access(out, os.W_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        _try(out.resolve().parent)


def check_folder(out: Path) -> None:
    """Make a folder for several files and try, before any work, whether it can be written to."""
    with _explain(out):
        out.mkdir(parents=True, exist_ok=True)
        _try(out)


@contextmanager
def open_screen(out: Path | None) -> Iterator[Console]:
    """Yield the screen; where a file is named, one of a fixed width and without colours, and write the file from it."""
    if out is None:
        yield answers
        return
    paper = io.StringIO()
    yield Console(file=paper, width=WIDTH, color_system=None, force_terminal=False, highlight=False, markup=False)
    write_text(paper.getvalue(), out)


def write_document(document: object, out: Path | None) -> None:
    """Write one JSON document on a line of its own, and nothing else."""
    write_content(write_line(document), out)


def write_text(text: str, out: Path | None, *, mark: bool = False) -> None:
    """Write a text in UTF-8 to a file, where asked with the byte order mark that Excel needs, or to standard output."""
    write_content(((BYTE_ORDER_MARK if mark and out and not _is_stream(out) else "") + text).encode(), out)


def write_content(content: bytes, out: Path | None) -> None:
    """Write bytes to a file, whole or not at all, or to standard output; raises `Stop` where the disk refuses."""
    if out is None:
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
        return
    with _explain(out):
        _pour(content, out) if _is_stream(out) else _replace(content, out.resolve())
    notes.print(f"wrote {out}", markup=False, soft_wrap=True)


def _pour(content: bytes, out: Path) -> None:
    with out.open("wb") as file:
        file.write(content)


def _replace(content: bytes, out: Path) -> None:
    fresh = _name_unfinished(out.parent)
    try:
        write_durably(fresh, content)
        if out.exists():
            shutil.copymode(out, fresh)
        fresh.replace(out)
    finally:
        fresh.unlink(missing_ok=True)
    sync_folder(out.parent)


def _try(folder: Path) -> None:
    """Make a file and take it away: only the disk knows whether it lets us."""
    fresh = _name_unfinished(folder)
    fresh.touch(exist_ok=False)
    fresh.unlink()


def _name_unfinished(folder: Path) -> Path:
    return folder / f".unfinished-{token_hex(8)}"


def _is_stream(out: Path) -> bool:
    """Tell a pipe or a device, which is written to as it is: nothing may take its place."""
    return Path("/dev") in out.absolute().parents or (out.exists() and not stat.S_ISREG(out.stat().st_mode))


@contextmanager
def _explain(out: Path) -> Iterator[None]:
    try:
        yield
    except OSError as fault:
        what = os.strerror(fault.errno or errno.EIO).lower()
        raise Stop(Exit.DISK, what, str(out), FIXES.get(fault.errno or 0, ELSEWHERE)) from None
