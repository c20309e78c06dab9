import polars as pl
import pytest

from cluster import reach_levels
from paths import Condition, EventFilter, Exclusion, FunnelDefinition, FunnelError, FunnelStep

EVENTS = pl.LazyFrame(
    {
        "visitor_id": ["ann", "ann", "ann", "bob"],
        "event_id": ["1", "2", "3", "4"],
        "occurred_at_ms": [0, 1_800_000, 1_800_001, 0],
        "device_at_ms": pl.Series([None] * 4, dtype=pl.Int64),
        "line": [1, 2, 3, 4],
        "name": ["view_item", "add_to_cart", "purchase", "purchase"],
        "robot": pl.Series([None] * 4, dtype=pl.String),
    }
)


def define(*names: str, scope: str = "visitor") -> FunnelDefinition:
    return FunnelDefinition(tuple(FunnelStep(name) for name in names), window_hours=0.5, scope=scope, name="order")


def test_the_window_ends_with_its_last_millisecond() -> None:
    levels = reach_levels(EVENTS, define("view_item", "add_to_cart", "purchase")).collect()
    assert levels.rows() == [("ann", 2)]


def test_one_event_serves_one_step() -> None:
    assert reach_levels(EVENTS, define("purchase", "purchase")).collect().sort("entrant").rows() == [
        ("ann", 1),
        ("bob", 1),
    ]


def test_a_scope_that_needs_the_whole_session_table_is_refused() -> None:
    with pytest.raises(FunnelError, match='set scope = "visitor"'):
        reach_levels(EVENTS, define("view_item", scope="session"))


def test_every_option_that_a_cluster_does_not_know_is_refused_and_all_are_named_at_once() -> None:
    steps = (FunnelStep("view_item"), FunnelStep("search", optional=True, within_minutes=5), FunnelStep("purchase"))
    funnel = FunnelDefinition(
        steps, scope="customer", order="strict", hold="item_id", exclude=(Exclusion("refund"),), name="order"
    )
    with pytest.raises(FunnelError) as refusal:
        reach_levels(EVENTS, funnel)
    assert 'set scope = "visitor"; leave away order, hold, exclude, optional, within_minutes' in str(refusal.value)
    assert "paths.measure_levels" in str(refusal.value)


@pytest.mark.parametrize(
    "step",
    [
        FunnelStep("purchase", any_of=(EventFilter("refund"),)),
        FunnelStep("purchase", where=(Condition("price", at_least=1),)),
    ],
)
def test_alternatives_and_property_filters_are_refused(step: FunnelStep) -> None:
    with pytest.raises(FunnelError, match=r"leave away (any_of|where)"):
        reach_levels(EVENTS, FunnelDefinition((step,), name="order"))
