"""Our funnel levels beside those of other engines: ClickHouse's windowFunnel, and a file of ten engines' answers.

Equal levels were seen with chdb 4.4.0, as `locks/dev.txt` pins it (ClickHouse 26.9). Its mode `strict_once` is younger
than most of the function: where another chdb gives other levels, look there first.
"""

import json
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

import chdb
import polars as pl
import pytest
from chdb.state.sqlitelike import Connection
from hypothesis import given, settings
from hypothesis import strategies as st

from paths import FunnelDefinition, FunnelStep, measure_levels
from tests.drawing import DAY_ONE, make_events

EVENT_OF_LETTER = {"A": "view_item", "B": "add_to_cart", "C": "purchase", "D": "search"}
ENGINES = {
    "clickhouse_26_9_default", "ch_strict_deduplication", "ch_strict_order", "ch_strict_increase", "ch_strict_once",
    "ch_strict_order_allow_reentry", "posthog_ordered_transcribed", "posthog_strict_transcribed",
    "retentioneering_5_2_4_no_window", "umami_sql_transcribed_per_step_window",
}  # fmt: skip
DEFAULT, DEDUPLICATION, ORDER, INCREASE = (
    "clickhouse_26_9_default", "ch_strict_deduplication", "ch_strict_order", "ch_strict_increase",
)  # fmt: skip
REENTRY, RETENTIONEERING = "ch_strict_order_allow_reentry", "retentioneering_5_2_4_no_window"
UMAMI, POSTHOG_STRICT = "umami_sql_transcribed_per_step_window", "posthog_strict_transcribed"


class Case(NamedTuple):
    """Our level in one of the cases, the engines that give another one, and why we give ours; all others agree."""

    level: int
    otherwise: set[str]
    why: str


ORDERED = {
    1: Case(3, set(), "All steps in order."),
    2: Case(3, {INCREASE}, "Events of one moment count: clocks are coarse, and three clicks of one second were three."),
    3: Case(3, {INCREASE, RETENTIONEERING}, "In either order: the order in which a log was written proves nothing."),
    4: Case(3, set(), "A reload changes nothing."),
    5: Case(3, set(), "The chain that begins later leads further, and the furthest counts."),
    6: Case(3, {DEDUPLICATION}, "A second look may begin the chain that is in time; a repeated step is no end."),
    7: Case(2, {RETENTIONEERING}, "The last moment of the window belongs to it."),
    8: Case(1, {RETENTIONEERING}, "What comes a moment after the window is late."),
    9: Case(2, {RETENTIONEERING, UMAMI}, "The window holds from the first step to the last, not from step to step."),
    10: Case(1, {DEFAULT, DEDUPLICATION, ORDER, REENTRY, UMAMI}, "One event never serves two steps."),
    11: Case(2, {INCREASE}, "Two events serve two steps that wait for the same."),
    12: Case(4, {ORDER}, "A step may come twice in a funnel, and again is not out of order."),
    13: Case(3, {ORDER, REENTRY, POSTHOG_STRICT}, "Other events between do not matter."),
    14: Case(3, {ORDER, POSTHOG_STRICT}, "A later step that comes too early is another event like any other."),
    15: Case(1, set(), "Who never did the second step after the first is at the first."),
    16: Case(3, {DEDUPLICATION}, "A repeated step changes nothing."),
    17: Case(3, {POSTHOG_STRICT}, "Going back a step does not undo those taken."),
}
NOT_STRICT = {DEFAULT, DEDUPLICATION, INCREASE, "ch_strict_once", "posthog_ordered_transcribed", RETENTIONEERING, UMAMI}
STRICT = ORDERED | {
    13: Case(1, NOT_STRICT, "The next event is another one, so the chain breaks at the first step."),
    14: Case(1, NOT_STRICT | {REENTRY}, "The next event is the last step, not the second: it is another one."),
    17: Case(
        2, ENGINES - {POSTHOG_STRICT}, "Going back to the first step breaks the chain; it starts again from there."
    ),
}
"""The same cases where other events break a chain: those of the ordered funnel hold but for three."""

Action = tuple[str, int, str]
"""Visitor, second and letter."""


