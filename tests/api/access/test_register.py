"""The register: what a running server knows of the keys."""

import hmac
from pathlib import Path

import pytest

from api import add_key, revoke_key
from api.access import KeyRegister

DAY = "2026-03-30"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "lake.access"


def test_a_key_is_known_as_soon_as_it_is_made_and_no_longer_than_until_it_is_revoked(file: Path) -> None:
    register = KeyRegister(file)
    assert not register.is_begun
    key = add_key(file, "crm", ["people"], DAY)
    found = register.find_key(key)
    assert found is not None
    assert (found.name, found.scopes) == ("crm", ("people",))
    revoke_key(file, "crm")
    assert register.find_key(key) is None
    assert register.is_begun, "who revokes every key wants nothing to be open again"
    file.unlink()
    assert not register.is_begun


@pytest.mark.parametrize("shown", ["", "ech_", "x", "ech_" + "A" * 43, "\ud800", "é" * 1_000])
def test_what_is_no_key_finds_none(file: Path, shown: str) -> None:
    key = add_key(file, "crm", ["people"], DAY)
    register = KeyRegister(file)
    for wrong in (shown, key + " ", key[:-1], key.swapcase()):
        assert register.find_key(wrong) is None


def test_every_key_is_compared_whichever_is_shown(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keys = [add_key(file, f"key-{number}", ["reports"], DAY) for number in range(4)]
    register = KeyRegister(file)
    register.find_key("")
    counts = []
    compare = hmac.compare_digest
    for shown in (keys[0], keys[3], "wrong", ""):
        compared: list[int] = []
        monkeypatch.setattr(hmac, "compare_digest", lambda a, b, to=compared: to.append(1) or compare(a, b))
        register.find_key(shown)
        counts.append(len(compared))
    assert len(set(counts)) == 1


def test_a_file_that_cannot_be_used_opens_nothing(file: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    key = add_key(file, "crm", ["people"], DAY)
    register = KeyRegister(file)
    assert register.find_key(key) is not None
    file.chmod(0o644)
    assert register.find_key(key) is None
    assert register.is_begun
    assert b"chmod 600" in capfdbinary.readouterr().err, "the log says why"
    file.chmod(0o600)
    assert register.find_key(key) is not None


def test_a_file_that_cannot_be_reached_opens_nothing(tmp_path: Path) -> None:
    file = tmp_path / "lake.access"
    file.symlink_to(file)
    assert KeyRegister(file).is_begun, "the disk cannot tell whether it is there: not the same as no file"
