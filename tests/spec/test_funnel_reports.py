"""What a funnel's reports tell a product owner."""

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from paths import (
    FunnelDefinition,
    FunnelStep,
    SeparationSettings,
    compare_funnels,
    count_funnel,
    count_periods,
    list_lost,
    measure_levels,
    separate_converted,
    time_funnel,
)
from tests.drawing import DAY_ONE, at, draw, make_events
from tests.levels import BY_CHANNEL, ORDER, draw_levels

BUY = FunnelDefinition(name="buy", steps=(FunnelStep("view_item"), FunnelStep("purchase")), window_hours=1)
ENDS_AT = at("30 00:00")
EASY = SeparationSettings(min_entrants=5)


def test_who_is_still_on_the_way_makes_no_day_look_bad() -> None:
    levels = draw_levels("""
        entrant | entered | then | status
        ann     | 1 08:00 | 5 20 | converted
        bob     | 1 09:00 |      | lost
        cat     | 2 08:00 | 5 20 | converted
        dan     | 2 09:00 |      | open
    """)
    trend = count_periods(levels, ORDER, at("2 12:00"), "UTC")
    assert trend.select("begins_on", "conversion").rows() == [(date(2026, 3, 2), 0.5), (date(2026, 3, 3), None)]


def test_customers_who_keep_coming_back_do_not_make_old_days_look_good() -> None:
    """They are open, because they looked again today; had old days only their converted, all would seem to convert."""
    levels = draw_levels("""
        entrant | entered | then | status
        bought  | 1 08:00 | 5 20 | converted
        back    | 1 09:00 |      | open
    """)
    trend = count_periods(levels, ORDER, at("9 12:00"), "UTC")
    assert trend.select("entrants", "open", "settled", "conversion").row(0) == (2, 1, 2, 0.5)


def test_half_of_those_who_bought_did_so_within_the_median_time() -> None:
    levels = draw_levels("""
        entrant | entered | then  | status
        ann     | 1 08:00 | 5 10  | converted
        bob     | 1 08:00 | 5 20  | converted
        cat     | 1 08:00 | 5 600 | converted
    """)
    assert time_funnel(levels, ORDER).filter(stretch="whole")["median"].item() == 20 * 60


def test_one_bad_step_is_one_finding() -> None:
    """Before the change 80 of 100 went from the cart to the order, after it 40 of 100; the carts stayed as they were."""
    before, after = (
        _make_levels(day=day, counts={"bought": bought, "carted": 100 - bought, "looked": 100})
        for day, bought in ((1, 80), (8, 40))
    )
    table = compare_funnels(before, after, ORDER, ENDS_AT)
    told = {(row["from_step"], row["step"]): row for row in table.iter_rows(named=True)}
    assert told[1, 2]["difference"] == 0
    assert told[1, 2]["q_value"] > 0.9
    assert told[2, 3]["q_value"] < 1e-6
    assert told[2, 3]["low"] < 0.4 < told[2, 3]["high"]


def _make_levels(day: int, counts: dict[str, int]) -> pl.DataFrame:
    ways = {"bought": "5 20 | converted", "carted": "5 | lost", "looked": " | lost"}
    rows = [f"{kind}{n} | {day} 08:00 | {ways[kind]}" for kind, count in counts.items() for n in range(count)]
    return draw_levels("entrant | entered | then | status\n" + "\n".join(rows))


def test_each_channel_has_its_own_funnel_beside_the_whole() -> None:
    levels = draw_levels("""
        entrant | segment | entered | then | status
        ann     | app     | 1 08:00 | 5 20 | converted
        bob     | web     | 1 08:00 |      | lost
    """)
    last = count_funnel(levels, BY_CHANNEL).filter(step=3)
    assert dict(last.select("segment", "share_of_first").iter_rows()) == {"(all)": 0.5, "app": 1.0, "web": 0.0}


def test_those_lost_at_the_cart_can_be_called_the_latest_first() -> None:
    levels = draw_levels("""
        entrant | entered | then | status
        ann     | 1 08:00 | 5    | lost
        bob     | 2 08:00 | 5    | lost
        cat     | 3 08:00 | 5 20 | converted
    """)
    assert list_lost(levels, ORDER, 2)["entrant"].to_list() == ["bob", "ann"]


def _visit(number: int, *actions: tuple[float, str, str]) -> list[dict[str, object]]:
    """One visitor's actions (minute, event, page), from 08:00 on."""
    return [
        {"visitor_id": f"v{number}", "occurred_at": DAY_ONE + timedelta(minutes=minute), "name": name, "page": page}
        for minute, name, page in actions
    ]


