import os

import pytest

from echannel.exits import Stop
from echannel.people.keys import find_key, make_key, open_pseudonym, own_keys, read_keys, write_keys
from echannel.people.pseudonyms import KeyedPseudonym


@pytest.fixture
def file(tmp_path):
    return find_key(tmp_path / "lake")


def test_the_key_lies_beside_the_lake_and_only_its_owner_may_read_it(tmp_path, file):
    (key,) = read_keys(file)
    assert file == tmp_path / "lake.key"
    assert file.stat().st_mode & 0o777 == 0o600
    assert read_keys(file) == (key,)
    assert len(key.secret) == 32


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o620, 0o602])
def test_a_key_that_others_may_read_or_write_is_refused(file, mode):
    read_keys(file)
    file.chmod(mode)
    with pytest.raises(Stop, match="others may read"):
        read_keys(file)


def test_a_key_of_somebody_else_is_refused(tmp_path, file, monkeypatch):
    read_keys(file)
    monkeypatch.setattr(os, "geteuid", lambda: file.stat().st_uid + 1)
    with pytest.raises(Stop, match="somebody else"):
        open_pseudonym(tmp_path / "lake")


@pytest.mark.parametrize(
    "content", ["password1", "", "keys = []", 'keys = [{id = "a", made_at = "b", key = "00"}]', "\xff"]
)
def test_what_is_no_key_is_refused(file, content):
    file.write_text(content, encoding="latin-1")
    file.chmod(0o600)
    with pytest.raises(Stop, match="no key"):
        read_keys(file)


def test_several_keys_keep_their_order(tmp_path, file):
    keys = [make_key()]
    keys.append(make_key(keys))
    write_keys(file, keys)
    assert read_keys(file) == tuple(keys)
    assert [key.id for key in keys] == ["key1", "key2"]
    secrets = [key.secret for key in keys]
    assert open_pseudonym(tmp_path / "lake")("customer", "1") == KeyedPseudonym(*secrets)("customer", "1")


def test_nobody_owns_the_keys_while_they_are_in_use_and_nobody_uses_them_while_they_are_owned(tmp_path, file):
    pseudonym = open_pseudonym(tmp_path / "lake")
    with pytest.raises(Stop, match="at work"), own_keys(file):
        pass
    del pseudonym
    with own_keys(file), pytest.raises(Stop, match="at work"), own_keys(file):
        pass
    with own_keys(file):
        pass
