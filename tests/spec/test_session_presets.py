"""What the presets of known products do, situation by situation; docs/sessions.md shows the same table and its sources."""

from datetime import timedelta
from pathlib import Path

import pytest

from ingest import PRESETS, Event, SessionSettings, sessionize, settle
from tests.drawing import DAY_ONE, draw, draw_rows, make_events

# Why the last event begins a new session; "goes on" where it does not.
TABLE = """
    the next event comes …                            | ga4     | matomo   | posthog | sensors | volcengine
    --------------------------------------------------+---------+----------+---------+---------+-----------
    exactly 30:00 after the last                      | goes on | pause    | goes on | goes on | goes on
    30:00.001 after the last                          | pause   | pause    | pause   | pause   | pause
    after midnight in Asia/Shanghai                   | goes on | midnight | goes on | goes on | midnight
    from another campaign                             | goes on | campaign | goes on | goes on | campaign
    from a campaign, the first of the session         | goes on | goes on  | goes on | goes on | goes on
    after the login of another customer               | goes on | login    | goes on | goes on | goes on
    after the first login of an anonymous session     | goes on | goes on  | goes on | goes on | goes on
    exactly 24 hours after the session's first        | goes on | goes on  | goes on | goes on | goes on
    24 hours and 1 ms after the session's first       | goes on | goes on  | longest | goes on | goes on
    31 minutes after the last, with a heartbeat since | goes on | pause    | goes on | goes on | goes on
"""
WHEN = "the next event comes …"


def last_a_day(milliseconds: int):
    """Make events every 20 minutes for 24 hours, beginning and ending in broad daylight."""
    times = [timedelta(minutes=20 * number) for number in range(72)] + [timedelta(hours=24, milliseconds=milliseconds)]
    return make_events({"occurred_at": DAY_ONE + time} for time in times)


SITUATIONS = {
    "exactly 30:00 after the last": draw("""
        visitor | time
        ann     | 08:00
        ann     | 08:30
    """),
    "30:00.001 after the last": draw("""
        visitor | time
        ann     | 08:00
        ann     | 08:30:00.001
    """),
    "after midnight in Asia/Shanghai": draw("""
        visitor | time
        ann     | 15:59:59.999
        ann     | 16:00
    """),
    "from another campaign": draw("""
        visitor | time  | campaign
        ann     | 08:00 | spring
        ann     | 08:05 |
        ann     | 08:10 | autumn
    """),
    "from a campaign, the first of the session": draw("""
        visitor | time  | campaign
        ann     | 08:00 |
        ann     | 08:10 | autumn
    """),
    "after the login of another customer": draw("""
        visitor | time  | customer_id
        dev     | 08:00 | ann
        dev     | 08:05 |
        dev     | 08:10 | bob
    """),
    "after the first login of an anonymous session": draw("""
        visitor | time  | customer_id
        dev     | 08:00 |
        dev     | 08:10 | bob
    """),
    "exactly 24 hours after the session's first": last_a_day(0),
    "24 hours and 1 ms after the session's first": last_a_day(1),
    "31 minutes after the last, with a heartbeat since": draw("""
        visitor | time  | name
        ann     | 08:00 | page_view
        ann     | 08:20 | user_engagement
        ann     | 08:31 | page_view
    """),
}  # fmt: skip
CELLS = [(row[WHEN], preset, row[preset]) for row in draw_rows(TABLE) for preset in PRESETS]


@pytest.mark.parametrize(("situation", "preset", "told"), CELLS)
def test_a_preset_does_what_the_table_tells(situation, preset, told):
    events = SITUATIONS[situation].select(Event.column_names())
    sessioned = sessionize(Event.cast(events), SessionSettings(preset=preset))
    assert (sessioned["cut"][-1] or "goes on") == told


def test_the_docs_show_this_table():
    page = (Path(__file__).parents[2] / "docs/sessions.md").read_text()
    lines = [line.strip("| ") for line in page.splitlines() if line.startswith("|")]
    shown = draw_rows("\n".join(lines[next(at for at, line in enumerate(lines) if line.startswith(WHEN)) :][:12]))
    assert [{key.strip("`"): cell.strip("`") for key, cell in row.items()} for row in shown] == draw_rows(TABLE)


@pytest.mark.parametrize("preset", PRESETS)
def test_what_is_said_beside_a_preset_wins_over_it(preset):
    rules = settle(SessionSettings(preset=preset, pause_minutes=5, midnight=False, longest_hours=0, passive=()))
    assert (rules.pause_minutes, rules.midnight, rules.longest_hours, rules.passive) == (5, False, 0, ())
    assert rules.campaign == PRESETS[preset].campaign


def test_without_a_preset_sessions_are_those_of_ga4():
    assert settle(SessionSettings()) == PRESETS["ga4"]