def _separate(visits: list[list[dict[str, object]]], **options: object) -> dict[tuple[str, str], dict[str, float]]:
    events = make_events(action for visit in visits for action in visit)
    levels = measure_levels(events, BUY, ENDS_AT)
    table = separate_converted(levels, events, BUY, ENDS_AT, EASY, **options)
    return {(row["kind"], row["value"]): row for row in table.iter_rows(named=True)}


def test_what_happens_more_often_to_those_who_buy_is_told_with_its_evidence() -> None:
    """40 of 60 who shared bought, and 20 of 140 who searched instead."""
    look, share, search = (0.0, "view_item", "plan"), (5.0, "share", "friends"), (5.0, "search", "results")
    buy = (10.0, "purchase", "done")
    visits = [
        _visit(n, look, share if n < 60 else search, *([buy] if n < 40 or 60 <= n < 80 else [])) for n in range(200)
    ]
    told = _separate(visits)["event", "share"]
    assert (told["entrants"], told["converted"]) == (60, 40)
    assert (told["share_of_converted"], told["share_of_others"]) == (40 / 60, 20 / 140)
    assert told["ratio"] == pytest.approx((40 / 60) / (20 / 140))
    assert 2 < told["low"] < told["ratio"] < told["high"]
    assert told["q_value"] < 1e-9


def test_what_drives_customers_away_is_told_though_they_did_nothing_after_it() -> None:
    """Of 100 who saw the fault none bought, and they left at once; of 100 who searched half bought."""
    look, fault, search = (0.0, "view_item", "plan"), (5.0, "page_view", "fault"), (5.0, "search", "results")
    buy = (10.0, "purchase", "done")
    visits = [_visit(n, look, fault if n < 100 else search, *([buy] if n >= 150 else [])) for n in range(200)]
    told = _separate(visits)["page", "fault"]
    assert (told["converted"], told["ratio"]) == (0, 0)
    assert told["high"] < 0.2


def test_the_steps_of_the_funnel_separate_nothing() -> None:
    look, buy = (0.0, "view_item", "plan"), (10.0, "purchase", "done")
    assert _separate([_visit(n, look, look, *([buy] if n % 2 else [])) for n in range(100)]) == {}


def test_what_only_long_visits_have_time_for_separates_nothing() -> None:
    """All search and share at random, on and on; those who buy are gone early, and the others have an hour for it.

    Over all that each did, nearly all who stay have searched, and not half of those who bought.
    """
    chance = np.random.default_rng(7)
    visits, searched = [], []
    for number in range(600):
        end = chance.exponential(10.0) if number % 2 else 60.0
        moments = np.cumsum(chance.exponential(10.0, 60))
        deeds = [(moment, str(chance.choice(["search", "share"])), "p") for moment in moments if moment < min(end, 60)]
        bought = [(end, "purchase", "done")] if end < 60 else []
        visits.append(_visit(number, (0.0, "view_item", "plan"), *deeds, *bought))
        searched.append((bool(bought), any(name == "search" for _, name, _ in deeds)))
    table = np.array(searched)
    naive = [table[table[:, 0] == bought, 1].mean() for bought in (True, False)]
    assert naive[0] < 0.45 < 0.9 < naive[1]
    told = _separate(visits)["event", "search"]
    assert told["p_value"] > 0.05
    assert abs(told["share_of_converted"] - told["share_of_others"]) < 0.05


def test_staying_long_enough_to_do_anything_is_no_finding() -> None:
    """Half leave at once and never buy; the others search or share, and half of them buy, whatever they did."""
    look, buy = (0.0, "view_item", "plan"), (10.0, "purchase", "done")
    did = {1: (5.0, "search", "results"), 3: (5.0, "share", "friends")}
    visits = [
        _visit(n, look, *([did[n % 4]] if n % 4 in did else []), *([buy] * (n % 8 in (1, 3)))) for n in range(400)
    ]
    told = _separate(visits)
    assert told["event", "search"]["ratio"] == pytest.approx(1)
    assert told["event", "share"]["ratio"] == pytest.approx(1)


def test_what_customers_brought_along_is_told_too() -> None:
    look, buy = (0.0, "view_item", "plan"), (10.0, "purchase", "done")
    visits = [
        [
            action | {"device": "mobile" if n < 50 else "desktop"}
            for action in _visit(n, look, *([buy] * (n % 100 < 25)))
        ]
        for n in range(100)
    ]
    told = _separate(visits)["device", "mobile"]
    assert (told["share_of_converted"], told["share_of_others"]) == (1.0, pytest.approx(25 / 75))
    assert told["high"] is None


def test_entrants_whose_window_still_runs_tell_nothing_yet() -> None:
    drawn = draw("""
        visitor | time  | name
        ann     | 08:00 | view_item
        ann     | 08:01 | share
    """)
    levels = measure_levels(drawn, BUY, at("08:30"))
    assert separate_converted(levels, drawn, BUY, at("08:30"), EASY).is_empty()
