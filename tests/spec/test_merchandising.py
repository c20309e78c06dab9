"""What a merchandiser may change in the lists, and how everybody sees it."""

from dataclasses import replace
from math import ceil

import msgspec
import pytest

from serving import Answer, Answers, Boost, Links, ListPin, MerchandisingSettings, Snapshot
from tests.serving.shop import JUNE, draw_catalogue, draw_links, draw_lists, ids

DAY = 86_400_000

VIEWED = draw_lists("""
    key  | target | together | alone
    case | red    | 90       | 100
    case | green  | 80       | 100
    case | blue   | 70       | 100
    case | plan   | 60       | 100
    case | pack   | 50       | 100
    red  | green  | 80       | 100
""")
POPULAR = draw_lists("""
    key | target | together | alone
    all | plan   | 90       | 100
    all | tv     | 60       | 100
    all | fibre  | 50       | 100
    all | red    | 40       | 100
""")
WORDS = draw_links("""
    item  | words
    red   | category=handset brand=Acme
    green | category=handset brand=Acme
    blue  | category=handset brand=Zeta
    plan  | category=plan
    pack  | category=pack
    tv    | category=tv
    fibre | category=broadband
""")


def open_shop(words: Links = WORDS, **settings: object) -> Answers:
    rules = MerchandisingSettings(**{"share": 1.0, **settings})  # type: ignore[arg-type]
    return Answers(Snapshot(also_viewed=VIEWED, popular=POPULAR, words=words, merchandising=rules))


def rules(answer: Answer) -> list[str | None]:
    return [item.rule for item in answer.items]


def test_nothing_is_changed_unless_it_is_set() -> None:
    answer = open_shop().also_viewed("case", n=5, now_ms=JUNE)
    assert ids(answer) == ["red", "green", "blue", "plan", "pack"]
    assert set(rules(answer)) == {None}


class TestPins:
    def test_a_pinned_product_stands_at_its_place_and_says_that_the_place_was_bought(self) -> None:
        answer = open_shop(pins=(ListPin("tv", 2),)).also_viewed("case", n=4, now_ms=JUNE)
        assert ids(answer) == ["red", "tv", "green", "blue"]
        assert (answer.items[1].rung, answer.items[1].rule, answer.items[1].reason) == ("pinned", "pin", "Promoted")
        assert answer.fallback is None

    def test_what_stands_there_by_itself_takes_no_bought_place(self) -> None:
        answer = open_shop(pins=(ListPin("green", 2), ListPin("red", 5))).also_viewed("case", n=5, now_ms=JUNE)
        assert ids(answer) == ["red", "green", "blue", "plan", "pack"]
        assert set(rules(answer)) == {None}

    def test_a_pin_is_never_the_item_asked_about_nor_what_is_excluded(self) -> None:
        shop = open_shop(pins=(ListPin("tv"), ListPin("red")))
        assert ids(shop.also_viewed("red", n=2, now_ms=JUNE))[0] == "tv"
        assert "tv" not in ids(shop.also_viewed("case", n=9, now_ms=JUNE, exclude=["tv"]))

    def test_a_pin_must_be_for_sale(self) -> None:
        catalogue = draw_catalogue("""
            item  | from | to   | channels | name
            red   |      |      |          |
            green |      |      |          |
            tv    | July |      |          |
        """)
        shop = Answers(replace(open_shop(pins=(ListPin("tv"),)).snapshot, catalogue=catalogue))
        assert ids(shop.also_viewed("case", n=9, now_ms=JUNE)) == ["red", "green"]

    def test_a_product_that_no_model_proposes_is_shown_where_there_is_nothing_else(self) -> None:
        answer = open_shop(pins=(ListPin("new", 50),)).also_viewed("case", n=9, now_ms=JUNE)
        assert ids(answer)[-1] == "new"

    def test_a_next_page_is_no_place_for_products(self) -> None:
        graph = draw_lists("key | target | together | alone\nweb home | plans | 9 | 9")
        shop = Answers(replace(open_shop(pins=(ListPin("tv"),)).snapshot, next_click=graph))
        assert ids(shop.next_click(["home"], n=3, channel="web")) == ["plans"]


