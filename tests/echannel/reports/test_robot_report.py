"""What is left out is told."""

from echannel.reports import REPORTS, Desk
from echannel.training.tables import Tables
from echannel.tree import Settings
from ingest import Order, Product
from tests.drawing import draw


def test_robots_are_counted_by_channel_and_reason():
    events = draw("""
        visitor | channel | robot
        a       | web     | known_agent
        a       | web     | known_agent
        b       | web     | flood
        c       | web     |
        d       | app     |
    """)
    report = REPORTS["robots"](Desk(Tables(events.lazy(), Order.create_empty(), Product.create_empty()), Settings()))
    assert report.rows == [["web", "known_agent", 2, 0.5, 1, 1], ["web", "flood", 1, 0.25, 1, 1]]
    assert {word.zh for column in report.columns for word in column.words.values()} >= {"网厅", "速度异常"}


def test_wrong_settings_are_refused_with_every_fault(tmp_path):
    from tests.shell import run

    (tmp_path / "e.toml").write_text('[robots]\nscans = ["("]\nmonitor_addresses = ["10.8"]\nflood_events = 1\n')
    said = run("settings", "--settings", tmp_path / "e.toml", code=2).err
    assert all(word in said for word in ("does not compile", "10.8", "flood_events"))
