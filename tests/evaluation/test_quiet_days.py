"""A day without data, or with a broken feed, among those that models are judged by."""

from datetime import date, timedelta

import polars as pl

from evaluation import QuietDay, find_quiet_days
from ingest import Order
from tests.drawing import DAY_ONE, make_events

SPLIT = DAY_ONE + timedelta(days=7)


def come(channel: str, *rows: int) -> list[dict[str, object]]:
    """Let so many events come on each day, a minute apart."""
    return [
        {
            "visitor_id": f"{channel}{day}-{n}",
            "channel": channel,
            "occurred_at": DAY_ONE + timedelta(days=day, minutes=n),
        }
        for day, count in enumerate(rows)
        for n in range(count)
    ]


def find(*sources: list[dict[str, object]], orders: pl.DataFrame | None = None) -> list[tuple[str, date, int, float]]:
    events = make_events([row for rows in sources for row in rows])
    return QuietDay.validate(find_quiet_days(events, Order.cast(orders) if orders is not None else Order.create_empty(), SPLIT)).rows()  # fmt: skip


def test_a_day_without_data_and_one_with_a_broken_feed_are_told() -> None:
    web = come("web", 40, 44, 40, 39, 41, 40, 40, 40, 0, 9, 11, 40)
    assert find(web) == [("web", date(2026, 3, 10), 0, 40.0), ("web", date(2026, 3, 11), 9, 40.0)]


def test_a_channel_that_stopped_is_told_though_the_others_go_on() -> None:
    app, web = come("app", *[30] * 9), come("web", *[50] * 12)
    assert [row[:2] for row in find(app, web)] == [("app", date(2026, 3, 11)), ("app", date(2026, 3, 12))]


def test_orders_that_no_longer_come_are_told() -> None:
    lines = pl.DataFrame(
        {"ordered_at": [DAY_ONE + timedelta(days=day, minutes=n) for day in range(8) for n in range(25)]}
    )
    orders = lines.with_columns(
        order_id=pl.lit("O"), item_id=pl.lit("A"), person_id=pl.lit("p"), channel=pl.lit("web"), quantity=1, price=1.0
    )
    found = find(come("web", *[50] * 11), orders=orders)
    assert [row[:2] for row in found] == [("orders", date(2026, 3, 10)), ("orders", date(2026, 3, 11))]


def test_the_last_day_may_not_be_over_and_the_days_before_tell_what_is_usual() -> None:
    assert find(come("web", *[40] * 9, 2)) == []
    assert find(come("web", 0, 0, 0, 0, 0, 40, 40, 40, 0, 0, 40)) == [], "two days tell nothing"
    assert find(come("web", *[19] * 7, 0, 19, 19)) == [], "a shop so small has such days"
    assert find(come("web", *[40] * 7, 10, 40, 40)) == [], "a quarter is as few as a holiday may have"
