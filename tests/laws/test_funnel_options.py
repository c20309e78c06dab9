"""Whatever the options of a funnel, the search finds what trying every choice of events finds."""

from collections.abc import Sequence
from datetime import timedelta

import dataframely as dy
import msgspec
import polars as pl
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from ingest import Sessioned
from paths import (
    AbandonmentSettings,
    Condition,
    EventFilter,
    Exclusion,
    FunnelDefinition,
    FunnelError,
    FunnelStep,
    Level,
    measure_levels,
)
from tests.drawing import DAY_ONE, make_events
from tests.slow_funnels import DATA_END, Action, expect

QUIET_MINUTES = 3
NAMES = ("view_item", "add_to_cart", "purchase", "search")

actions = st.lists(
    st.tuples(
        st.integers(0, DATA_END),
        st.sampled_from(NAMES),
        st.sampled_from("ppq"),
        st.sampled_from(["x", "x", "x", "y", None]),
        st.sampled_from("aaaab"),
        st.tuples(
            st.sampled_from([1, 2, 2, 3, None]),
            st.sampled_from(["m", "m", "d", None]),
            st.sampled_from("mmmn"),
            st.sampled_from("ssst"),
        ),
    ),
    min_size=2,
    max_size=6,
).map(lambda drawn: [Action(*cells, line, *more) for line, (*cells, more) in enumerate(drawn, start=1)])
conditions = st.sampled_from(
    [
        *[()] * 6,
        (Condition("price", at_least=2),),
        (Condition("price", at_least=1, at_most=2),),
        (Condition("device", is_in=("m",)),),
        (Condition("device", is_not="d"), Condition("price", at_most=2)),
    ]
)
filters = st.builds(
    EventFilter, st.sampled_from(NAMES[:3]), page=st.sampled_from([None, None, "p", "q"]), where=conditions
)
steps = st.builds(
    FunnelStep,
    st.sampled_from(NAMES[:3]),
    page=st.sampled_from([None, None, None, "p", "q"]),
    where=conditions,
    any_of=st.sampled_from([0, 0, 1]).flatmap(lambda most: st.lists(filters, max_size=most).map(tuple)),
    optional=st.sampled_from([False, False, True]),
    within_minutes=st.sampled_from([None, None, None, 1, 3]),
    after_minutes=st.sampled_from([0, 0, 0, 0, 1, 2]),
)
exclusions = st.builds(
    Exclusion,
    st.sampled_from(NAMES),
    page=st.sampled_from([None, "p"]),
    where=conditions,
    after_step=st.integers(1, 3),
    before_step=st.sampled_from([None, 2, 3]),
)


@st.composite
def definitions(draw: st.DrawFn, order: str) -> FunnelDefinition:
    """Draw a funnel of any options that go together."""
    drawn = draw(st.lists(steps, min_size=2, max_size=4))
    bare = {"optional": False, "within_minutes": None, "after_minutes": 0}
    told = [{key: getattr(step, key) for key in step.__struct_fields__} for step in drawn]
    free = order == "any"
    told = [row | (bare if free or place == 0 else {}) for place, row in enumerate(told)]
    told[-1]["optional"] = False
    excluded = draw(st.sampled_from([0, 0, 2]).flatmap(lambda most: st.lists(exclusions, max_size=most)))
    if free:
        excluded = [Exclusion(each.event, each.page, where=each.where) for each in excluded]
    try:
        return FunnelDefinition(
            name="f",
            steps=tuple(FunnelStep(**row) for row in told),
            window_hours=draw(st.sampled_from([2, 5, 9, 9])) / 60,
            order=order,
            scope=draw(st.sampled_from(["visitor", "visitor", "customer", "session", "cart"])),
            ties="either" if free else draw(st.sampled_from(["either", "arrival", "strict"])),
            hold=draw(st.sampled_from([(), (), (), (), "item_id", ("item_id", "page")])),
            exclude=tuple(excluded),
        )
    except FunnelError:
        assume(False)
        raise


@st.composite
def cases(draw: st.DrawFn, order: str) -> tuple[list[Action], FunnelDefinition]:
    """Draw a funnel, somebody who walks some of its steps in order, and what happens besides."""
    funnel = draw(definitions(order))
    others = draw(actions)
    walked = funnel.steps[: draw(st.integers(1, len(funnel.steps)))]
    minutes = sorted(draw(st.lists(st.integers(0, DATA_END), min_size=len(walked), max_size=len(walked))))
    told = [
        Action(minute, choice.event, choice.page or "p", "x", "a", line, price=2, device="m")
        for line, (minute, choice) in enumerate(
            ((minute, draw(st.sampled_from(step.choices))) for minute, step in zip(minutes, walked, strict=True)),
            start=11,
        )
    ]
    return draw(st.permutations([*others[:3], *told])), funnel


