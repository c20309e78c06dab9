"""Events of the future are kept, told, and left out."""

from datetime import UTC, datetime, timedelta

from tests.intake import hit
from tests.shell import run


def test_events_of_the_future_are_counted_and_in_no_report(tmp_path):
    soon = (datetime.now(UTC) + timedelta(days=3)).strftime("%d/%b/%Y:%H:%M:%S +0000")
    (tmp_path / "access.log").write_text("\n".join([hit("/a"), hit("/b"), hit("/c", at=soon)]) + "\n")
    lake = tmp_path / "lake"
    said = run("ingest", tmp_path / "access.log", "--channel", "web", "--lake", lake)
    assert "3 events" in said.out
    assert "1 of the future and in no report" in said.out
    report = run("report", "overview", "--lake", lake, "--format", "json").document
    events = next(row["events"] if isinstance(row, dict) else row[1] for row in report["rows"])
    assert events == 2
