"""What the disk refuses is told to a person, whoever met it."""

import errno

import pytest

from echannel.disk import explain_refusal
from echannel.exits import Exit


@pytest.mark.parametrize(
    "fault",
    [
        OSError(errno.ENOSPC, "No space left on device", "/lake/events"),
        OSError("No space left on device (os error 28): /lake/events"),
        OSError("Generic LocalFileSystem error\n ↳ Unable to open file /lake/events\n ↳ No space left (os error 28)"),
        RuntimeError("parquet: underlying IO error: No space left on device (os error 28) in /lake/events"),
    ],
)
def test_a_full_disk_is_told_however_a_library_words_it(fault: Exception) -> None:
    told = explain_refusal(fault)
    assert told is not None
    assert (told.code, told.what, told.where) == (Exit.DISK, "no space left on device", "/lake/events")
    assert "Make room" in told.fix


def test_a_place_that_nobody_tells_is_the_lakes_disk() -> None:
    told = explain_refusal(OSError(errno.EIO, "Input/output error"))
    assert told is not None
    assert told.where == "the lake's disk"


@pytest.mark.parametrize("fault", [KeyError("x"), OSError("no number"), ConnectionRefusedError(111, "refused")])
def test_other_faults_are_not_the_disks(fault: Exception) -> None:
    assert explain_refusal(fault) is None


def test_a_file_that_went_away_is_named() -> None:
    told = explain_refusal(FileNotFoundError(errno.ENOENT, "No such file or directory", "/logs/access.log"))
    assert told is not None
    assert (told.where, told.fix.endswith("run the command again.")) == ("/logs/access.log", True)
