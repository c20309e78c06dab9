"""The commands about people, as a person or a script runs them."""

import pytest

from tests.intake import hit
from tests.shell import run

ANN, BOB = "13800000001", "13900000002"


@pytest.fixture
def folder(tmp_path):
    lines = [hit("/before"), hit("/ann", user=ANN), hit("/bob", user=BOB, ip="10.0.0.9")]
    (tmp_path / "access.log").write_text("\n".join(lines) + "\n")
    run("ingest", "access.log", "--format", "combined", "--channel", "web", cwd=tmp_path)
    return tmp_path


def test_links_are_shown_for_all_or_for_one(folder):
    assert len(run("identity", "show", "--json", cwd=folder).document["rows"]) == 2
    (row,) = run("identity", "show", ANN, "--json", cwd=folder).document["rows"]
    assert row["customer_id"].startswith("c")
    assert row["linked_at"]
    assert row["apart"] is None
    assert run("identity", "show", "nobody", "--json", cwd=folder).document["rows"] == []


def test_a_link_is_undone_for_good(folder):
    (row,) = run("identity", "undo", "+86" + ANN, "--json", cwd=folder).document["rows"]
    assert row["apart"] == "undone"
    assert "undone by hand" in run("identity", "show", ANN, cwd=folder).out
    assert "no device is known" in run("identity", "undo", "nobody", cwd=folder, code=4).err


def test_keys_are_shown_without_the_keys(folder):
    secret = (folder / "lake.key").read_text().split('key = "')[1][:64]
    shown = run("keys", "show", "--json", cwd=folder)
    assert [key["id"] for key in shown.document["keys"]] == ["key1"]
    assert secret not in shown.out + run("keys", "show", cwd=folder).out
    assert run("keys", "rotate", "--json", cwd=folder).document["id"] == "key2"
    assert [key["id"] for key in run("keys", "show", "--json", cwd=folder).document["keys"]] == ["key1", "key2"]
    assert "key3" in run("keys", "rotate", cwd=folder).err


def test_an_erasure_asks_first(folder):
    assert "nothing was erased" in run("erase", ANN, cwd=folder, code=5).err
    assert len(run("identity", "show", "--json", cwd=folder).document["rows"]) == 2


def test_an_erasure_says_what_it_removed(folder):
    removed = run("erase", ANN, "--yes", "--json", cwd=folder).document
    assert (removed["events"], removed["devices"], removed["notices"]) == (2, 1, [])
    assert run("erase", ANN, "--yes", "--json", cwd=folder).document["events"] == 0
    assert "events" in run("erase", BOB, "--yes", cwd=folder).out
    assert run("identity", "show", "--json", cwd=folder).document["rows"] == []


def test_no_message_repeats_the_number(folder):
    said = run("erase", ANN, "--yes", cwd=folder)
    assert ANN not in said.out + said.err
    said = run("identity", "undo", ANN, cwd=folder, code=4)
    assert ANN not in said.out + said.err
