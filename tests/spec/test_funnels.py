"""Funnels, as a product owner understands them."""

import polars as pl
import pytest

from paths import AbandonmentSettings, FunnelDefinition, FunnelStep, count_funnel, measure_levels
from tests.drawing import at, draw

ORDER = FunnelDefinition(
    name="order",
    steps=(
        FunnelStep("view_item", name="look"),
        FunnelStep("add_to_cart", name="cart"),
        FunnelStep("purchase", name="buy"),
    ),
)
LATER = at("9 00:00")


def come_how_far(text: str, funnel: FunnelDefinition = ORDER) -> dict[str, int]:
    return dict(measure_levels(draw(text), funnel, LATER).select("entrant", "level").iter_rows())


def test_a_visitor_who_takes_all_steps_in_order_converts() -> None:
    (level,) = measure_levels(
        draw("""
            visitor | time  | name
            ann     | 08:00 | view_item
            ann     | 08:05 | search
            ann     | 08:10 | add_to_cart
            ann     | 09:00 | purchase
        """),
        ORDER,
        LATER,
    ).iter_rows(named=True)
    assert level == {
        "funnel": "order",
        "entrant": "ann",
        "level": 3,
        "steps": 3,
        "segment": None,
        "entered_at": at("08:00"),
        "reached_at": [at("08:00"), at("08:10"), at("09:00")],
        "status": "converted",
    }


def test_steps_in_the_wrong_order_do_not_count() -> None:
    assert come_how_far("""
        visitor | time  | name
        ann     | 08:00 | purchase
        ann     | 08:10 | view_item
        ann     | 08:20 | purchase
        bob     | 08:00 | add_to_cart
        bob     | 08:01 | purchase
    """) == {"ann": 1}  # bob never looked at anything, so he did not enter


def test_the_window_runs_from_the_first_step_and_its_last_moment_counts() -> None:
    assert come_how_far("""
        visitor | time         | name
        in_time | 08:00        | view_item
        in_time | 2 07:59      | add_to_cart
        in_time | 2 08:00      | purchase
        late    | 08:00        | view_item
        late    | 2 07:59      | add_to_cart
        late    | 2 08:00:00.000001 | purchase
    """) == {"in_time": 3, "late": 2}


def test_a_later_start_wins_when_it_leads_further() -> None:
    level = measure_levels(
        draw("""
            time    | name
            08:00   | view_item
            08:10   | add_to_cart
            3 08:00 | view_item
            3 08:01 | add_to_cart
            3 08:02 | purchase
        """),
        ORDER,
        LATER,
    )
    assert level["level"].item() == 3
    assert level["entered_at"].item() == at("3 08:00")


def test_of_equally_far_chains_the_first_to_get_there_counts_and_it_begins_as_late_as_it_can() -> None:
    level = measure_levels(
        draw("""
            time    | name
            08:00   | view_item
            08:05   | view_item
            08:10   | add_to_cart
            3 08:00 | view_item
            3 08:01 | add_to_cart
        """),
        ORDER,
        LATER,
    )
    assert level["reached_at"].item().to_list() == [at("08:05"), at("08:10")]


def test_events_at_one_moment_count_in_either_order() -> None:
    assert come_how_far("""
        visitor | time  | name
        ann     | 08:00 | purchase
        ann     | 08:00 | add_to_cart
        ann     | 08:00 | view_item
    """) == {"ann": 3}


def test_one_event_never_serves_two_steps() -> None:
    twice = FunnelDefinition(name="twice", steps=(FunnelStep("view_item"), FunnelStep("view_item")))
    drawn = """
        visitor | time  | name
        once    | 08:00 | view_item
        twice   | 08:00 | view_item
        twice   | 08:01 | view_item
        tied    | 08:00 | view_item
        tied    | 08:00 | view_item
    """
    assert come_how_far(drawn, twice) == {"once": 1, "twice": 2, "tied": 2}


def test_a_step_may_ask_for_a_page_a_channel_a_category_and_an_item() -> None:
    plans_on_web = FunnelDefinition(
        steps=(FunnelStep("view_item", page="detail", channel="web", category="plan", item="P1"),), name="plans"
    )
    drawn = """
        visitor | name      | page   | channel | category | item
        yes     | view_item | detail | web     | plan     | P1
        page    | view_item | list   | web     | plan     | P1
        channel | view_item | detail | app     | plan     | P1
        sort    | view_item | detail | web     | handset  | P1
        item    | view_item | detail | web     | plan     | P2
        unknown | view_item |        | web     | plan     | P1
    """
    assert come_how_far(drawn, plans_on_web) == {"yes": 1}


