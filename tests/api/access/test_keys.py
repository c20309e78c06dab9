"""The file of access keys: what it holds, and what it refuses."""

import os
import tomllib
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path

import pytest

from api import AccessError, add_key, read_keys, revoke_key

DAY = "2026-03-30"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "lake.access"


def test_where_no_key_was_made_there_is_none(file: Path) -> None:
    assert read_keys(file) == ()
    assert not file.exists(), "reading makes no file"


def test_a_key_is_told_once_and_its_hash_is_kept(file: Path) -> None:
    key = add_key(file, "crm", ["people", "reports"], DAY)
    (kept,) = read_keys(file)
    assert key.startswith("ech_")
    assert len(key) == 47, "256 bits in letters, after the mark"
    assert kept.hash == sha256(key.encode()).hexdigest()
    assert (kept.name, kept.scopes, kept.made_at) == ("crm", ("reports", "people"), DAY)
    assert key not in "".join(path.read_text() for path in file.parent.iterdir())
    assert file.stat().st_mode & 0o777 == 0o600


def test_no_two_keys_are_alike_and_the_others_stay(file: Path) -> None:
    keys = {add_key(file, f"key-{number}", ["reports"], DAY) for number in range(5)}
    assert len(keys) == 5
    revoke_key(file, "key-2")
    assert [key.name for key in read_keys(file)] == ["key-0", "key-1", "key-3", "key-4"]


def test_keys_that_are_made_at_the_same_time_are_all_kept(file: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: add_key(file, f"key-{number}", ["reports"], DAY), range(40)))
    assert len(read_keys(file)) == 40


def test_a_name_stands_for_one_key(file: Path) -> None:
    add_key(file, "crm", ["reports"], DAY)
    with pytest.raises(AccessError, match="already"):
        add_key(file, "crm", ["people"], DAY)
    with pytest.raises(AccessError, match="no key dwh"):
        revoke_key(file, "dwh")


@pytest.mark.parametrize("name", ["", 'a"b', "a\nb", "x" * 65, "../x", " "])
def test_what_is_no_name_is_refused(file: Path, name: str) -> None:
    with pytest.raises(AccessError, match="no name"):
        add_key(file, name, ["reports"], DAY)


def test_a_key_opens_something(file: Path) -> None:
    with pytest.raises(AccessError, match="opens nothing"):
        add_key(file, "crm", [], DAY)


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o620, 0o602])
def test_a_file_that_others_may_read_or_write_is_refused(file: Path, mode: int) -> None:
    add_key(file, "crm", ["reports"], DAY)
    file.chmod(mode)
    with pytest.raises(AccessError, match="chmod 600"):
        read_keys(file)
    with pytest.raises(AccessError, match="chmod 600"):
        add_key(file, "dwh", ["reports"], DAY)


def test_a_file_of_somebody_else_is_refused(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    add_key(file, "crm", ["reports"], DAY)
    monkeypatch.setattr(os, "geteuid", lambda: file.stat().st_uid + 1)
    with pytest.raises(AccessError, match="somebody else"):
        read_keys(file)


@pytest.mark.parametrize(
    "content", ["keys = 1", "[[keys]]\nname = 'a'", "\xff", "[[keys]", "[[keys]]\nscopes = ['all']"]
)
def test_what_holds_no_keys_is_refused_and_not_replaced(file: Path, content: str) -> None:
    file.write_text(content, encoding="latin-1")
    file.chmod(0o600)
    with pytest.raises(AccessError, match="no access keys"):
        add_key(file, "crm", ["reports"], DAY)
    assert file.read_text(encoding="latin-1") == content


def test_a_file_is_replaced_whole(file: Path) -> None:
    add_key(file, "crm", ["reports"], DAY)
    before = file.stat().st_ino
    with file.open() as held:
        add_key(file, "dwh", ["reports"], DAY)
        assert len(tomllib.loads(held.read())["keys"]) == 1, "who reads meanwhile reads the old one to its end"
    assert file.stat().st_ino != before
