"""Days and hours in reports are those of the operator's clock, and [paths] rules every report on clicks."""

import polars as pl
import pytest

from echannel.exits import Stop
from echannel.reports import PATH_REPORTS, REPORTS, Desk, list_links
from echannel.training.building import build_snapshot
from echannel.training.tables import Tables
from echannel.tree import Settings
from ingest import Order, Product, SessionSettings
from paths import PathSettings
from tests.drawing import at, draw

LATE = """
    session | visitor | time    | page | name
    s1      | ann     | 15:30   | home | page_view
    s1      | ann     | 15:59   | plan | page_view
    s2      | bob     | 16:00   | home | page_view
    s3      | cat     | 2 15:59 | home | page_view
    s4      | dan     | 2 16:00 | home | page_view
"""
"""In Shanghai s1 is of 2 March, s2 and s3 are of 3 March, s4 is of 4 March."""
RELOADED = "session | time | page \n s1 | 08:00 | home \n s1 | 08:01 | home \n s1 | 08:02 | plan"


def sit_down(drawn: str, settings: Settings) -> Desk:
    return Desk(Tables(draw(drawn).lazy(), Order.create_empty(), Product.create_empty()), settings)


def share_out(groups: str, zone: str | None) -> tuple[int, int]:
    desk = sit_down(LATE, Settings(sessions=SessionSettings(zone=zone)))
    report = PATH_REPORTS["path-differences"](desk, groups)
    assert f"Days in {zone or 'Asia/Shanghai'}" in report.note.en
    assert (zone or "Asia/Shanghai") in report.note.zh
    names = [column.name for column in report.columns]
    table = pl.DataFrame(report.rows, schema=names, orient="row").filter(source="(entry)", target="home")
    return int(table["out_of_a"][0]), int(table["out_of_b"][0])


@pytest.mark.parametrize(
    ("groups", "zone", "sessions"),
    [
        ("since=2026-03-03", None, (3, 1)),
        ("since=2026-03-03", "UTC", (2, 2)),
        ("since=2026-03-03", "Europe/Berlin", (2, 2)),
        ("since=2026-03-04", "Asia/Shanghai", (1, 3)),
        ("2026-03-03..2026-03-03", "Asia/Shanghai", (2, 2)),
        ("2026-03-02..2026-03-03", "Asia/Shanghai", (3, 1)),
    ],
)
def test_a_day_begins_at_midnight_of_the_operators_clock(groups, zone, sessions):
    assert share_out(groups, zone) == sessions


@pytest.mark.parametrize(
    ("groups", "told"),
    [
        ("since=2031-01-01", r"no sessions 'Since 2031-01-01'.*2026-03-02 … 2026-03-04"),
        ("since=1970-01-01", r"no sessions 'Before'"),
        ("2025-01-01..2025-12-31", r"no sessions '2025-01-01 to 2025-12-31'"),
        ("2026-03-04..2026-03-03", r"no sessions '2026-03-04 to 2026-03-03'"),
        ("channel=app", r"no sessions 'app'.*There are: web"),
        ("2026-03-04..soon", r"does not make two groups.*2026-05-19\.\.2026-06-07"),
    ],
)
def test_a_group_of_nobody_is_refused_with_what_there_is(groups, told):
    with pytest.raises(Stop, match=told.partition(".*")[0]) as refused:
        PATH_REPORTS["path-differences"](sit_down(LATE, Settings()), groups)
    assert told.partition(".*")[2].replace("\\", "") in refused.value.fix


def test_where_nobody_bought_the_groups_are_told_apart_all_the_same():
    report = REPORTS["path-differences"](sit_down(LATE, Settings()))
    assert "Bought (0 sessions) against Did not buy (4)" in report.note.en


def test_the_sessions_of_a_path_are_told_in_the_operators_hours():
    report = PATH_REPORTS["path-sessions"](sit_down(LATE, Settings()), "home -> plan")
    assert "2026-03-02 23:30:00" in report.rows[0]
    assert "Asia/Shanghai" in report.note.en


def test_devices_and_customers_are_told_in_the_operators_hours():
    moments = {name: [at("16:00")] for name in ("first_seen_at", "last_seen_at", "linked_at", "undone_at")}
    links = pl.DataFrame({"visitor_id": ["v"], "customer_id": ["c"], "apart": [None], **moments})
    report = list_links(links, "Asia/Shanghai")
    assert report.rows[0][2] == "2026-03-03 00:00:00"
    assert "Asia/Shanghai" in report.note.en


@pytest.mark.parametrize(("repeats", "clicks"), [("collapsed", {"plan": 1}), ("kept", {"home": 1, "plan": 1})])
def test_the_next_click_counts_repeats_as_the_paths_do_in_the_report_and_in_what_is_served(repeats, clicks):
    desk = sit_down(RELOADED, Settings(paths=PathSettings(repeats=repeats)))
    report = REPORTS["next-click"](desk)
    names = [column.name for column in report.columns]
    told = pl.DataFrame(report.rows, schema=names, orient="row")
    assert dict(told.select("next_page", "clicks").iter_rows()) == clicks
    served = build_snapshot(desk.tables, desk.settings).next_click
    row = served.keys.tolist().index("web\thome")
    of_home = slice(served.starts[row], served.starts[row + 1])
    assert dict(zip(served.targets[served.target[of_home]], served.together[of_home].tolist(), strict=True)) == clicks
    assert served.alone[row] == sum(clicks.values())


@pytest.mark.parametrize(("repeats", "ends"), [("collapsed", {"home", "plan"}), ("kept", {"plan"})])
def test_landmarks_follow_the_settings_of_paths(repeats, ends):
    """Everyone on home sees it twice and goes: of two views, half are the last; of one visit, all."""
    ways = [(f"a{n}", page) for n in range(40) for page in ("home", "home")]
    ways += [(f"b{n}", page) for n in range(40) for page in ("list", "plan")]
    drawn = "session | visitor | page" + "".join(f"\n{who} | {who} | {page}" for who, page in ways)
    report = REPORTS["landmarks"](sit_down(drawn, Settings(paths=PathSettings(repeats=repeats))))
    names = [column.name for column in report.columns]
    table = pl.DataFrame(report.rows, schema=names, orient="row")
    assert set(table.filter(role="dead_end")["page"]) == ends
