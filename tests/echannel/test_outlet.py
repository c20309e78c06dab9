"""Files that are asked for: whole or not at all, in UTF-8 wherever the machine stands, and told before the work."""

import errno
import os
import resource
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from echannel.exits import Exit, Stop
from echannel.outlet import check_folder, check_outlet, write_content, write_text
from tests.shell import run

ASKS = [
    ("report", "overview"),
    ("report", "paths", "--format", "graphml"),
    ("plan", "bundles", "--format", "tmf620"),
    ("plan", "layout", "category", "--format", "xlsx"),
]
NO_LAKE = ("--lake", "nowhere")
ASCII = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
"""A machine that knows no sign beyond ASCII."""
MARK = b"\xef\xbb\xbf"


@pytest.mark.parametrize("ask", ASKS)
def test_a_folder_that_is_not_there_is_told_before_the_work(ask: tuple[str, ...], tmp_path: Path) -> None:
    told = run(*ask, "--out", tmp_path / "gone" / "b.xlsx", *NO_LAKE, code=Exit.WRONG_USE, cwd=tmp_path)
    assert f"there is no folder {tmp_path / 'gone'}" in told.err
    assert "Make it, or name another place" in told.err


@pytest.mark.parametrize("ask", ASKS)
def test_a_folder_in_the_files_place_is_told_before_the_work(ask: tuple[str, ...], tmp_path: Path) -> None:
    told = run(*ask, "--out", tmp_path, *NO_LAKE, code=Exit.WRONG_USE, cwd=tmp_path)
    assert f"{tmp_path}: this is a folder" in told.err
    assert "Name a file in it" in told.err


@pytest.mark.parametrize("ask", [("report", "overview"), ("plan", "bundles"), ("plan", "layout", "category")])
def test_a_workbook_without_a_file_is_told_before_the_work(ask: tuple[str, ...], tmp_path: Path) -> None:
    told = run(*ask, "--format", "xlsx", *NO_LAKE, code=Exit.WRONG_USE, cwd=tmp_path)
    assert "Add --out report.xlsx" in told.err


@pytest.mark.parametrize("command", ["simulate", "demo"])
def test_a_file_in_a_folders_place_is_told_before_the_work(command: str, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("mine")
    told = run(command, "--out", tmp_path / "taken", code=Exit.DISK)
    assert f"{tmp_path / 'taken'}: file exists" in told.err
    assert "Name another place" in told.err


def test_a_disk_that_lets_nobody_write_is_told_before_the_work() -> None:
    """The kernel makes no files of ours in /sys, whoever asks."""
    with pytest.raises(Stop) as told:
        check_outlet(Path("/sys/kernel/report.csv"), "csv")
    assert (told.value.code, told.value.where) == (Exit.DISK, "/sys/kernel/report.csv")
    with pytest.raises(Stop):
        check_folder(Path("/sys/kernel"))


def test_trying_leaves_nothing_behind(tmp_path: Path) -> None:
    check_outlet(tmp_path / "report.csv", "csv")
    check_folder(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_does_not_fit_leaves_the_old_one_as_it_was(tmp_path: Path) -> None:
    out = tmp_path / "report.csv"
    write_content(b"old\n", out)
    with largest_file(1_000), pytest.raises(Stop) as told:
        write_content(b"x" * 5_000, out)
    assert (told.value.code, told.value.where, told.value.what) == (Exit.DISK, str(out), "file too large")
    assert "Make room there" in told.value.fix
    assert out.read_bytes() == b"old\n"
    assert list(tmp_path.iterdir()) == [out]


@contextmanager
def largest_file(most_bytes: int) -> Iterator[None]:
    """Let the system refuse larger files, as it does on a full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (most_bytes, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_device_is_written_to_and_nothing_takes_its_place() -> None:
    write_content(b"x", Path("/dev/null"))
    assert stat.S_ISCHR(Path("/dev/null").stat().st_mode)
    with pytest.raises(Stop) as told:
        write_content(b"x", Path("/dev/full"))
    assert told.value.what == os.strerror(errno.ENOSPC).lower()


def test_a_link_stays_a_link_and_rights_stay_as_they_were(tmp_path: Path) -> None:
    real, link = tmp_path / "real.csv", tmp_path / "link.csv"
    real.write_text("old")
    real.chmod(0o640)
    link.symlink_to(real)
    write_content(b"new", link)
    assert link.is_symlink()
    assert (real.read_bytes(), stat.S_IMODE(real.stat().st_mode)) == (b"new", 0o640)


def test_a_new_file_has_the_rights_that_the_user_gives_files(tmp_path: Path) -> None:
    write_content(b"", tmp_path / "ours")
    (tmp_path / "theirs").touch()
    assert (tmp_path / "ours").stat().st_mode == (tmp_path / "theirs").stat().st_mode


def test_excel_finds_the_byte_order_mark_in_a_csv_file_and_a_pipe_has_none(
    tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    write_text("商品\n", tmp_path / "f.csv", mark=True)
    write_text("商品\n", tmp_path / "f.html")
    write_text("商品\n", Path("/dev/stdout"), mark=True)
    assert (tmp_path / "f.csv").read_bytes() == MARK + "商品\n".encode()
    assert (tmp_path / "f.html").read_bytes() == capfdbinary.readouterr().out == "商品\n".encode()


@pytest.mark.parametrize("form", ["csv", "html", "tmf620"])
def test_what_is_written_is_the_same_whatever_the_machines_encoding(
    form: str, operator: Path, lake: Path, tmp_path: Path
) -> None:
    ask = ("plan", "bundles", "--format", form, "--lake", str(lake), "--settings", str(operator / "echannel.toml"))
    run(*ask, "--out", tmp_path / "here")
    shell(*ask, "--out", str(tmp_path / "there"), **ASCII)
    assert (tmp_path / "here").read_bytes() == (tmp_path / "there").read_bytes()
    assert (tmp_path / "here").read_bytes().removeprefix(MARK) == shell(*ask, PYTHONIOENCODING="gbk")


def test_a_screen_that_lacks_a_sign_shows_its_number(operator: Path, lake: Path) -> None:
    ask = ("plan", "bundles", "--lake", str(lake), "--settings", str(operator / "echannel.toml"))
    assert b"Bundles to offer \\u6346\\u7ed1" in shell(*ask, **ASCII)


def test_settings_are_read_in_utf_8_whatever_the_machines_encoding(tmp_path: Path) -> None:
    (tmp_path / "echannel.toml").write_text('[bundles]\ncurrency = "元"\n', encoding="utf-8")
    ask = ("settings", "--json", "--settings", str(tmp_path / "echannel.toml"))
    told = shell(*ask, **ASCII)
    assert '"currency":"元"' in told.decode()


def shell(*command: str, **environment: str) -> bytes:
    """Run a command as a process of its own, which learns the machine's encoding as it starts."""
    full = [sys.executable, "-m", "echannel", *command]
    done = subprocess.run(full, capture_output=True, check=False, env=os.environ | environment)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout
