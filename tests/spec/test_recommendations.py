"""What the related, popular and personal lists are made of, and how they are judged."""

import polars as pl
import pytest

from evaluation import (
    CaseSettings,
    ComparisonSettings,
    NextClickCase,
    ask_also_bought,
    ask_also_viewed,
    ask_for_you,
    ask_next_click,
    choose_split,
    compare_models,
    split_sessions,
)
from ingest import Order, Sessioned
from recommend import (
    BasketSettings,
    EvidenceSettings,
    InteractionSettings,
    PairSettings,
    RuleSettings,
    bought_baskets,
    count_pairs,
    mine_rules,
    rank_popular,
    take_views,
    weigh_interactions,
)
from serving import RankedLists
from tests.drawing import at, draw, draw_rows
from tests.shop_baskets import pack

SHOP = """
    visitor | time    | name        | item
    --------+---------+-------------+-----
    ann     | 1 08:00 | view_item   | plan
    ann     | 1 08:01 | view_item   | pack
    ann     | 1 08:02 | view_item   | plan
    bob     | 1 09:00 | view_item   | plan
    bob     | 1 09:01 | view_item   | pack
    bob     | 1 09:02 | add_to_cart | pack
    cat     | 1 10:00 | view_item   | plan
    cat     | 1 10:01 | view_item   | phone
    cat     | 1 12:00 | view_item   | pack
"""


def baskets(*contents: str) -> pl.DataFrame:
    return pack(items.split() for items in contents)


def on_web(*contents: str) -> pl.DataFrame:
    return baskets(*contents).with_columns(channel=pl.lit("web"))


def orders(text: str) -> pl.DataFrame:
    rows = [
        {**row, "channel": "web", "quantity": 1, "ordered_at": at(row.pop("occurred_at"))} for row in draw_rows(text)
    ]
    return Order.validate(pl.DataFrame(rows, infer_schema_length=None).with_columns(price=pl.lit(None)), cast=True)


def listed(lists: RankedLists, key: str) -> list[str]:
    return [str(lists.targets[target]) for target in lists.rank_targets(key).target]


class TestAlsoViewed:
    def test_items_viewed_in_one_session_belong_together_and_a_second_look_adds_nothing(self) -> None:
        assert take_views(draw(SHOP), EvidenceSettings()).baskets.group_by("basket").agg("item_id").sort("basket")[
            "item_id"
        ].to_list() == [
            ["pack", "plan"],
            ["pack", "plan"],
            ["phone", "plan"],
            ["pack"],
        ]

    def test_one_session_alone_makes_no_pair(self) -> None:
        pairs = count_pairs(take_views(draw(SHOP), EvidenceSettings()).baskets, PairSettings())
        assert pairs.select("item_a", "item_b", "baskets", "baskets_a", "baskets_b", "baskets_all").rows() == [
            ("pack", "plan", 2, 3, 3, 4)
        ]

    def test_robots_are_left_out(self) -> None:
        assert take_views(draw(SHOP, robot="names itself a crawler"), EvidenceSettings()).baskets.is_empty()
        assert len(rank_popular(draw(SHOP, robot="names itself a crawler")).keys) == 0

    def test_each_direction_of_a_pair_has_its_own_confidence(self) -> None:
        pairs = count_pairs(baskets(*["case phone"] * 4, *["phone"] * 4), PairSettings())
        assert pairs.select("item_a", "confidence_ab", "item_b", "confidence_ba").row(0) == ("case", 1.0, "phone", 0.5)


class TestAlsoBought:
    def test_items_of_one_order_are_one_basket(self) -> None:
        bought = bought_baskets(
            orders("""
                person_id | time  | order_id | item
                ann       | 08:00 | o1       | plan
                ann       | 08:00 | o1       | pack
                ann       | 08:05 | o2       | phone
            """),
            BasketSettings(),
        )
        assert bought.rows() == [("o1", "pack", "ann"), ("o1", "plan", "ann"), ("o2", "phone", "ann")]

    def test_without_order_numbers_a_day_of_one_person_is_one_basket(self) -> None:
        bought = bought_baskets(
            orders("""
                person_id | time    | order_id | item
                ann       | 1 08:00 |          | plan
                ann       | 1 15:59 |          | pack
                ann       | 1 16:00 |          | phone
                bob       | 1 08:00 |          | plan
            """),
            BasketSettings(zone="Asia/Shanghai"),
        )
        assert bought.rows() == [
            ("ann@2026-03-02T00", "pack", "ann"),
            ("ann@2026-03-02T00", "plan", "ann"),
            ("ann@2026-03-03T00", "phone", "ann"),
            ("bob@2026-03-02T00", "plan", "bob"),
        ]

    def test_a_shorter_period_cuts_the_day(self) -> None:
        bought = bought_baskets(
            orders("""
                person_id | time  | order_id | item
                ann       | 08:00 |          | plan
                ann       | 11:59 |          | pack
                ann       | 12:00 |          | phone
            """),
            BasketSettings(period_hours=4, zone="UTC"),
        )
        assert bought["basket"].to_list() == ["ann@2026-03-02T08", "ann@2026-03-02T08", "ann@2026-03-02T12"]

    def test_a_pair_that_chance_explains_is_not_significant_and_one_that_it_does_not_is(self) -> None:
        chance = [f"{first} {second}" for first in "abcdef" for second in "ghijkl"] * 3
        pairs = count_pairs(baskets(*chance, *["phone case"] * 12), PairSettings())
        found = pairs.filter(pl.col("q_value") < 0.05)
        assert found.select("item_a", "item_b").rows() == [("case", "phone")]

    def test_rules_have_three_items_or_more(self) -> None:
        rules = mine_rules(baskets(*["plan pack phone"] * 6, *["plan pack"] * 2, *["plan"] * 2), RuleSettings())
        best = rules.row(0, named=True)
        assert (best["antecedent"], best["consequent"]) == (["pack", "phone"], ["plan"])
        assert (best["baskets"], best["baskets_antecedent"], best["confidence"]) == (6, 6, 1.0)
        assert (rules["antecedent"].list.len() + rules["consequent"].list.len()).min() == 3


class TestForYou:
    def test_an_order_says_more_than_a_cart_and_a_cart_more_than_a_look(self) -> None:
        events = draw("""
            visitor | time  | name        | item
            ann     | 08:00 | view_item   | looked
            ann     | 08:00 | add_to_cart | carted
            ann     | 08:00 | purchase    | bought
            ann     | 08:00 | page_view   | passed
        """)
        weighed = weigh_interactions(events, InteractionSettings(), at("08:00"))
        assert dict(weighed.select("item_id", "weight").rows()) == {"looked": 1.0, "carted": 3.0, "bought": 5.0}

    def test_an_interest_halves_with_every_half_life(self) -> None:
        events = draw("""
            visitor | time    | name      | item
            ann     | 1 08:00 | view_item | plan
            ann     | 8 08:00 | view_item | pack
        """)
        weighed = weigh_interactions(events, InteractionSettings(half_life_days=7), at("15 08:00"))
        assert dict(weighed.select("item_id", "weight").rows()) == {"plan": 0.25, "pack": 0.5}

    def test_what_lies_after_the_moment_is_not_known_yet(self) -> None:
        assert weigh_interactions(draw(SHOP), InteractionSettings(), at("1 07:59")).is_empty()


class TestPopular:
    def test_people_count_not_clicks(self) -> None:
        popular = rank_popular(
            draw("""
                visitor | channel | time  | name      | item
                ann     | web     | 08:00 | view_item | toy
                ann     | web     | 08:01 | view_item | toy
                ann     | web     | 08:02 | view_item | toy
                ann     | web     | 08:03 | view_item | plan
                bob     | app     | 08:00 | view_item | plan
            """)
        )
        assert listed(popular, "all") == ["plan", "toy"]
        assert popular.rank_targets("all").together.tolist() == [2, 1]
        assert popular.rank_targets("all").alone == 2
        assert popular.rank_targets("web").score.tolist() == [1.0, 1.0]

    def test_each_channel_has_its_own_list_and_a_person_on_two_channels_is_one_person(self) -> None:
        popular = rank_popular(
            draw("""
                visitor | customer | channel | time  | name      | item
                d1      | ann      | web     | 08:00 | view_item | plan
                d2      | ann      | app     | 08:00 | view_item | plan
            """)
        )
        assert popular.keys.tolist() == ["all", "app", "web"]
        assert [popular.rank_targets(key).together.tolist() for key in ("all", "app", "web")] == [[1], [1], [1]]


