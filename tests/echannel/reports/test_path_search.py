"""Path search by the command."""

import pytest

from tests.shell import run


def search(lake, operator, subject, *pattern, **options):
    return run("report", subject, *pattern, "--lake", lake, "--json", settings=operator / "echannel.toml", **options)


def test_a_pattern_tells_how_many_and_by_which_ways(lake, operator):
    report = search(lake, operator, "path-search", "product -> [^cart]* -> exit").document
    every, *others = report["rows"]
    assert (every["channel"], every["path"]) == ("(all)", "(any)")
    channels = [row for row in others if row["path"] == "(any)"]
    assert sum(row["sessions"] for row in channels) == every["sessions"] > 0
    ways = [row for row in others if row["path"] != "(any)"]
    assert all(row["path"].startswith("product") and row["path"].endswith("→ (exit)") for row in ways)
    assert f"{every['sessions']:,} of" in report["note"]
    assert all(row["low"] <= row["share"] <= row["high"] for row in report["rows"])


def test_the_sessions_of_a_way_are_listed(lake, operator):
    every = search(lake, operator, "path-search", "home -> product").document["rows"][0]
    sessions = search(lake, operator, "path-sessions", "home -> product").document["rows"]
    assert len(sessions) == every["sessions"]
    assert len({row["person_id"] for row in sessions}) == every["people"]


@pytest.mark.parametrize(
    ("pattern", "said"),
    [
        (["prodct -> [^cart -> exit"], ["did you mean product", "[^ is never closed"]),
        ([], ["nothing stands here"]),
    ],
)
def test_a_wrong_pattern_is_wrong_use(lake, operator, pattern, said):
    refused = search(lake, operator, "path-search", *pattern, code=2)
    assert [part for part in said if part not in " ".join(refused.err.split())] == []


def test_a_goal_that_is_none_is_wrong_use(lake, tmp_path):
    settings = tmp_path / "echannel.toml"
    settings.write_text('[goal]\nreach = "purchase"\nmin_sessions = 0\n')
    refused = run("report", "keystones", "--lake", lake, settings=settings, code=2)
    said = " ".join(refused.err.split())
    assert "write event:purchase" in said
    assert "min_sessions is 0" in said


def test_a_goal_that_nobody_reached_hangs_on_nothing(lake, tmp_path):
    settings = tmp_path / "echannel.toml"
    settings.write_text('[goal]\nreach = "event:refund"\n')
    for subject in ("keystones", "detours"):
        assert run("report", subject, "--lake", lake, "--json", settings=settings).document["rows"] == []
