import polars as pl
import pytest

from evaluation import SplitError, choose_split, split_orders, split_sessions
from ingest import Order, Sessioned
from tests.drawing import at, draw

TEN = draw("visitor | time\n" + "\n".join(f"v{hour} | {hour:02}:00" for hour in range(10)))


@pytest.mark.parametrize(("share", "later"), [(0.2, 2), (0.5, 5), (0.05, 1), (0.99, 9)])
def test_the_share_of_sessions_lies_after_the_moment(share: float, later: int) -> None:
    train, test = (part.collect() for part in split_sessions(TEN, choose_split(TEN, share)))
    assert (train.height, test.height) == (10 - later, later)
    assert train["occurred_at"].max() < test["occurred_at"].min()


def test_sessions_that_begin_together_stay_together() -> None:
    events = draw("visitor | time\na | 08:00\nb | 09:00\nc | 09:00\nd | 09:00")
    assert choose_split(events, 0.25) == at("09:00")


def test_sessions_of_robots_do_not_move_the_moment() -> None:
    robots = draw("visitor | time | robot\na | 08:00 |\nb | 09:00 |\nr | 10:00 | crawler\ns | 11:00 | crawler")
    assert choose_split(robots, 0.5) == at("09:00")


def test_a_moment_between_keeps_a_running_session_whole() -> None:
    events = draw("visitor | time\na | 08:00\na | 08:20\na | 08:40\nb | 08:30")
    train, test = (part.collect() for part in split_sessions(events, at("08:30")))
    assert (train["visitor_id"].to_list(), test["visitor_id"].to_list()) == (["a"] * 3, ["b"])
    Sessioned.validate(train)


@pytest.mark.parametrize("events", [Sessioned.create_empty(), draw("visitor | time\na | 08:00\nb | 08:00")])
def test_sessions_that_cannot_be_split_are_refused_with_a_way_out(events: Sessioned) -> None:
    with pytest.raises(SplitError, match="Ingest logs of some days"):
        choose_split(events)


@pytest.mark.parametrize("share", [0, 1, 20])
def test_a_share_that_is_none_is_refused(share: float) -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        choose_split(TEN, share)


def test_an_order_goes_where_its_first_line_goes() -> None:
    lines = [("o1", 8), ("o1", 10), ("o2", 9), (None, 8), (None, 10)]
    rows = [
        {"order_id": order, "item_id": f"i{line}", "ordered_at": at(f"{hour:02}:00"), "person_id": "ann"}
        | {"channel": "web", "quantity": 1, "price": None}
        for line, (order, hour) in enumerate(lines)
    ]
    orders = Order.validate(pl.DataFrame(rows), cast=True)
    train, test = split_orders(orders, at("09:00"))
    assert train["item_id"].to_list() == ["i0", "i1", "i3"]
    assert test["item_id"].to_list() == ["i2", "i4"]
