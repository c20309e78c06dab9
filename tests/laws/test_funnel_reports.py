"""What is true of every report on a funnel: each is a sum over the table of levels."""

from datetime import datetime, timedelta

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from paths import (
    WHOLE,
    FunnelCount,
    FunnelDefinition,
    FunnelPeriod,
    FunnelStep,
    FunnelTime,
    Level,
    LostEntrant,
    StepComparison,
    TimeBin,
    bin_times,
    compare_funnels,
    count_funnel,
    count_periods,
    list_lost,
    time_funnel,
)
from tests.drawing import DAY_ONE

WINDOW = timedelta(hours=24)
DATA_ENDS_AT = DAY_ONE + timedelta(days=10)


@st.composite
def draw_funnels(draw: st.DrawFn) -> FunnelDefinition:
    optional = draw(st.lists(st.booleans(), max_size=3))
    steps = [
        FunnelStep("view_item"),
        *(FunnelStep("search", optional=free) for free in optional),
        FunnelStep("purchase"),
    ]
    breakdown = draw(st.sampled_from([None, "channel"]))
    return FunnelDefinition(name="f", steps=tuple(steps), breakdown=breakdown)


@st.composite
def draw_worlds(draw: st.DrawFn) -> tuple[FunnelDefinition, pl.DataFrame]:
    """A funnel and levels that its entrants could have: skipped steps, ties, entrants who came back and are open."""
    funnel = draw(draw_funnels())
    steps, rows = len(funnel.steps), []
    for number in range(draw(st.integers(0, 12))):
        level = draw(st.integers(1, steps))
        entered = DAY_ONE + timedelta(hours=draw(st.integers(0, 239)))
        gaps = draw(st.lists(st.integers(0, 100), min_size=level - 1, max_size=level - 1))
        moments = [entered + timedelta(minutes=sum(gaps[:place])) for place in range(level)]
        free = [0 < place < level - 1 and funnel.steps[place].optional for place in range(level)]
        skipped = [can and draw(st.booleans()) for can in free]
        settled = entered + WINDOW < DATA_ENDS_AT
        status = "converted" if level == steps else draw(st.sampled_from(["lost", "open"] if settled else ["open"]))
        rows.append(
            {
                "funnel": "f",
                "entrant": f"e{number}",
                "level": level,
                "steps": steps,
                "segment": draw(st.sampled_from(["app", "web", None])) if funnel.breakdown else None,
                "entered_at": entered,
                "reached_at": [None if skip else moment for skip, moment in zip(skipped, moments, strict=True)],
                "status": status,
            }
        )
    types = {name: column.dtype for name, column in Level.columns().items()}
    return funnel, Level.validate(pl.DataFrame(rows, schema=types))


def sum_statuses(levels: pl.DataFrame) -> dict[str, int]:
    return {status: int((levels["status"] == status).sum()) for status in ("converted", "lost", "open")}


@settings(deadline=None, max_examples=100)
@given(draw_worlds())
def test_converted_lost_and_open_are_all_entrants_in_every_segment(
    world: tuple[FunnelDefinition, pl.DataFrame],
) -> None:
    funnel, levels = world
    table = FunnelCount.validate(count_funnel(levels, funnel))
    parts = table.group_by("segment").agg(
        entrants=pl.col("reached").filter(pl.col("step") == 1).sum(),
        converted=pl.col("reached").filter(pl.col("step") == len(funnel.steps)).sum(),
        lost=pl.col("lost").sum(),
        open=pl.col("open").sum(),
    )
    assert (parts["entrants"] == parts["converted"] + parts["lost"] + parts["open"]).all()
    whole = parts.row(by_predicate=pl.col("segment") == WHOLE, named=True)
    assert {name: whole[name] for name in ("converted", "lost", "open")} == sum_statuses(levels)
    if funnel.breakdown:
        rest = parts.filter(pl.col("segment") != WHOLE)
        assert all(rest[name].sum() == whole[name] for name in ("entrants", "converted", "lost", "open"))


@settings(deadline=None, max_examples=100)
@given(draw_worlds())
def test_who_reached_a_step_is_counted_again_by_looking_at_each_entrant(
    world: tuple[FunnelDefinition, pl.DataFrame],
) -> None:
    funnel, levels = world
    table = count_funnel(levels, funnel).filter(segment=WHOLE)
    for step, reached in table.select("step", "reached").iter_rows():
        optional = funnel.steps[step - 1].optional
        came = [
            (times[step - 1] is not None if optional else True) if len(times) >= step else False
            for times in levels["reached_at"].to_list()
        ]
        assert reached == sum(came)


