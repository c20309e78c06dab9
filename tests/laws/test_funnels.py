"""What is true of every funnel."""

from collections.abc import Sequence
from datetime import timedelta
from itertools import product

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from paths import FunnelDefinition, FunnelStep, count_funnel, measure_levels
from tests.drawing import DAY_ONE, make_events

NAMES = ("view_item", "add_to_cart", "purchase")
PAGES = ("p", "q")
STEPS = [FunnelStep(name, page=page) for name in NAMES[:2] for page in (None, *PAGES)]
WINDOW = 4

Action = tuple[str, int, str, str]
"""Visitor, minute, name and page."""

actions = st.lists(
    st.tuples(st.sampled_from("ab"), st.integers(0, 9), st.sampled_from(NAMES), st.sampled_from(PAGES)), max_size=9
)
definitions = st.lists(st.sampled_from(STEPS), min_size=1, max_size=4).map(
    lambda steps: FunnelDefinition(name="f", steps=tuple(steps), window_hours=WINDOW / 60)
)
DATA_END = DAY_ONE + timedelta(minutes=10)


def measure(rows: Sequence[Action], funnel: FunnelDefinition) -> pl.DataFrame:
    events = make_events(
        {"visitor_id": visitor, "occurred_at": DAY_ONE + timedelta(minutes=minute), "name": name, "page": page}
        for visitor, minute, name, page in rows
    )
    return measure_levels(events, funnel, DATA_END)


def search_chains(rows: Sequence[Action], funnel: FunnelDefinition) -> dict[str, tuple[int, ...]]:
    """Try every choice of events: the furthest chain, that ends first, whose events are latest."""
    best: dict[str, tuple[int, tuple[int, ...]]] = {}
    for visitor in {row[0] for row in rows}:
        own = [row for row in rows if row[0] == visitor]
        chains = [
            [own[place][1] for place in places]
            for length in range(1, len(funnel.steps) + 1)
            for places in product(range(len(own)), repeat=length)
            if len(set(places)) == length
            and all(
                own[place][2] == step.event and step.page in (None, own[place][3])
                for place, step in zip(places, funnel.steps, strict=False)
            )
        ]
        valid = [times for times in chains if times == sorted(times) and times[-1] - times[0] <= WINDOW]
        if valid:
            best[visitor] = max((len(times), -times[-1], times[::-1]) for times in valid)[2][::-1]
    return best


@settings(max_examples=300, deadline=None)
@given(actions.filter(lambda rows: len(rows) < 7), definitions)
def test_the_fast_search_finds_the_chain_that_trying_everything_finds(
    rows: list[Action], funnel: FunnelDefinition
) -> None:
    levels = measure(rows, funnel)
    reached = levels.select(
        pl.col("reached_at").list.eval((pl.element() - DAY_ONE).dt.total_minutes()).alias("minutes"), "entrant"
    )
    found = {row["entrant"]: row["minutes"] for row in reached.iter_rows(named=True)}
    assert found == search_chains(rows, funnel)


@settings(deadline=None, max_examples=50)
@given(st.data(), actions, definitions)
def test_the_order_of_the_rows_does_not_matter(
    data: st.DataObject, rows: list[Action], funnel: FunnelDefinition
) -> None:
    shuffled = data.draw(st.permutations(rows))
    assert measure(shuffled, funnel).equals(measure(rows, funnel))


@settings(deadline=None, max_examples=50)
@given(actions, actions, definitions)
def test_more_events_never_bring_an_entrant_less_far(
    rows: list[Action], more: list[Action], funnel: FunnelDefinition
) -> None:
    before, after = measure(rows, funnel), measure([*rows, *more], funnel)
    both = before.join(after, on="entrant", suffix="_after")
    assert both.height == before.height
    assert (both["level_after"] >= both["level"]).all()


@settings(deadline=None, max_examples=50)
@given(actions, definitions)
def test_every_number_of_the_report_is_a_sum_over_the_levels(rows: list[Action], funnel: FunnelDefinition) -> None:
    levels = measure(rows, funnel)
    report = count_funnel(levels, funnel)
    converted = levels.filter(status="converted").height
    assert report["reached"][0] == levels.height == converted + report["lost"].sum() + report["open"].sum()
    went_on = report["reached"].shift(-1, fill_value=converted)
    assert (report["reached"] == went_on + report["lost"] + report["open"]).all()
