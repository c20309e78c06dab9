import pytest

from echannel.exits import Stop
from echannel.keys import find_key, read_key


def test_the_key_lies_beside_the_lake_and_only_its_owner_may_read_it(tmp_path):
    file = find_key(tmp_path / "lake")
    key = read_key(file)
    assert file == tmp_path / "lake.key"
    assert file.stat().st_mode & 0o777 == 0o600
    assert read_key(file) == key


def test_a_key_that_others_may_read_is_refused(tmp_path):
    file = tmp_path / "lake.key"
    read_key(file)
    file.chmod(0o644)
    with pytest.raises(Stop, match="others may read"):
        read_key(file)


def test_what_is_no_key_is_refused(tmp_path):
    file = tmp_path / "lake.key"
    file.write_text("password1")
    file.chmod(0o600)
    with pytest.raises(Stop, match="no key"):
        read_key(file)
