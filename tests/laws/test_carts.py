"""The cart's state machine, told once more in plain Python, a customer and an event at a time."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest import STAGE_OF_EVENT, STAGES, Sessioned
from paths import AbandonmentSettings, Journey, trace_journeys
from paths.carts import journeys
from tests.drawing import DAY_ONE, make_events

DATA_END = DAY_ONE + timedelta(hours=200)
RULES = AbandonmentSettings(quiet_hours=24, recover_days=3)
QUIET, WITHIN = timedelta(hours=24), timedelta(days=3)
CATALOGUE = pl.DataFrame({"item_id": ["i", "j"], "price": [2.0, 3.0]})
PRICES = dict(CATALOGUE.iter_rows())

Row = dict[str, Any]
Purchase = tuple[datetime, set[str | None]]


@dataclass
class Way:
    """One way towards an order, while it is walked."""

    all_rows: list[Row] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    """From the first look at a product or add to cart on."""
    cart: dict[str | None, int] = field(default_factory=dict)
    prices: dict[str | None, float] = field(default_factory=dict)
    emptied: bool = False

    def take(self, row: Row, stage: str) -> bool:
        """Take the next event; tell whether it ends the way."""
        self.all_rows.append(row | {"stage": stage})
        if self.rows or stage == "page" or row["name"] == "add_to_cart":
            self.rows.append(self.all_rows[-1])
        pieces, item = 1 if row["quantity"] is None else row["quantity"], row["item_id"]
        before = sum(self.cart.values())
        if row["name"] == "add_to_cart":
            self.cart[item] = self.cart.get(item, 0) + pieces
        if row["name"] == "remove_from_cart":
            self.cart[item] = max(0, self.cart.get(item, 0) - pieces)
        if self.rows and row["name"] in ("add_to_cart", "remove_from_cart") and row["price"] is not None:
            self.prices[item] = row["price"]
        self.emptied = before > 0 and not sum(self.cart.values())
        return self.emptied or stage == "purchase"

    def worth(self) -> dict[str | None, float]:
        return {item: n * self.prices.get(item, PRICES.get(item, 0.0)) for item, n in self.cart.items() if n}


def walk(rows: list[Row]) -> Iterator[Way]:
    """Cut one person's events into ways."""
    way, last = Way(), None
    for row in sorted(rows, key=lambda row: (row["occurred_at"], row["session_id"], row["step"], row["event_id"])):
        stage = row["stage"] or STAGE_OF_EVENT.get(row["name"])
        if stage is None:
            continue
        if last is not None and row["occurred_at"] - last > QUIET:
            yield way
            way = Way()
        last = row["occurred_at"]
        if way.take(row, stage):
            yield way
            way = Way()
    yield way


def find_recovery(way: Way, purchases: list[Purchase], end: Row) -> tuple[datetime | None, float]:
    """Wait for the first purchase of anything that was left."""
    worth, left_at = way.worth() or {None: 0.0}, end["occurred_at"]
    for bought_at in sorted({moment for moment, _ in purchases if left_at < moment <= left_at + WITHIN}):
        bought = set().union(*(items for moment, items in purchases if moment == bought_at))
        back = [value for item, value in worth.items() if item is None or item in bought or None in bought]
        if back:
            return bought_at, sum(back)
    return None, 0.0


def follow(rows: list[Row], end: Row) -> list[str]:
    """See which pages the session of a way's last event went on with."""
    later = [row for row in rows if row["session_id"] == end["session_id"] and row["step"] > end["step"]]
    return [row["page"] for row in sorted(later, key=lambda row: row["step"]) if row["page"]][:5]


