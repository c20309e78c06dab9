"""Settings of sessions that cannot be followed are refused, all faults at once."""

from pathlib import Path

import msgspec
import pytest

from echannel.exits import Stop
from echannel.tree import read_settings
from ingest import BadInput, SessionSettings

BAD = """
[sessions]
pause_minutes = -5
longest_hours = -1
zone = "Asia/Shangai"
separators = ["log_in"]
passive = ["user_engagment"]
preset = "matamo"
"""


def test_all_faults_of_a_settings_file_are_told_at_once_with_the_nearest_names(tmp_path: Path):
    file = tmp_path / "echannel.toml"
    file.write_text(BAD)
    with pytest.raises(Stop) as stop:
        read_settings(file)
    told = str(stop.value)
    for part in (
        "pause_minutes is -5", "longest_hours is -1", "'Asia/Shangai'", "'log_in' in separators (did you mean login",
        "'user_engagment' in passive (did you mean user_engagement", "'matamo' (did you mean matomo",
    ):  # fmt: skip
        assert part in told


@pytest.mark.parametrize(
    ("rules", "fault"),
    [
        ({"pause_minutes": 0}, "pause_minutes is 0"),
        ({"pause_minutes": float("nan")}, "pause_minutes is nan"),
        ({"pause_minutes": 1e9}, "at most 44640"),
        ({"longest_hours": float("inf")}, "longest_hours is inf"),
        ({"longest_hours": 0.25}, "shorter than one pause of 30 minutes"),
        ({"preset": "posthog", "pause_minutes": 24 * 60 + 1}, "shorter than one pause of 1441 minutes"),
        ({"separators": ("login",), "passive": ("login",)}, "'login' cannot both cut sessions and be passive"),
        ({"zone": ""}, "unknown time zone ''"),
        ({"zone": "Asia"}, "unknown time zone 'Asia'"),
        ({"zone": "localtime"}, "unknown time zone 'localtime'"),
        ({"zone": "../etc/passwd"}, "unknown time zone"),
    ],
)
def test_what_cannot_be_followed_is_refused(rules: dict[str, object], fault: str):
    with pytest.raises(BadInput, match=r"\[sessions\]") as refused:
        SessionSettings(**rules)
    assert fault in str(refused.value)


def test_the_longest_session_may_be_just_one_pause_long():
    assert SessionSettings(longest_hours=0.5).longest_hours == 0.5


def test_a_key_that_nobody_knows_is_refused():
    with pytest.raises(msgspec.ValidationError, match="pause_minuts"):
        msgspec.convert({"pause_minuts": 5}, SessionSettings)