class TestBoosts:
    def test_a_boost_raises_scores_and_is_told(self) -> None:
        answer = open_shop(boosts=(Boost("plan", 2.0),)).also_viewed("case", n=3, now_ms=JUNE)
        assert ids(answer) == ["plan", "red", "green"]
        assert answer.items[0].rule == "boost"
        assert answer.items[0].reason == "Promoted: 60 of 100 sessions that viewed this also viewed it"
        assert answer.items[0].rung == "item"

    def test_a_word_boosts_all_that_bear_it(self) -> None:
        answer = open_shop(boosts=(Boost("brand=Zeta", 1.2),)).also_viewed("case", n=3, now_ms=JUNE)
        assert ids(answer) == ["red", "blue", "green"]
        assert rules(answer) == [None, "boost", None]

    def test_a_boost_that_changes_nothing_is_no_promotion(self) -> None:
        answer = open_shop(boosts=(Boost("red", 2.0),)).also_viewed("case", n=2, now_ms=JUNE)
        assert rules(answer) == [None, None]

    def test_a_boost_in_chinese(self) -> None:
        shop = open_shop(boosts=(Boost("plan", 2.0),), pins=(ListPin("tv", 2),))
        answer = shop.also_viewed("case", n=2, now_ms=JUNE, lang="zh")
        assert [item.reason.partition("：")[0] for item in answer.items] == ["推广", "推广"]


class TestShare:
    @pytest.mark.parametrize("share", [0.0, 0.1, 0.3, 0.5, 1.0])
    def test_of_the_first_places_no_more_are_promoted_than_the_share_rounded_up(self, share: float) -> None:
        boosts = tuple(Boost(item, 5.0) for item in ("pack", "plan", "blue"))
        shop = open_shop(boosts=boosts, pins=(ListPin("tv"), ListPin("fibre")), share=share)
        told = [rule in ("pin", "boost") for rule in rules(shop.also_viewed("case", n=7, now_ms=JUNE))]
        assert len(told) == 7
        assert all(sum(told[:k]) <= ceil(share * k) for k in range(1, 8))
        assert any(told) is (share > 0)


class TestCaps:
    def test_of_a_capped_word_no_more_stand_in_ten_places_as_long_as_there_is_anything_else(self) -> None:
        answer = open_shop(caps={"category=handset": 1}).also_viewed("case", n=5, now_ms=JUNE)
        assert ids(answer) == ["red", "plan", "pack", "tv", "fibre"]
        assert rules(answer) == [None, "cap", "cap", None, None]
        assert answer.fallback == "popular"

    def test_where_there_is_nothing_else_the_list_is_filled_with_it(self) -> None:
        answer = open_shop(caps={"category=handset": 1}).also_viewed("case", n=9, now_ms=JUNE)
        assert ids(answer) == ["red", "plan", "pack", "tv", "fibre", "green", "blue"]


class TestRotation:
    def test_the_order_changes_from_day_to_day_and_not_within_one(self) -> None:
        shop = open_shop(rotation=0.5)
        days = [ids(shop.also_viewed("case", n=5, now_ms=JUNE + day * DAY)) for day in range(20)]
        assert len({tuple(day) for day in days}) > 3
        assert {frozenset(day) for day in days} == {frozenset({"red", "green", "blue", "plan", "pack"})}
        assert ids(shop.also_viewed("case", n=5, now_ms=JUNE + DAY - 1)) == days[0]

    def test_each_person_has_draws_of_their_own_and_another_seed_gives_others(self) -> None:
        shop, other = open_shop(rotation=0.9), open_shop(rotation=0.9, seed=2)
        people = [tuple(ids(shop.for_you([f"p{number}"], n=4, now_ms=JUNE))) for number in range(20)]
        assert len(set(people)) > 3
        assert people != [tuple(ids(other.for_you([f"p{number}"], n=4, now_ms=JUNE))) for number in range(20)]

    def test_scores_far_apart_never_change_places(self) -> None:
        shop = open_shop(rotation=0.1)
        assert all(ids(shop.also_viewed("case", n=5, now_ms=JUNE + day * DAY))[-1] == "pack" for day in range(50))


class TestDiversity:
    def test_what_is_like_those_above_it_comes_later(self) -> None:
        answer = open_shop(diversity=0.5).also_viewed("case", n=5, now_ms=JUNE)
        assert ids(answer) == ["red", "plan", "blue", "pack", "green"]
        assert rules(answer)[:2] == [None, "diversity"]

    def test_products_viewed_together_are_alike_without_any_words(self) -> None:
        answer = open_shop(words=Links.empty(), diversity=0.3).also_viewed("case", n=2, now_ms=JUNE)
        assert ids(answer) == ["red", "blue"]


def test_all_that_is_wrong_with_the_settings_is_said_at_once() -> None:
    with pytest.raises(ValueError, match="merchandising are wrong") as fault:
        MerchandisingSettings(
            pins=(ListPin("A", 0), ListPin("A")),
            boosts=(Boost("x", 1.0),),
            share=1.5,
            caps={"y": 0},
            diversity=1.0,
            pool=0,
        )
    told = str(fault.value)
    for part in ("the pin of A", "pinned 2 times", "boost of x", "`share` is 1.5", "cap of y", "`diversity`", "`pool`"):
        assert part in told


def test_a_key_that_nobody_knows_is_refused() -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(b'{"pin": []}', type=MerchandisingSettings)
