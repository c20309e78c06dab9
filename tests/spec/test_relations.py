"""What goes with what: viewed together, bought together, and bought after a look; on each channel and on all."""

from datetime import timedelta

import pytest

from ingest import Order
from recommend import (
    BasketSettings,
    EvidenceSettings,
    RelationSettings,
    choose_baskets,
    list_bought_after_viewing,
    list_purchases,
    list_views,
    relate_items,
)
from serving import RankedLists
from tests.drawing import DAY_ONE, draw, make_events
from tests.shop_orders import order

SOON = DAY_ONE + timedelta(days=1)
PLAIN = RelationSettings(min_together=1, min_channel_baskets=1)


def listed(lists: RankedLists, key: str) -> dict[str, int]:
    """Tell a key's list, best first, with the baskets of both."""
    ranking = lists.rank_targets(key)
    return dict(zip(lists.targets[ranking.target].tolist(), ranking.together.tolist(), strict=True))


def see(sessions: str, settings: RelationSettings = PLAIN, now=SOON, **columns) -> RankedLists:
    """Relate what was viewed: one session a line, its items separated by spaces."""
    events = [
        {"session_id": f"s{number}", "visitor_id": f"v{number}", "item_id": item, "name": "view_item", **columns}
        for number, line in enumerate(sessions.split("\n"))
        for item in line.split()
    ]
    return relate_items(choose_baskets(list_views(make_events(events)), EvidenceSettings()).sightings, settings, now)


class TestAlsoViewed:
    def test_each_item_lists_the_items_of_its_sessions_with_whole_counts(self) -> None:
        lists = see("plan pack\nplan pack\nplan phone\npack")
        assert listed(lists, "plan") == {"pack": 2, "phone": 1}
        assert lists.rank_targets("plan").alone == 3
        assert listed(lists, "phone") == {"plan": 1}

    def test_what_is_sure_stands_before_what_is_rare(self) -> None:
        sure, rare = ["plan pack"] * 30 + ["plan"] * 20 + ["pack"] * 50, ["plan toy"] * 2
        assert list(listed(see("\n".join(sure + rare)), "plan")) == ["pack", "toy"]

    def test_of_two_items_as_sure_the_one_that_belongs_there_stands_first(self) -> None:
        """The bag is in every other session anyway; the charger goes with the phone alone."""
        sessions = ["phone charger bag"] * 20 + ["phone"] * 20 + ["plan bag"] * 200
        assert list(listed(see("\n".join(sessions)), "phone")) == ["charger", "bag"]

    def test_what_is_seen_in_small_sessions_stands_before_what_is_seen_in_large_ones(self) -> None:
        """As many sessions hold the pack as the toy, but those with the toy hold ten other items too."""
        many = " ".join(f"i{number}" for number in range(10))
        lists = see("\n".join(["plan pack"] * 5 + [f"plan toy {many}"] * 5))
        assert next(iter(listed(lists, "plan"))) == "pack"
        assert listed(lists, "plan")["pack"] == listed(lists, "plan")["toy"] == 5
        alike = see("\n".join(["plan pack"] * 5 + [f"plan toy {many}"] * 6), RelationSettings(size_power=0))
        assert list(listed(alike, "plan"))[-1] == "pack"

    def test_a_young_session_counts_for_more_than_an_old_one_and_the_counts_stay_whole(self) -> None:
        old = [{"session_id": f"o{n}", "occurred_at": DAY_ONE, "item_id": item} for n in range(6) for item in "ab"]
        late = DAY_ONE + timedelta(days=100)
        new = [{"session_id": f"n{n}", "occurred_at": late, "item_id": item} for n in range(4) for item in "ac"]
        events = make_events([{"visitor_id": str(row["session_id"]), "name": "view_item", **row} for row in old + new])
        lists = relate_items(list_views(events), RelationSettings(half_life_days=30), late)
        assert list(listed(lists, "a").items()) == [("c", 4), ("b", 6)]
        assert lists.rank_targets("a").alone == 10
        slow = relate_items(list_views(events), RelationSettings(half_life_days=3000), late)
        assert list(listed(slow, "a")) == ["b", "c"]

    def test_what_lies_before_the_window_does_not_count(self) -> None:
        late = DAY_ONE + timedelta(days=30)
        assert listed(see("plan pack", RelationSettings(min_together=1, window_days=30), late), "plan") == {"pack": 1}
        short = RelationSettings(min_together=1, window_days=29)
        assert listed(see("plan pack", short, late), "plan") == {}

    def test_each_channel_has_its_own_lists(self) -> None:
        events = draw("""
            session | channel | item  | name
            s1      | web     | plan  | view_item
            s1      | web     | pack  | view_item
            s2      | app     | plan  | view_item
            s2      | app     | phone | view_item
        """)
        lists = relate_items(list_views(events), PLAIN, SOON)
        assert listed(lists, "web\tplan") == {"pack": 1}
        assert listed(lists, "app\tplan") == {"phone": 1}
        assert listed(lists, "wap\tplan") == {}
        assert listed(lists, "plan") == {"pack": 1, "phone": 1}

    def test_a_channel_that_hardly_knows_an_item_has_no_list_of_it(self) -> None:
        settings = RelationSettings(min_channel_baskets=3)
        lists = see("plan pack\nplan pack", settings)
        assert "web\tplan" not in lists.keys.tolist()
        assert listed(lists, "plan") == {"pack": 2}

    def test_robots_are_left_out(self) -> None:
        assert len(see("plan pack", robot="names itself a crawler").keys) == 0


