import os
import re
from pathlib import Path

import pytest

from api.collector.segment_file import open_segment, seal_abandoned


def list_names(folder: Path) -> list[str]:
    return sorted(path.suffix for path in folder.iterdir())


def test_a_file_gets_its_name_when_it_is_whole(tmp_path: Path) -> None:
    segment = open_segment(tmp_path / "lake" / "spool")
    segment.append(b"one\n")
    segment.append(b"two\nthree\n")
    assert list_names(segment.path.parent) == [".open"]
    sealed = segment.seal()
    assert sealed is not None
    assert re.fullmatch(r"\d{8}T\d{6}-\d{9}-[0-9a-f]{8}\.ndjson", sealed.name)
    assert sealed.read_bytes() == b"one\ntwo\nthree\n"
    assert sealed.stat().st_mode & 0o077 == 0, "nobody else reads it"
    assert list_names(sealed.parent) == [".ndjson"]


def test_an_empty_file_leaves_nothing(tmp_path: Path) -> None:
    assert open_segment(tmp_path).seal() is None
    assert list(tmp_path.iterdir()) == []


def test_a_living_file_is_let_be_and_a_dead_one_is_finished(tmp_path: Path) -> None:
    living, dead = open_segment(tmp_path), open_segment(tmp_path)
    living.append(b"lives\n")
    dead.append(b"died\n")
    os.write(dead._handle, b"half a li")
    dead.abandon()
    (finished,) = seal_abandoned(tmp_path)
    assert finished.read_bytes() == b"died\n"
    assert list_names(tmp_path) == [".ndjson", ".open"]
    assert seal_abandoned(tmp_path) == []
    living.append(b"on\n")
    sealed = living.seal()
    assert sealed is not None
    assert sealed.read_bytes() == b"lives\non\n"


@pytest.mark.parametrize("torn", [b"", b"x", b"x" * 200_000])
def test_half_a_line_alone_is_no_file(tmp_path: Path, torn: bytes) -> None:
    (tmp_path / "20261121T000000-000000000-00000000.open").write_bytes(torn)
    assert seal_abandoned(tmp_path) == []
    assert list(tmp_path.iterdir()) == []


def test_the_last_whole_line_is_found_behind_a_long_torn_one(tmp_path: Path) -> None:
    (tmp_path / "a.open").write_bytes(b"whole\n" * 3 + b"x" * 300_000)
    (sealed,) = seal_abandoned(tmp_path)
    assert sealed.read_bytes() == b"whole\n" * 3


def test_names_order_by_the_time_they_were_made(tmp_path: Path) -> None:
    segments = [open_segment(tmp_path) for _ in range(50)]
    assert [segment.path for segment in segments] == sorted(segment.path for segment in segments)
    for segment in segments:
        segment.abandon()


def test_after_a_refused_write_the_file_is_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    segment = open_segment(tmp_path)
    segment.append(b"one\n")
    for name in ("write", "fsync"):
        _break_once(monkeypatch, name)
        with pytest.raises(OSError, match="No space"):
            segment.append(b"two\n")
        assert segment.path.read_bytes() == b"one\n"
    segment.append(b"three\n")
    sealed = segment.seal()
    assert sealed is not None
    assert sealed.read_bytes() == b"one\nthree\n"


def test_a_file_that_cannot_be_cut_back_is_broken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    segment = open_segment(tmp_path)
    segment.append(b"one\n")
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", _refuse)
        with pytest.raises(OSError, match="No space"):
            segment.append(b"two\n")
    assert segment.broken
    segment.abandon()


def _refuse(*_: object) -> int:
    raise OSError(28, "No space left on device")


def _break_once(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """Let the disk take half a record and refuse the rest, once."""
    real = getattr(os, name)
    calls: list[int] = []

    def refuse(handle: int, *content: bytes) -> object:
        calls.append(1)
        if name == "write" and len(calls) == 1:
            return real(handle, content[0][:2])
        if len(calls) <= (2 if name == "write" else 1):
            _refuse()
        return real(handle, *content)

    monkeypatch.setattr(os, name, refuse)


def test_names_order_by_time_across_the_turn_of_a_second(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    moments = [1_800_000_000_999_999_999, 1_800_000_001_000_000_000]
    monkeypatch.setattr("time.time_ns", iter(moments).__next__)
    monkeypatch.setattr("time.time", lambda: 1_800_000_000.9999998)
    first, second = open_segment(tmp_path), open_segment(tmp_path)
    assert first.path.name < second.path.name
