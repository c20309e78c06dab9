"""Steps are counted by segment, optional ones by those who took them."""

import pytest

from paths import FunnelCount, FunnelDefinition, FunnelStep, count_funnel
from serving import wilson_bounds
from tests.levels import BY_CHANNEL, ORDER, STEPS, draw_levels

LEVELS = """
    entrant | segment | entered | then | status
    ann     | app     | 1 08:00 | 5 20 | converted
    bob     | web     | 1 08:00 | 5    | lost
    cat     | web     | 1 08:00 |      | open
    dan     |         | 1 08:00 |      | lost
"""


def test_the_whole_comes_first_then_each_segment_with_all_its_steps() -> None:
    table = FunnelCount.validate(count_funnel(draw_levels(LEVELS), BY_CHANNEL))
    assert table.select("segment", "step", "reached", "lost", "open").rows() == [
        ("(all)", 1, 4, 1, 1), ("(all)", 2, 2, 1, 0), ("(all)", 3, 1, 0, 0),
        ("(unknown)", 1, 1, 1, 0), ("(unknown)", 2, 0, 0, 0), ("(unknown)", 3, 0, 0, 0),
        ("app", 1, 1, 0, 0), ("app", 2, 1, 0, 0), ("app", 3, 1, 0, 0),
        ("web", 1, 2, 0, 1), ("web", 2, 1, 1, 0), ("web", 3, 0, 0, 0),
    ]  # fmt: skip


def test_without_a_breakdown_there_is_the_whole_alone() -> None:
    assert count_funnel(draw_levels(LEVELS), ORDER)["segment"].unique().to_list() == ["(all)"]


def test_shares_have_their_wilson_intervals_and_step_one_has_none() -> None:
    rows = count_funnel(draw_levels(LEVELS), ORDER).rows(named=True)
    low, high = wilson_bounds([2, 1, 1], [4, 4, 2])
    assert (rows[1]["first_low"], rows[1]["first_high"]) == (low[0], high[0])
    assert (rows[2]["first_low"], rows[2]["first_high"]) == (low[1], high[1])
    assert (rows[2]["previous_low"], rows[2]["previous_high"]) == (low[2], high[2])
    assert [rows[0][name] for name in ("first_low", "first_high", "previous_low", "previous_high")] == [None] * 4


def test_an_optional_step_is_counted_by_those_who_took_it_and_the_next_step_is_of_those_before_it() -> None:
    help_first = (STEPS[0], FunnelStep("search", optional=True), STEPS[1], STEPS[2])
    funnel = FunnelDefinition(name="order", steps=help_first)
    table = count_funnel(
        draw_levels(
            """
            entrant | entered | then   | status
            took    | 1 08:00 | 5 10 20 | converted
            skipped | 1 08:00 | - 10 30 | converted
            ended   | 1 08:00 | 5       | lost
            left    | 1 08:00 |         | lost
            """,
            funnel,
        ),
        funnel,
    )
    columns = ("name", "optional", "reached", "lost", "share_of_first", "share_of_previous", "median_seconds")
    assert table.select(columns).rows() == [
        ("look", False, 4, 1, 1.0, None, None),
        ("search", True, 2, 1, 0.5, 0.5, 300.0),
        ("cart", False, 2, 0, 0.5, 0.5, 450.0),
        ("buy", False, 2, 0, 0.5, 1.0, 900.0),
    ]


@pytest.mark.parametrize("funnel", [ORDER, BY_CHANNEL])
def test_a_funnel_that_nobody_entered_has_its_steps_with_nobody_on_them(funnel: FunnelDefinition) -> None:
    table = count_funnel(draw_levels("entrant | entered | status"), funnel)
    assert table.select("segment", "reached", "share_of_first").rows() == [("(all)", 0, None)] * 3