class TestOneVisitorWithHalfOfAllEvents:
    def test_counts_for_no_more_than_the_latest_baskets(self) -> None:
        """One collector looks at the same two stamps a thousand times; ninety people compare a plan with a pack."""
        fan = [("fan", f"f{number:04}", item) for number in range(1000) for item in ("plan", "stamp")]
        people = [(f"p{number}", f"s{number}", item) for number in range(90) for item in ("plan", "pack")]
        events = make_events(
            {"visitor_id": who, "session_id": session, "item_id": item, "name": "view_item"}
            for who, session, item in fan + people
        )
        chosen = choose_baskets(list_views(events), EvidenceSettings())
        assert chosen.repeated == 950
        assert listed(relate_items(chosen.sightings, RelationSettings(), SOON), "plan") == {"pack": 90, "stamp": 50}


class TestABasketOfTenThousandItems:
    def test_ties_nothing_together(self) -> None:
        shelf = " ".join(f"i{number}" for number in range(10_000))
        lists = see(f"plan pack\nplan pack\n{shelf} plan pack")
        assert listed(lists, "plan") == {"pack": 2}
        assert lists.rank_targets("plan").alone == 2


class TestAlsoBought:
    ORDERS = """
        person | time    | order | item  | channel
        ann    | 1 08:00 | o1    | plan  | web
        ann    | 1 08:00 | o1    | pack  | web
        ann    | 1 12:00 | o2    | phone | app
        ann    | 5 08:00 | o3    | tv    | app
    """

    def relate(self, settings: BasketSettings) -> RankedLists:
        return relate_items(list_purchases(order(self.ORDERS), settings), PLAIN, DAY_ONE + timedelta(days=10))

    def test_goes_by_the_order(self) -> None:
        assert listed(self.relate(BasketSettings()), "plan") == {"pack": 1}

    def test_or_by_what_a_customer_bought_within_a_day(self) -> None:
        assert listed(self.relate(BasketSettings(unit="period")), "plan") == {"pack": 1, "phone": 1}

    def test_or_by_any_longer_period(self) -> None:
        month = BasketSettings(unit="period", period_hours=720)
        assert listed(self.relate(month), "plan") == {"pack": 1, "phone": 1, "tv": 1}

    def test_and_on_one_channel_by_what_was_bought_there(self) -> None:
        month = self.relate(BasketSettings(unit="period", period_hours=720))
        assert listed(month, "app\ttv") == {"phone": 1}
        assert listed(month, "web\tplan") == {"pack": 1}


class TestBoughtAfterViewing:
    LOOKS = """
        visitor | time    | item  | name      | channel
        ann     | 1 08:00 | plan  | view_item | wap
        ann     | 1 08:05 | phone | view_item | wap
        ann     | 3 08:00 | tv    | view_item | app
        bob     | 1 08:00 | plan  | view_item | web
    """
    ORDERS = """
        person | time    | order | item  | channel
        ann    | 2 08:00 | o1    | phone | app
        ann    | 2 08:00 | o1    | case  | app
        cat    | 2 08:00 | o2    | plan  | web
    """

    def relate(self, looks: str = LOOKS, orders: str = ORDERS, hours: float = 168) -> RankedLists:
        sightings = list_bought_after_viewing(draw(looks), order(orders), BasketSettings(), hours)
        return relate_items(sightings, PLAIN, DAY_ONE + timedelta(days=10))

    def test_a_look_leads_to_the_persons_next_order(self) -> None:
        assert listed(self.relate(), "plan") == {"case": 1, "phone": 1}
        assert self.relate().rank_targets("plan").alone == 1

    def test_what_is_bought_is_not_what_is_looked_at(self) -> None:
        """The relation has a direction: the case was never looked at, and a look after the order led nowhere."""
        assert listed(self.relate(), "phone") == {"case": 1}
        assert listed(self.relate(), "case") == {}
        assert listed(self.relate(), "tv") == {}

    def test_a_look_counts_where_it_was_made_wherever_the_order_was(self) -> None:
        assert listed(self.relate(), "wap\tplan") == {"case": 1, "phone": 1}
        assert listed(self.relate(), "app\tplan") == {}

    def test_an_order_too_late_did_not_follow(self) -> None:
        assert listed(self.relate(hours=24), "plan") == {"case": 1, "phone": 1}
        assert listed(self.relate(hours=23), "plan") == {}
        assert listed(self.relate(hours=23.95), "phone") == {"case": 1}

    def test_a_look_belongs_to_one_order_only(self) -> None:
        later = self.ORDERS + "        ann    | 2 09:00 | o3    | toy   | app\n"
        assert listed(self.relate(orders=later), "plan") == {"case": 1, "phone": 1}


def test_an_empty_shop_has_no_lists() -> None:
    assert len(relate_items(list_purchases(Order.create_empty(), BasketSettings()), PLAIN, SOON).keys) == 0


def test_wrong_settings_are_refused_with_all_their_faults() -> None:
    with pytest.raises(ValueError, match=r"window_days.*half_life_days.*order_hours.*size_power.*ratio_power"):
        RelationSettings(window_days=0, half_life_days=0, order_hours=0, size_power=1.5, ratio_power=1)
