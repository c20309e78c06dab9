import polars as pl
import pytest

from evaluation import (
    AlsoBoughtCase,
    AlsoViewedCase,
    BoughtAfterViewingCase,
    CaseSettings,
    ForYouCase,
    NextClickCase,
    ask_also_bought,
    ask_also_viewed,
    ask_bought_after_viewing,
    ask_for_you,
    ask_next_click,
)
from tests.drawing import draw

WALK = draw(
    "visitor | time | page | name | item\n"
    + "\n".join(f"ann | 08:{step:02} | p{step} | view_item | i{step}" for step in range(6))
)


def test_only_the_latest_pages_are_told() -> None:
    cases = NextClickCase.validate(ask_next_click(WALK, CaseSettings(context=2)))
    assert cases["pages"].to_list() == [["p0"], ["p0", "p1"], ["p1", "p2"], ["p2", "p3"], ["p3", "p4"]]
    assert cases["relevant"].to_list() == [["p1"], ["p2"], ["p3"], ["p4"], ["p5"]]


def test_only_the_next_items_count() -> None:
    cases = AlsoViewedCase.validate(ask_also_viewed(WALK, CaseSettings(look_ahead=2)))
    assert cases.select("item_id", "relevant").rows()[2:] == [
        ("i2", ["i3", "i4"]),
        ("i3", ["i4", "i5"]),
        ("i4", ["i5"]),
    ]


def test_too_many_cases_are_thinned_out_the_same_way_each_time_and_keep_their_order() -> None:
    few = CaseSettings(most_cases=3)
    cases = ask_next_click(WALK, few)
    assert cases.height == 3
    assert cases.equals(ask_next_click(WALK, few))
    assert cases["relevant"].list.first().is_sorted()
    whole = ask_next_click(WALK, CaseSettings())
    assert cases.join(whole, on=["pages", "relevant"]).height == 3
    draws = {
        tuple(ask_next_click(WALK, CaseSettings(most_cases=3, seed=seed))["relevant"].explode()) for seed in range(9)
    }
    assert len(draws) > 1


def test_the_order_of_the_log_does_not_matter() -> None:
    mixed = WALK.sample(fraction=1, shuffle=True, seed=1)
    settings = CaseSettings(most_cases=3)
    assert ask_next_click(mixed, settings).equals(ask_next_click(WALK, settings))
    assert ask_also_viewed(mixed, settings).equals(ask_also_viewed(WALK, settings))


def test_robots_and_lonely_events_ask_nothing() -> None:
    settings = CaseSettings()
    robots = WALK.with_columns(robot=pl.lit("crawler"))
    lonely = WALK.head(1)
    for events in (robots, lonely, WALK.clear()):
        assert NextClickCase.validate(ask_next_click(events, settings)).is_empty()
        assert AlsoViewedCase.validate(ask_also_viewed(events, settings)).is_empty()
    assert ForYouCase.validate(ask_for_you(robots, robots, settings)).is_empty()


def test_every_item_of_every_basket_is_held_out_once_and_the_order_of_rows_does_not_matter() -> None:
    baskets = pl.DataFrame(
        [(f"{n:03}", item, "web") for n in range(5) for item in "abc"],
        schema=["basket", "item_id", "channel"],
        orient="row",
    )
    cases = AlsoBoughtCase.validate(ask_also_bought(baskets, CaseSettings()))
    assert cases.head(3).select("unit", "items", "relevant").rows() == [
        ("000", ["b", "c"], ["a"]),
        ("000", ["a", "c"], ["b"]),
        ("000", ["a", "b"], ["c"]),
    ]
    assert len(cases) == 15
    assert cases.equals(ask_also_bought(baskets.reverse(), CaseSettings()))


def test_each_item_is_asked_for_on_the_channel_where_it_was_bought() -> None:
    rows = [("ann@1", "plan", "web"), ("ann@1", "pack", "wap"), ("ann@1", "pack", "app"), ("bob@1", "plan", "app")]
    sightings = pl.DataFrame(rows, schema=["basket", "item_id", "channel"], orient="row")
    for shown in (sightings, sightings.reverse()):
        cases = AlsoBoughtCase.validate(ask_also_bought(shown, CaseSettings()))
        assert cases.select("unit", "channel", "items", "relevant").rows() == [
            ("ann@1", "app", ["plan"], ["pack"]),
            ("ann@1", "web", ["pack"], ["plan"]),
        ]


def test_baskets_of_one_item_ask_nothing() -> None:
    baskets = pl.DataFrame({"basket": ["1", "2", "2"], "item_id": ["a", "a", "a"], "channel": ["web", "web", "app"]})
    assert AlsoBoughtCase.validate(ask_also_bought(baskets, CaseSettings())).is_empty()


def test_each_look_before_an_order_asks_what_else_the_order_held() -> None:
    sightings = pl.DataFrame(
        [
            ("o1", "plan", "wap", "ann", True, False),
            ("o1", "phone", "wap", "ann", True, False),
            ("o1", "phone", "app", "ann", False, True),
            ("o1", "case", "app", "ann", False, True),
            ("o2", "plan", "web", "bob", True, False),
            ("o2", "plan", "web", "bob", False, True),
        ],
        schema=["basket", "item_id", "channel", "person_id", "asked", "told"],
        orient="row",
    )
    cases = BoughtAfterViewingCase.validate(ask_bought_after_viewing(sightings, CaseSettings()))
    assert cases.select("unit", "channel", "item_id", "relevant").rows() == [
        ("ann", "wap", "phone", ["case"]),
        ("ann", "wap", "plan", ["case", "phone"]),
    ]


def test_wrong_settings_are_refused_with_all_their_faults() -> None:
    with pytest.raises(ValueError, match=r"`most_cases` is 0: give 1 or more; `context` is 0"):
        CaseSettings(most_cases=0, context=0)


def test_a_session_may_begin_on_the_page_where_the_one_before_ended() -> None:
    events = draw("visitor | time | page\nann | 08:00 | home\nbob | 09:00 | home\nbob | 09:01 | plans")
    assert ask_next_click(events, CaseSettings()).select("unit", "pages").rows() == [("bob", ["home"])]
