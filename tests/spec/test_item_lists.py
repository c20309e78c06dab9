"""What is told beside an item: also viewed, also bought, bought after viewing, trending."""

from dataclasses import replace

import pytest

from serving import Answers, Catalogue
from tests.serving.shop import JUNE, draw_lists, ids, rungs


def test_also_viewed_ranks_by_how_many_sessions_saw_both(answers: Answers) -> None:
    answer = answers.also_viewed("plan", n=2, now_ms=JUNE)
    assert ids(answer) == ["phone", "insurance"]
    assert answer.fallback is None
    assert answer.items[0].reason == "40 of 100 sessions that viewed this also viewed it"


def test_a_new_item_gets_what_is_popular_in_its_category_before_what_is_popular_anywhere(answers: Answers) -> None:
    siblings = draw_lists("""
        item | sibling | people | of all
        new  | chip    | 30     | 60
        new  | toy     | 20     | 60
    """)
    shop = Answers(replace(answers.snapshot, siblings=siblings, catalogue=Catalogue.empty()))
    for answer in (shop.also_viewed("new", n=3, now_ms=JUNE), shop.also_bought(["new"], n=3, now_ms=JUNE)):
        assert ids(answer)[:2] == ["chip", "toy"]
        assert answer.items[0].reason == "Popular in the same category: 30 of its 60 visitors took an interest"
        assert answer.fallback == "popular"
    assert shop.also_viewed("new", n=2, now_ms=JUNE).fallback == "category"


def test_an_item_that_nobody_knows_gets_what_is_popular_on_the_channel_first(answers: Answers) -> None:
    answer = answers.also_viewed("no such item", n=3, channel="web", now_ms=JUNE)
    assert ids(answer) == ["phone", "plan", "insurance"]
    assert answer.fallback == "popular"


def test_also_bought_counts_orders(answers: Answers) -> None:
    answer = answers.also_bought(["phone"], n=1, now_ms=JUNE)
    assert ids(answer) == ["insurance"]
    assert answer.items[0].reason == "30 of 60 orders with this also had it"


def test_a_baskets_items_are_pooled_and_the_strongest_is_named(answers: Answers) -> None:
    answer = answers.also_bought(["phone", "broadband"], n=2, now_ms=JUNE)
    assert ids(answer) == ["plan", "insurance"]
    assert answer.items[0].score == pytest.approx(((12 / 60) ** 3 + (12 / 20) ** 3) ** (1 / 3))
    assert answer.items[0].reason == "12 of 20 orders with 宽带 also had it"
    assert answer.items[1].reason == "30 of 60 orders with Phone X also had it"


def test_what_one_item_clearly_calls_for_stands_before_what_many_go_along_with(answers: Answers) -> None:
    also_bought = draw_lists("""
        key       | target    | together | alone
        phone     | insurance | 50       | 100
        phone     | plan      | 30       | 100
        broadband | plan      | 30       | 100
    """)
    shop = Answers(replace(answers.snapshot, also_bought=also_bought))
    assert ids(shop.also_bought(["phone", "broadband"], n=2, now_ms=JUNE)) == ["insurance", "plan"]


def test_the_order_and_the_doubles_of_a_basket_do_not_matter(answers: Answers) -> None:
    once = answers.also_bought(["phone", "broadband"], n=4, now_ms=JUNE)
    assert answers.also_bought(["broadband", "phone", "phone"], n=4, now_ms=JUNE) == once


def test_bought_after_viewing_counts_the_orders_that_followed_a_look(answers: Answers) -> None:
    answer = answers.bought_after_viewing("phone", n=2, now_ms=JUNE)
    assert ids(answer) == ["insurance", "plan"]
    assert answer.items[0].reason == "20 of 80 orders after a look at this had it"
    assert answer.fallback is None


def test_what_happens_on_the_channel_stands_before_what_happens_anywhere(answers: Answers) -> None:
    answer = answers.bought_after_viewing("phone", n=3, now_ms=JUNE, channel="web", lang="zh")
    assert ids(answer) == ["broadband", "insurance", "plan"]
    assert rungs(answer) == ["item", "item", "item"]
    assert answer.items[0].reason == "看过本商品后的 50 笔订单中\uff0c有 15 笔购买了它"
    assert answer.fallback is None
    assert ids(answers.bought_after_viewing("phone", n=2, now_ms=JUNE, channel="wap")) == ["insurance", "plan"]


def test_a_basket_takes_each_item_as_it_is_on_the_channel_or_else_anywhere(answers: Answers) -> None:
    also_bought = draw_lists("""
        key       | target    | together | alone
        web phone | insurance | 40       | 50
        phone     | insurance | 50       | 60
        broadband | plan      | 18       | 20
    """)
    shop = Answers(replace(answers.snapshot, also_bought=also_bought))
    basket = shop.also_bought(["phone", "broadband"], n=2, now_ms=JUNE, channel="web")
    assert ids(basket) == ["plan", "insurance"]
    assert basket.items[1].reason == "40 of 50 orders with Phone X also had it"


def test_what_trends_on_the_channel_stands_before_what_trends_anywhere(answers: Answers) -> None:
    answer = answers.trending(n=3, now_ms=JUNE, channel="web")
    assert ids(answer) == ["insurance", "broadband", "phone"]
    assert rungs(answer) == ["channel", "everywhere", "channel"]
    assert answer.items[1].reason == "Rising: 44 of 100 visitors of these days took an interest, more than usual"
    assert answer.fallback == "popular"
    assert answers.trending(n=1, now_ms=JUNE, channel="web", lang="zh").items[0].reason == (
        "近期上升\uff1a近几日 50 位访客中有 20 位关注\uff0c高于平时"
    )
    assert answers.trending(n=1, now_ms=JUNE).fallback is None


def test_a_category_has_its_own_trends_then_what_is_popular_in_it_then_at_all(answers: Answers) -> None:
    popular = draw_lists("""
        key         | target | people | of all
        all plan    | phone  | 20     | 60
        all         | plan   | 90     | 100
        all         | broadband | 80  | 100
    """)
    shop = Answers(replace(answers.snapshot, popular=popular))
    answer = shop.trending("plan", n=3, now_ms=JUNE)
    assert ids(answer) == ["plan", "phone", "broadband"]
    assert rungs(answer) == ["category", "category", "everywhere"]
    assert shop.trending("plan", n=1, now_ms=JUNE).fallback is None


def test_an_item_that_nobody_knows_yet_gets_what_is_like_it_first(answers: Answers) -> None:
    answer = answers.also_viewed("fresh", n=2, now_ms=JUNE)
    assert ids(answer) == ["phone", "plan"]
    assert rungs(answer) == ["attributes", "everywhere"]
    assert answer.items[0].reason == "Like this product"
    assert answers.also_bought(["fresh"], n=1, now_ms=JUNE).fallback == "attributes"