@settings(deadline=None, max_examples=100)
@given(draw_worlds(), st.sampled_from(["day", "week"]), st.sampled_from(["UTC", "Asia/Shanghai"]))
def test_every_entrant_belongs_to_one_day(world: tuple[FunnelDefinition, pl.DataFrame], by: str, zone: str) -> None:
    funnel, levels = world
    table = FunnelPeriod.validate(count_periods(levels, funnel, DATA_ENDS_AT, zone, by))
    whole = table.filter(segment=WHOLE)
    assert {name: whole[name].sum() for name in ("converted", "lost", "open")} == sum_statuses(levels)
    assert (table["converted"] + table["lost"] + table["open"] == table["entrants"]).all()
    if funnel.breakdown:
        assert table.filter(pl.col("segment") != WHOLE)["entrants"].sum() == levels.height


@settings(deadline=None, max_examples=100)
@given(draw_worlds())
def test_each_stretch_of_each_chain_is_timed_once(world: tuple[FunnelDefinition, pl.DataFrame]) -> None:
    funnel, levels = world
    times = FunnelTime.validate(time_funnel(levels, funnel)).filter(segment=WHOLE)
    chains = [[moment for moment in chain if moment is not None] for chain in levels["reached_at"].to_list()]
    assert times.filter(stretch="step")["entrants"].sum() == sum(len(chain) - 1 for chain in chains)
    assert times.filter(stretch="whole")["entrants"].sum() == (levels["status"] == "converted").sum()
    bins = TimeBin.validate(bin_times(levels, funnel))
    stretch = ["segment", "stretch", "from_step", "to_step"]
    binned = bins.group_by(stretch).agg(pl.col("entrants").sum(), pl.col("share").sum().round(9))
    timed = time_funnel(levels, funnel).select(*stretch, "entrants").with_columns(share=1.0)
    assert binned.sort(stretch).equals(timed.sort(stretch))


@settings(deadline=None, max_examples=100)
@given(draw_worlds())
def test_the_lost_of_all_steps_are_the_lost(world: tuple[FunnelDefinition, pl.DataFrame]) -> None:
    funnel, levels = world
    lists = [LostEntrant.validate(list_lost(levels, funnel, step)) for step in range(1, len(funnel.steps) + 1)]
    counted = count_funnel(levels, funnel).filter(segment=WHOLE)["lost"].to_list()
    assert [len(table) for table in lists] == counted
    assert set(pl.concat(lists)["entrant"]) == set(levels.filter(status="lost")["entrant"])


@settings(deadline=None, max_examples=100)
@given(draw_worlds(), st.data())
def test_two_groups_compared_count_only_those_whose_time_is_over(
    world: tuple[FunnelDefinition, pl.DataFrame], data: st.DataObject
) -> None:
    funnel, levels = world
    first = pl.Series([data.draw(st.booleans()) for _ in range(levels.height)], dtype=pl.Boolean)
    groups = [levels.filter(first), levels.filter(~first)]
    table = StepComparison.validate(compare_funnels(groups[0], groups[1], funnel, DATA_ENDS_AT))
    whole = table.filter(from_step=1, step=len(funnel.steps)).row(0, named=True)
    for letter, group in zip("ab", groups, strict=True):
        over = group.filter(pl.col("entered_at") + WINDOW < DATA_ENDS_AT)
        assert whole[f"entrants_{letter}"] == over.height
        assert whole[f"reached_{letter}"] == (over["status"] == "converted").sum()
    turned = compare_funnels(groups[1], groups[0], funnel, DATA_ENDS_AT)
    assert (turned["difference"] == -table["difference"]).all()
    assert turned["p_value"].to_list() == pytest.approx(table["p_value"].to_list())


@settings(deadline=None, max_examples=50)
@given(draw_worlds(), st.integers(0, 99))
def test_the_order_of_the_rows_does_not_matter(world: tuple[FunnelDefinition, pl.DataFrame], seed: int) -> None:
    funnel, levels = world
    shuffled = levels.sample(fraction=1, shuffle=True, seed=seed)
    for report in _list_reports(funnel, DATA_ENDS_AT):
        assert report(levels).equals(report(shuffled))


def _list_reports(funnel: FunnelDefinition, ends_at: datetime) -> list:
    return [
        lambda levels: count_funnel(levels, funnel),
        lambda levels: time_funnel(levels, funnel),
        lambda levels: bin_times(levels, funnel),
        lambda levels: count_periods(levels, funnel, ends_at, "UTC"),
        lambda levels: compare_funnels(levels, levels, funnel, ends_at),
        lambda levels: list_lost(levels, funnel, 1),
    ]
