"""Entrants belong to the day of their first step, as the operator's clocks tell it."""

from datetime import date

from paths import FunnelPeriod, count_periods
from tests.drawing import at
from tests.levels import BY_CHANNEL, ORDER, draw_levels

LEVELS = """
    entrant | segment | entered | then  | status
    ann     | app     | 1 08:00 | 5 20  | converted
    bob     | web     | 1 23:00 |       | lost
    back    | web     | 1 09:00 | 5     | open
    quick   | app     | 9 08:00 | 5 20  | converted
    new     | app     | 9 09:00 | 5     | open
"""
ENDS_AT = at("9 12:00")


def test_days_are_those_of_the_operators_zone() -> None:
    table = FunnelPeriod.validate(count_periods(draw_levels(LEVELS), ORDER, ENDS_AT, "Asia/Shanghai"))
    columns = ("begins_on", "entrants", "converted", "lost", "open", "settled", "settled_converted", "conversion")
    assert table.select(columns).rows() == [
        (date(2026, 3, 2), 2, 1, 0, 1, 2, 1, 0.5),
        (date(2026, 3, 3), 1, 0, 1, 0, 1, 0, 0.0),  # 23:00 in Greenwich
        (date(2026, 3, 10), 2, 1, 0, 1, 0, 0, None),  # their windows still run
    ]
    assert table.select("low", "high").row(2) == (0.0, 1.0)


def test_weeks_begin_on_monday() -> None:
    table = count_periods(draw_levels(LEVELS), ORDER, ENDS_AT, "UTC", "week")
    assert table.select("begins_on", "entrants").rows() == [(date(2026, 3, 2), 3), (date(2026, 3, 9), 2)]


def test_each_segment_has_its_days_after_the_whole() -> None:
    table = count_periods(draw_levels(LEVELS), BY_CHANNEL, ENDS_AT, "UTC", "week")
    assert table.select("segment", "entrants").rows() == [
        ("(all)", 3),
        ("(all)", 2),
        ("app", 1),
        ("app", 2),
        ("web", 2),
    ]


def test_a_window_that_ends_with_the_data_is_not_over() -> None:
    levels = draw_levels("entrant | entered | status \n a | 1 08:00 | open")
    ends = {at("2 08:00"): 0, at("2 08:00:00.000001"): 1}
    assert {end: count_periods(levels, ORDER, end, "UTC")["settled"].item() for end in ends} == ends


def test_a_funnel_nobody_entered_has_no_days() -> None:
    assert count_periods(draw_levels("entrant | entered | status"), ORDER, ENDS_AT, "UTC").is_empty()


def test_a_date_in_1970_is_one_more_day() -> None:
    levels = draw_levels("entrant | entered | status \n a | -20000 08:00 | lost \n b | 1 08:00 | lost")
    assert count_periods(levels, ORDER, ENDS_AT, "UTC").height == 2