def make(actions: Sequence[Action]) -> dy.DataFrame[Sessioned]:
    return make_events(
        {
            "visitor_id": action.visitor,
            "occurred_at": DAY_ONE + timedelta(minutes=action.minute),
            "name": action.name,
            "page": action.page,
            "item_id": action.item,
            "line": action.line,
            "event_id": f"e{action.line:02}",
            "price": action.price,
            "device": action.device,
            "person_id": action.person,
            "session_id": action.session,
            "step": action.line,
        }
        for action in actions
    )


def measure(events: dy.DataFrame[Sessioned], funnel: FunnelDefinition) -> pl.DataFrame:
    carts = AbandonmentSettings(quiet_hours=QUIET_MINUTES / 60)
    return measure_levels(events, funnel, DAY_ONE + timedelta(minutes=DATA_END), carts)


def check(actions: Sequence[Action], funnel: FunnelDefinition) -> None:
    told = msgspec.structs.replace(funnel, breakdown="line", attribution="last")
    levels = measure(make(actions), told).with_columns(
        pl.col("reached_at").list.eval((pl.element() - DAY_ONE).dt.total_minutes())
    )
    expected = expect(actions, funnel, QUIET_MINUTES)
    assert dict(levels.select("entrant", "level").iter_rows()) == {who: one.level for who, one in expected.items()}
    reached = dict(levels.select("entrant", "reached_at").iter_rows())
    assert reached == {who: list(one.minutes) for who, one in expected.items()}
    status = {
        who: "converted" if one.level == len(funnel.steps) else "open" if one.waiting else "lost"
        for who, one in expected.items()
    }
    assert dict(levels.select("entrant", "status").iter_rows()) == status
    segments = dict(levels.select("entrant", "segment").iter_rows())
    assert {who: segment for who, segment in segments.items() if segment not in expected[who].last_lines} == {}


@settings(max_examples=150, deadline=None)
@given(cases("ordered"))
def test_ordered_with_every_option(case: tuple[list[Action], FunnelDefinition]) -> None:
    check(*case)


@settings(max_examples=150, deadline=None)
@given(cases("strict"))
def test_strict_with_every_option(case: tuple[list[Action], FunnelDefinition]) -> None:
    check(*case)


@settings(max_examples=120, deadline=None)
@given(cases("any"))
def test_any_order_with_every_option(case: tuple[list[Action], FunnelDefinition]) -> None:
    check(*case)


ANY_OPTIONS = st.one_of(*map(definitions, ("ordered", "strict", "any")))


@settings(max_examples=60, deadline=None)
@given(st.data(), actions, ANY_OPTIONS, st.sampled_from(["first", "last", "step 1"]))
def test_neither_the_order_of_the_rows_nor_their_chunks_matter(
    data: st.DataObject, actions: list[Action], funnel: FunnelDefinition, attribution: str
) -> None:
    told = msgspec.structs.replace(funnel, breakdown="line", attribution=attribution)
    levels = measure(make(actions), told)
    rows = data.draw(st.permutations(range(len(actions))))
    cut = data.draw(st.integers(0, len(rows)))
    events = make(actions)[rows]
    chunks = Sessioned.cast(pl.concat([events[:cut], events[cut:]], rechunk=False))
    assert measure(chunks, told).equals(levels)
    assert levels.drop("segment").equals(measure(make(actions), funnel).drop("segment"))


@settings(max_examples=60, deadline=None)
@given(actions, actions, definitions("ordered"))
def test_more_events_never_bring_an_entrant_less_far_where_nothing_is_excluded(
    actions: list[Action], more: list[Action], funnel: FunnelDefinition
) -> None:
    scope = "visitor" if funnel.scope == "cart" else funnel.scope  # another purchase ends a cart
    free = msgspec.structs.replace(funnel, exclude=(), scope=scope)
    later = [action._replace(line=action.line + 100) for action in more]
    before, after = measure(make(actions), free), measure(make([*actions, *later]), free)
    both = before.join(after, on="entrant", suffix="_after")
    assert both.height == before.height
    assert (both["level_after"] >= both["level"]).all()


@settings(max_examples=50, deadline=None)
@given(actions, ANY_OPTIONS)
def test_levels_keep_to_their_schema_and_fall_from_step_to_step(
    actions: list[Action], funnel: FunnelDefinition
) -> None:
    levels = Level.validate(measure(make(actions), funnel))
    reached = [(levels["level"] >= step).sum() for step in range(1, len(funnel.steps) + 1)]
    assert reached == sorted(reached, reverse=True)
    assert (
        reached[0] == levels.height == sum((levels["status"] == word).sum() for word in ("converted", "lost", "open"))
    )