def measure(actions: Sequence[Action], steps: Sequence[str], window: int, order: str = "ordered") -> dict[str, int]:
    """Measure levels by our own engine; visitors who never entered are left out."""
    events = make_events(
        {"visitor_id": who, "occurred_at": DAY_ONE + timedelta(seconds=second), "name": EVENT_OF_LETTER[letter]}
        for who, second, letter in actions
    )
    wanted = tuple(FunnelStep(EVENT_OF_LETTER[letter]) for letter in steps)
    funnel = FunnelDefinition(wanted, window_hours=window / 3600, name="f", order=order)
    levels = measure_levels(events, funnel, data_ends_at=DAY_ONE + timedelta(days=1))
    return dict(levels.select("entrant", "level").iter_rows())


@pytest.fixture(scope="module")
def clickhouse() -> Iterator[Connection]:
    connection = chdb.connect(":memory:")
    yield connection
    connection.close()


def ask_clickhouse(
    clickhouse: Connection, actions: Sequence[Action], steps: Sequence[str], window: int
) -> dict[str, int]:
    """Measure levels by windowFunnel(…, 'strict_once'); visitors who never entered are left out."""
    rows = ", ".join(f"('{who}', {second}, '{letter}')" for who, second, letter in actions)
    conditions = ", ".join(f"letter = '{letter}'" for letter in steps)
    answer = clickhouse.query(
        f"SELECT who, windowFunnel({window}, 'strict_once')(second, {conditions}) AS level "
        f"FROM values('who String, second UInt32, letter String', {rows}) GROUP BY who HAVING level > 0",
        "JSONCompact",
    )
    return {who: int(level) for who, level in json.loads(str(answer))["data"]}


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from(["u", "v", "w"]), st.integers(0, 40), st.sampled_from("ABCD")),
        min_size=1,
        max_size=40,
        unique_by=lambda action: action[:2],
    ),
    st.lists(st.sampled_from("ABC"), min_size=1, max_size=4),
    st.integers(1, 30),
)
def test_levels_equal_clickhouse_strict_once_where_no_times_tie(
    clickhouse: Connection, actions: list[Action], steps: list[str], window: int
) -> None:
    assert measure(actions, steps, window) == ask_clickhouse(clickhouse, actions, steps, window)


@pytest.mark.parametrize("order", ["ordered", "strict"])
@pytest.mark.parametrize("number", ORDERED)
def test_where_engines_disagree_we_say_which_agree_with_us_and_why(data_dir: Path, number: int, order: str) -> None:
    file = data_dir.parent / "fixtures" / "funnel_disagreement_cases.json"
    case = json.loads(file.read_text())[number - 1]
    assert case["case"].startswith(f"{number} ")
    ours = {"ordered": ORDERED, "strict": STRICT}[order][number]
    level = measure([("v", second, letter) for second, letter in case["events"]], case["steps"], case["window"], order)
    answers = case["levels"]
    assert answers.keys() == ENGINES
    assert level.get("v", 0) == ours.level, ours.why
    assert {engine for engine in ENGINES if answers[engine] != str(ours.level)} == ours.otherwise


def test_no_case_sets_us_apart_from_posthog_nor_the_ordered_funnel_from_clickhouse_strict_once() -> None:
    apart = set().union(*(case.otherwise for case in ORDERED.values()))
    assert not {"posthog_ordered_transcribed", "ch_strict_once"} & apart
    assert POSTHOG_STRICT not in set().union(*(case.otherwise for case in STRICT.values()))


def test_a_larger_table_gives_clickhouse_the_same_levels(clickhouse: Connection) -> None:
    numbers = pl.select(number=pl.int_range(4000)).with_columns(
        who=pl.format("v{}", pl.col("number") * 7919 % 301),
        second=pl.col("number"),
        letter=(pl.col("number") * 104_729 // 97 % 7).replace_strict({0: "A", 1: "B", 2: "C"}, default="D"),
    )
    actions = numbers.select("who", "second", "letter").rows()
    levels = measure(actions, "ABC", 2000)
    assert levels == ask_clickhouse(clickhouse, actions, "ABC", 2000)
    assert set(levels.values()) == {1, 2, 3}