def tell_way(way: Way, rows: list[Row], purchases: list[Purchase]) -> Row:
    end = way.rows[-1]
    stage = STAGES[max(STAGES.index(row["stage"]) for row in way.rows)]
    silent = end["occurred_at"] + QUIET < DATA_END
    state = "bought" if stage == "purchase" else "emptied" if way.emptied else "abandoned" if silent else "open"
    may_come_back = state == "abandoned" and stage != "page"
    recovered_at, recovered_value = find_recovery(way, purchases, end) if may_come_back else (None, 0.0)
    return {
        "opened_at": way.rows[0]["occurred_at"],
        "last_changed_at": end["occurred_at"],
        "channel": end["channel"],
        "device": end["device"],
        "ended_at": {"open": None, "abandoned": end["occurred_at"] + QUIET}.get(state, end["occurred_at"]),
        "state": state,
        "stage": stage,
        "items_left": 0 if state == "bought" else sum(way.cart.values()),
        "value_left": 0.0 if state == "bought" else sum(way.worth().values()),
        "last_page": next((row["page"] for row in reversed(way.rows) if row["page"]), None),
        "next_pages": follow(rows, end) if state in ("emptied", "abandoned") else [],
        "recovered_at": recovered_at,
        "recovered_value": recovered_value,
    }


def trace_plainly(events: pl.DataFrame) -> list[Row]:
    """Trace every person's ways, one after the other."""
    rows = [row for row in events.iter_rows(named=True) if row["robot"] is None]
    told = []
    for person in sorted({row["person_id"] for row in rows}):
        ways = [way for way in walk([row for row in rows if row["person_id"] == person]) if way.all_rows]
        bought = [(way, way.all_rows[-1]) for way in ways if way.all_rows[-1]["stage"] == "purchase"]
        purchases = [
            (end["occurred_at"], {end["item_id"]} if end["item_id"] else set(way.worth()) or {None})
            for way, end in bought
        ]
        told += [
            {"person_id": person, "number": number} | tell_way(way, rows, purchases)
            for number, way in enumerate((way for way in ways if way.rows), 1)
        ]
    return told


moments = st.one_of(
    st.integers(0, 200).map(lambda hours: DAY_ONE + timedelta(hours=hours)),
    st.integers(0, 12).map(lambda minutes: DAY_ONE + timedelta(hours=24, minutes=10 * minutes)),
)
names = ["view_item", "add_to_cart", "add_to_cart", "remove_from_cart", "add_shipping_info", "purchase", "page_view"]
drawn = st.lists(
    st.fixed_dictionaries(
        {
            "visitor_id": st.sampled_from("ab"),
            "customer_id": st.sampled_from([None, "x", "x"]),
            "channel": st.sampled_from(["web", "wap", "app"]),
            "device": st.sampled_from([None, "mobile"]),
            "occurred_at": moments,
            "name": st.sampled_from(names),
            "stage": st.sampled_from([None, None, None, "payment"]),
            "page": st.sampled_from([None, "p", "q", "r"]),
            "item_id": st.sampled_from([None, "i", "j"]),
            "quantity": st.sampled_from([None, None, 0, 1, 2]),
            "price": st.sampled_from([None, 5.0]),
            "robot": st.sampled_from([None, None, None, "agent"]),
        }
    ),
    max_size=30,
).map(make_events)


@settings(deadline=None, max_examples=60)
@given(drawn, st.randoms(use_true_random=False))
def test_the_vectorised_machine_equals_the_plain_one_whatever_the_order_of_the_rows(events: Any, random: Any) -> None:
    rows = list(range(events.height))
    random.shuffle(rows)
    traced = Journey.validate(trace_journeys(Sessioned.cast(events[rows]), RULES, DATA_END, CATALOGUE))
    assert traced.drop("next_page").to_dicts() == trace_plainly(events)


@settings(deadline=None, max_examples=30)
@given(drawn)
def test_people_traced_slice_by_slice_are_traced_as_all_at_once(events: Any) -> None:
    at_once = trace_journeys(Sessioned.cast(events), RULES, DATA_END, CATALOGUE)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(journeys, "MOST_ROWS", 4)
        assert trace_journeys(Sessioned.cast(events), RULES, DATA_END, CATALOGUE).equals(at_once)


@settings(deadline=None, max_examples=20)
@given(drawn)
def test_a_cart_is_the_customers_whatever_channels_it_is_on(events: Any) -> None:
    one = trace_journeys(Sessioned.cast(events), RULES, DATA_END, CATALOGUE)
    on_web = events.with_columns(channel=pl.lit("web"))
    other = trace_journeys(Sessioned.cast(on_web), RULES, DATA_END, CATALOGUE)
    assert one.drop("channel").equals(other.drop("channel"))