class TestJudgement:
    def test_a_model_is_judged_by_later_sessions_and_no_session_is_cut_in_two(self) -> None:
        events = draw("""
            visitor | time    | name
            ann     | 1 08:00 | page_view
            bob     | 1 09:00 | page_view
            ann     | 2 08:00 | page_view
            ann     | 2 08:20 | page_view
            bob     | 2 08:10 | page_view
        """)
        moment = choose_split(events, share=0.25)
        train, test = (part.collect() for part in split_sessions(events, moment))
        assert moment == at("2 08:10")
        assert train["event_id"].to_list() == ["e01", "e02", "e03", "e04"]
        assert test["event_id"].to_list() == ["e05"]

    def test_each_click_asks_for_the_next_page_and_a_reload_is_no_click(self) -> None:
        cases = ask_next_click(
            draw("""
                visitor | time  | page
                ann     | 08:00 | home
                ann     | 08:01 | plans
                ann     | 08:02 | plans
                ann     | 08:03 |
                ann     | 08:04 | cart
                bob     | 08:00 | home
            """),
            CaseSettings(),
        )
        assert NextClickCase.validate(cases).select("unit", "pages", "relevant").rows() == [
            ("ann", ["home"], ["plans"]),
            ("ann", ["home", "plans"], ["cart"]),
        ]

    def test_each_item_asks_for_those_first_viewed_later_in_the_session(self) -> None:
        cases = ask_also_viewed(draw(SHOP), CaseSettings())
        assert cases.select("unit", "item_id", "relevant").rows() == [
            ("ann", "plan", ["pack"]),
            ("bob", "plan", ["pack"]),
            ("cat", "plan", ["phone"]),
        ]

    def test_each_item_of_a_basket_is_held_out_in_its_turn(self) -> None:
        cases = ask_also_bought(on_web("plan pack", "plan"), CaseSettings())
        assert cases.select("unit", "items", "relevant").rows() == [
            ("000000", ["plan"], ["pack"]),
            ("000000", ["pack"], ["plan"]),
        ]

    @pytest.mark.parametrize(("new_only", "relevant"), [(False, ["phone", "plan"]), (True, ["phone"])])
    def test_a_known_person_is_asked_for_what_they_cared_for_next(self, new_only: bool, relevant: list[str]) -> None:
        past, future = (
            draw(SHOP),
            draw("""
            visitor | time    | name      | item
            ann     | 2 08:00 | view_item | plan
            ann     | 2 08:01 | purchase  | phone
            ann     | 2 08:02 | view_item | pack
            new     | 2 08:00 | view_item | plan
        """),
        )
        bought = past.with_columns(name=pl.when(pl.col("item_id") == "pack").then(pl.lit("purchase")).otherwise("name"))
        cases = ask_for_you(Sessioned.cast(bought), future, CaseSettings(), new_only=new_only)
        assert cases.select("person_id", "relevant").rows() == [("ann", relevant)]

    @pytest.mark.parametrize(
        ("people", "verdict"),
        [(30, "better"), (1, "not shown")],
        ids=["thirty people are evidence", "one person is none"],
    )
    def test_a_model_is_better_only_where_the_interval_says_so(self, people: int, verdict: str) -> None:
        cases = ask_also_bought(on_web(*["plan pack"] * people), CaseSettings())
        right = cases["relevant"].to_list()
        scores = compare_models(
            "also_bought",
            {"pairs": right, "popular": [["toy"]] * len(cases)},
            cases,
            {"plan", "pack"},
            ComparisonSettings(),
        )
        assert scores.select("model", "ndcg", "verdict").rows() == [
            ("pairs", 1.0, verdict),
            ("popular", 0.0, "baseline"),
        ]
