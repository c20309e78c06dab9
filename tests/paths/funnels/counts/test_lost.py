"""The list of those lost at a step, the latest first."""

from paths import LostEntrant, list_lost
from tests.drawing import at
from tests.levels import BY_CHANNEL, draw_levels

LEVELS = draw_levels("""
    entrant | segment | entered | then  | status
    early   | web     | 1 08:00 | 5     | lost
    tied_b  | web     | 2 08:00 | 5     | lost
    tied_a  |         | 2 08:03 | 2     | lost
    further | app     | 3 08:00 | 5 20  | converted
    less    | app     | 3 08:00 |       | lost
    open    | app     | 3 08:00 | 5     | open
""")


def test_who_came_to_the_step_no_further_and_has_no_time_left() -> None:
    table = LostEntrant.validate(list_lost(LEVELS, BY_CHANNEL, 2))
    assert table.select("entrant", "step", "name", "segment", "entered_at", "last_reached_at").rows() == [
        ("tied_a", 2, "cart", None, at("2 08:03"), at("2 08:05")),
        ("tied_b", 2, "cart", "web", at("2 08:00"), at("2 08:05")),
        ("early", 2, "cart", "web", at("1 08:00"), at("1 08:05")),
    ]


def test_nobody_is_lost_at_the_last_step() -> None:
    assert list_lost(LEVELS, BY_CHANNEL, 3).is_empty()
