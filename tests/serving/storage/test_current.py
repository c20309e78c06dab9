import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from serving import (
    Answers,
    Snapshot,
    SnapshotError,
    encode_report,
    load_snapshot,
    publish_snapshot,
    read_current,
    replace_current,
)
from tests.serving.shop import JUNE, make_report, make_shop


def make_version(number: int) -> Snapshot:
    return replace(make_shop(), reports={f"r{number}": encode_report(make_report(f"r{number}"))})


def publish(folder: Path, number: int, keep: int = 3) -> str:
    return publish_snapshot(folder, make_version(number), made_at="2026-03-30T00:00:00Z", keep=keep).model_version


def list_versions(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir() if path.is_dir()}


def test_before_the_first_there_is_none(tmp_path: Path) -> None:
    assert read_current(tmp_path) is None


def test_the_last_published_is_current_and_the_last_three_stay(tmp_path: Path) -> None:
    versions = [publish(tmp_path, number) for number in range(5)]
    assert read_current(tmp_path) == versions[-1]
    assert list_versions(tmp_path) == set(versions[-3:])


def test_going_back_is_the_same_step(tmp_path: Path) -> None:
    first, second = publish(tmp_path, 1), publish(tmp_path, 2)
    replace_current(tmp_path, first)
    assert read_current(tmp_path) == first
    third = publish(tmp_path, 3, keep=2)
    assert list_versions(tmp_path) == {first, third}, f"{second} was current longest ago"


def test_a_broken_version_never_becomes_current(tmp_path: Path) -> None:
    first, second = publish(tmp_path, 1), publish(tmp_path, 2)
    (tmp_path / first / "popular.keys.npy").write_bytes(b"")
    with pytest.raises(SnapshotError, match="popular"):
        replace_current(tmp_path, first)
    assert read_current(tmp_path) == second


def test_a_reader_goes_on_with_a_version_that_was_removed(tmp_path: Path) -> None:
    answers = Answers(load_snapshot(tmp_path / publish(tmp_path, 1)))
    before = answers.also_viewed("plan", n=3, now_ms=JUNE)
    publish(tmp_path, 2, keep=1)
    assert len(list_versions(tmp_path)) == 1
    assert answers.also_viewed("plan", n=3, now_ms=JUNE) == before


@pytest.mark.parametrize("content", [b"", b"../x", b"\xff\xff", b"ABCDEFABCDEF"])
def test_a_pointer_that_names_no_version_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "CURRENT").write_bytes(content)
    with pytest.raises(SnapshotError, match="CURRENT"):
        read_current(tmp_path)


class Failing:
    """A call of the system that works so many times, and then the disk is full."""

    def __init__(self, honest: Callable[..., object], times: int) -> None:
        self._honest = honest
        self._left = times

    def __call__(self, *args: object, **kwargs: object) -> object:
        self._left -= 1
        if self._left < 0:
            raise OSError(28, "No space left on device")
        return self._honest(*args, **kwargs)


@pytest.mark.parametrize("call", ["fsync", "rename", "replace", "utime"])
def test_a_failure_on_the_way_leaves_one_that_is_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    publish(tmp_path, 0)
    honest = getattr(os, call)
    failures = 0
    for times in (0, 1, 2, 7, 30, 45, 1000):
        monkeypatch.setattr(os, call, Failing(honest, times))
        try:
            publish(tmp_path, times + 1)
        except OSError:
            failures += 1
        monkeypatch.setattr(os, call, honest)
        version = read_current(tmp_path)
        assert version is not None
        load_snapshot(tmp_path / version)
    assert failures > 0
    assert read_current(tmp_path) == publish(tmp_path, 1001), "the last one, without a failure, is current"
    assert not list(tmp_path.glob(".unfinished-*"))
