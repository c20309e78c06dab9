"""Our funnel levels beside those of other engines: ClickHouse's windowFunnel, and a file of ten engines' answers."""

import json
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path

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
RETENTIONEERING, UMAMI = "retentioneering_5_2_4_no_window", "umami_sql_transcribed_per_step_window"
OTHERWISE: dict[int, set[str]] = {
    1: set(),
    2: {"ch_strict_increase"},
    3: {"ch_strict_increase", RETENTIONEERING},
    4: set(),
    5: set(),
    6: {"ch_strict_deduplication"},
    7: {RETENTIONEERING},
    8: {RETENTIONEERING},
    9: {RETENTIONEERING, UMAMI},
    10: {
        "clickhouse_26_9_default", "ch_strict_deduplication", "ch_strict_order", "ch_strict_order_allow_reentry", UMAMI,
    },
    11: {"ch_strict_increase"},
    12: {"ch_strict_order"},
    13: {"ch_strict_order", "ch_strict_order_allow_reentry", "posthog_strict_transcribed"},
    14: {"ch_strict_order", "posthog_strict_transcribed"},
    15: set(),
    16: {"ch_strict_deduplication"},
    17: {"posthog_strict_transcribed"},
}  # fmt: skip
"""For each case the engines that answer otherwise than we do; all others agree."""

Action = tuple[str, int, str]
"""Visitor, second and letter."""


def measure(actions: Sequence[Action], steps: Sequence[str], window: int) -> dict[str, int]:
    """Measure levels by our own engine; visitors who never entered are left out."""
    events = make_events(
        {"visitor_id": who, "occurred_at": DAY_ONE + timedelta(seconds=second), "name": EVENT_OF_LETTER[letter]}
        for who, second, letter in actions
    )
    funnel = FunnelDefinition(
        name="f", steps=tuple(FunnelStep(EVENT_OF_LETTER[letter]) for letter in steps), window_hours=window / 3600
    )
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


@pytest.mark.parametrize("number", OTHERWISE)
def test_where_engines_disagree_we_know_who_agrees_with_us(data_dir: Path, number: int) -> None:
    file = data_dir.parent / "fixtures" / "funnel_disagreement_cases.json"
    case = json.loads(file.read_text())[number - 1]
    assert case["case"].startswith(f"{number} ")
    level = measure([("v", second, letter) for second, letter in case["events"]], case["steps"], case["window"])
    answers = case["levels"]
    assert answers.keys() == ENGINES
    assert {engine for engine in ENGINES if answers[engine] != str(level.get("v", 0))} == OTHERWISE[number]


def test_no_case_sets_us_apart_from_posthog_ordered_and_clickhouse_strict_once() -> None:
    assert not {"posthog_ordered_transcribed", "ch_strict_once"} & set().union(*OTHERWISE.values())


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
