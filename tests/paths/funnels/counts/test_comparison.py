"""Two groups are compared step by step, among those who had their whole window."""

import pytest

from paths import FunnelDefinition, FunnelStep, StepComparison, compare_funnels
from paths.evidence import compare_shares
from serving import find_q_values
from tests.drawing import at
from tests.levels import ORDER, STEPS, draw_levels

ENDS_AT = at("9 12:00")
A = draw_levels("""
    entrant | entered | then  | status
    a1      | 1 08:00 | 5 20  | converted
    a2      | 1 08:00 | 5     | lost
    a3      | 1 08:00 |       | lost
    a4      | 1 08:00 | 5     | open
    young   | 9 08:00 | 5 20  | converted
""")
B = draw_levels("""
    entrant | entered | then  | status
    b1      | 1 08:00 | 5     | lost
    b2      | 1 08:00 |       | lost
    young   | 9 08:00 |       | open
""")


def test_each_step_is_compared_among_those_who_came_to_the_one_before_and_then_the_whole_way() -> None:
    table = StepComparison.validate(compare_funnels(A, B, ORDER, ENDS_AT))
    columns = ("from_step", "step", "name", "entrants_a", "reached_a", "share_a", "entrants_b", "reached_b", "share_b")
    assert table.select(columns).rows() == [
        (1, 2, "cart", 4, 3, 0.75, 2, 1, 0.5),
        (2, 3, "buy", 3, 1, 1 / 3, 1, 0, 0.0),
        (1, 3, "buy", 4, 1, 0.25, 2, 0, 0.0),
    ]


def test_differences_are_newcombes_and_q_values_are_over_all_rows() -> None:
    table = compare_funnels(A, B, ORDER, ENDS_AT)
    told = compare_shares([3, 1, 1], [4, 3, 4], [1, 0, 0], [2, 1, 2])
    for name in ("difference", "low", "high", "p_value"):
        assert table[name].to_list() == getattr(told, name).tolist()
    assert table["q_value"].to_list() == find_q_values(told.p_value).tolist()


def test_a_funnel_of_two_steps_has_one_row_and_one_of_one_step_none() -> None:
    assert len(compare_funnels(A.clear(), B.clear(), FunnelDefinition(STEPS[:2], name="order"), ENDS_AT)) == 1
    assert compare_funnels(A.clear(), B.clear(), FunnelDefinition(STEPS[:1], name="order"), ENDS_AT).is_empty()


def test_nobody_has_no_share_and_differs_from_nobody() -> None:
    row = compare_funnels(A, B.clear(), ORDER, ENDS_AT).row(0, named=True)
    assert (row["entrants_b"], row["share_b"], row["difference"], row["p_value"]) == (0, None, 0, 1)


@pytest.mark.parametrize("optional", [True, False])
def test_the_step_after_an_optional_one_is_compared_among_those_before_it(optional: bool) -> None:
    funnel = FunnelDefinition((STEPS[0], FunnelStep("search", optional=optional), *STEPS[1:]), name="order")
    ways = compare_funnels(A.clear(), B.clear(), funnel, ENDS_AT).select("from_step", "step").rows()
    assert ways == [(1, 2), (1 if optional else 2, 3), (3, 4), (1, 4)]
