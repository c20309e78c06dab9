"""The report of sequences: what a young log cannot know is told as not known."""

import pytest

from echannel.console import read_cell
from echannel.reports import REPORTS, Desk
from echannel.training.tables import Tables
from echannel.tree import Settings
from recommend import FollowUpSettings
from tests.drawing import draw
from tests.spec.test_follow_ups import SHOP, WITHIN, buy


@pytest.mark.parametrize(("horizon_days", "known"), [(20, True), (40, False)])
def test_shares_and_days_are_empty_where_nobody_was_watched_for_so_long(horizon_days: int, known: bool) -> None:
    orders = buy(*["bb 0, sim 5"] * 20, *["bb 0"] * 20)
    seen = draw("visitor | time | name\np0 | 30 12:00 | view_page")
    settings = Settings(sequences=FollowUpSettings(horizon_days=horizon_days))
    report = REPORTS["sequences"](Desk(Tables(seen.lazy(), orders, SHOP), settings))
    cells = {column.name: read_cell(cell, column) for column, cell in zip(report.columns, report.rows[0], strict=True)}
    assert cells["share_next"] == "50.0%"
    assert [cells[name] == "–" for name in WITHIN] == [not known] * len(WITHIN)
    assert "not known yet" in report.note.en