@pytest.mark.parametrize(
    ("scope", "levels"),
    [("visitor", {"phone": 1, "tablet": 2}), ("customer", {"ann": 3}), ("session", {"e01": 1, "e02": 1})],
)
def test_the_scope_says_whose_steps_belong_together(scope: str, levels: dict[str, int]) -> None:
    funnel = FunnelDefinition(name="order", steps=ORDER.steps, scope=scope)
    drawn = """
        visitor | customer | time  | name
        phone   | ann      | 08:00 | view_item
        tablet  | ann      | 09:00 | view_item
        tablet  | ann      | 10:00 | add_to_cart
        phone   | ann      | 11:00 | purchase
    """
    assert come_how_far(drawn, funnel) == levels


def test_robots_do_not_enter() -> None:
    assert come_how_far("""
        visitor | name      | robot
        ann     | view_item |
        bot     | view_item | user agent
    """) == {"ann": 1}


def test_who_still_has_time_is_open_and_who_has_none_is_lost() -> None:
    levels = measure_levels(
        draw("""
            visitor | time    | name
            lost    | 1 08:00 | view_item
            last_us | 2 08:00 | view_item
            open    | 2 09:00 | view_item
            again   | 1 08:00 | view_item
            again   | 1 09:00 | add_to_cart
            again   | 3 07:00 | view_item
            done    | 3 07:00 | view_item
            done    | 3 07:10 | add_to_cart
            done    | 3 07:20 | purchase
        """),
        ORDER,
        data_ends_at=at("3 08:00"),
    )
    status = dict(levels.select("entrant", "status").iter_rows())
    assert status == {"lost": "lost", "last_us": "open", "open": "open", "again": "open", "done": "converted"}


def test_the_report_counts_each_step_and_what_became_of_the_others() -> None:
    levels = measure_levels(
        draw("""
            visitor | time    | name
            ann     | 1 08:00 | view_item
            ann     | 1 08:10 | add_to_cart
            ann     | 1 08:40 | purchase
            bob     | 1 08:00 | view_item
            bob     | 1 08:20 | add_to_cart
            cat     | 1 08:00 | view_item
            dan     | 3 08:00 | view_item
        """),
        ORDER,
        data_ends_at=at("3 09:00"),
    )
    columns = ["name", "reached", "lost", "open", "share_of_first", "share_of_previous", "median_seconds"]
    assert count_funnel(levels, ORDER).select(columns).rows() == [
        ("look", 4, 1, 1, 1.0, None, None),
        ("cart", 2, 1, 0, 0.5, 0.5, 900.0),
        ("buy", 1, 0, 0, 0.25, 0.5, 1800.0),
    ]


def test_a_funnel_that_nobody_entered_still_shows_its_steps() -> None:
    nobody = draw("visitor | name").lazy()
    report = count_funnel(measure_levels(nobody, ORDER, LATER), ORDER)
    assert report["reached"].to_list() == [0, 0, 0]
    assert report.select(pl.col("share_of_first").is_null().all()).item()


def test_a_cart_is_a_persons_way_to_one_order_on_all_devices_with_all_that_happened_on_it() -> None:
    funnel = FunnelDefinition(
        (FunnelStep("view_item"), FunnelStep("search"), FunnelStep("purchase")), scope="cart", name="order"
    )
    drawn = """
        visitor | customer | time    | name
        phone   | ann      | 07:59   | search
        phone   | ann      | 08:00   | view_item
        tablet  | ann      | 08:10   | search
        phone   | ann      | 08:20   | purchase
        phone   | ann      | 08:20   | view_item
        phone   | ann      | 08:30   | add_to_cart
        phone   | ann      | 08:31   | search
        bob     | bob      | 09:00   | search
    """
    assert come_how_far(drawn, funnel) == {"ann#1": 3, "ann#2": 1}  # the last search came after her second cart's end


def test_a_cart_ends_where_the_settings_of_abandonment_say() -> None:
    funnel = FunnelDefinition((FunnelStep("view_item"), FunnelStep("purchase")), scope="cart", name="order")
    drawn = draw("""
        visitor | time  | name
        ann     | 08:00 | view_item
        ann     | 12:00 | purchase
    """)
    levels = measure_levels(drawn, funnel, LATER, AbandonmentSettings(quiet_hours=2))
    assert dict(levels.select("entrant", "level").iter_rows()) == {"ann#1": 1}
    assert measure_levels(drawn, funnel, LATER)["level"].to_list() == [2]
