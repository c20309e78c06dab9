"""What a customer is shown, and why."""

from dataclasses import replace

import pytest

from serving import Answer, Answers, Catalogue, Snapshot
from tests.serving.shop import JULY, JUNE, MAY, draw_catalogue, draw_histories, draw_lists, make_shop


@pytest.fixture
def answers() -> Answers:
    return Answers(make_shop())


def ids(answer: Answer) -> list[str]:
    return [item.id for item in answer.items]


def test_also_viewed_ranks_by_how_many_sessions_saw_both(answers: Answers) -> None:
    answer = answers.also_viewed("plan", n=2, now_ms=JUNE)
    assert ids(answer) == ["phone", "insurance"]
    assert answer.fallback is None
    assert answer.items[0].reason == "40 of 100 sessions that viewed this also viewed it"


def rungs(answer: Answer) -> list[str]:
    return [item.rung for item in answer.items]


def test_every_item_says_on_which_rung_it_stands(answers: Answers) -> None:
    siblings = draw_lists("""
        item | sibling   | people | of all
        new  | broadband | 30     | 60
    """)
    shop = Answers(replace(answers.snapshot, siblings=siblings))
    assert rungs(shop.also_viewed("new", n=4, channel="web", now_ms=JUNE)) == [
        "category", "channel", "everywhere", "everywhere",
    ]  # fmt: skip
    assert rungs(shop.also_bought(["phone"], n=3, now_ms=JUNE)) == ["item", "item", "everywhere"]
    assert rungs(shop.next_item(["plan"], n=3, now_ms=JUNE, channel="wap")) == ["rules", "graph", "graph"]
    assert rungs(shop.for_you(["visitor:ben"], n=1, now_ms=JUNE)) == ["person"]
    assert rungs(shop.next_click(["home"], n=3, channel="web")) == ["graph", "graph", "all_channels"]
    assert rungs(shop.next_click(["help"], n=3, channel="web")) == ["channel", "channel", "everywhere"]


def test_a_reason_comes_in_chinese_too(answers: Answers) -> None:
    answer = answers.also_viewed("plan", n=1, now_ms=JUNE, lang="zh")
    assert answer.items[0].reason == "100 次浏览本商品的访问中\uff0c有 40 次也浏览了它"


def test_a_reason_never_tells_of_a_handful_of_people(answers: Answers) -> None:
    answer = answers.also_viewed("plan", n=3, now_ms=JUNE)
    assert answer.items[2].reason == "Viewed in the same sessions"


def test_a_short_list_is_filled_up_with_what_is_popular_and_says_so(answers: Answers) -> None:
    answer = answers.also_viewed("phone", n=3, now_ms=JUNE)
    assert ids(answer) == ["insurance", "plan", "broadband"]
    assert answer.fallback == "popular"
    assert answer.items[2].reason == "Popular: chosen by 200 of 1,000 visitors"


def test_a_new_item_gets_what_is_popular_in_its_category_before_what_is_popular_anywhere(answers: Answers) -> None:
    siblings = draw_lists("""
        item | sibling | people | of all
        new  | chip    | 30     | 60
        new  | toy     | 20     | 60
    """)
    shop = Answers(replace(answers.snapshot, siblings=siblings, catalogue=Catalogue.empty()))
    for answer in (shop.also_viewed("new", n=3, now_ms=JUNE), shop.also_bought(["new"], n=3, now_ms=JUNE)):
        assert ids(answer)[:2] == ["chip", "toy"]
        assert answer.items[0].reason == "Popular in the same category: chosen by 30 of its 60 visitors"
        assert answer.fallback == "popular"
    assert shop.also_viewed("new", n=2, now_ms=JUNE).fallback == "category"


def test_an_item_that_nobody_knows_gets_what_is_popular_on_the_channel_first(answers: Answers) -> None:
    answer = answers.also_viewed("no such item", n=3, channel="web", now_ms=JUNE)
    assert ids(answer) == ["phone", "plan", "insurance"]
    assert answer.fallback == "popular"


@pytest.mark.parametrize(("now", "shown"), [(MAY - 1, False), (MAY, True), (JULY - 1, True), (JULY, False)])
def test_an_item_is_shown_from_its_first_moment_on_sale_until_its_last(answers: Answers, now: int, shown: bool) -> None:
    assert ("insurance" in ids(answers.also_viewed("plan", n=10, now_ms=now))) is shown


def test_an_item_is_shown_only_on_the_channels_that_may_sell_it(answers: Answers) -> None:
    assert "broadband" in ids(answers.also_viewed("plan", n=10, channel="web", now_ms=JUNE))
    assert "broadband" not in ids(answers.also_viewed("plan", n=10, channel="app", now_ms=JUNE))


def test_an_item_missing_from_the_catalogue_is_not_for_sale(answers: Answers) -> None:
    only_phone = draw_catalogue("""
        item  | from | to | channels | name
        phone |      |    |          | Phone X
    """)
    assert ids(Answers(replace(answers.snapshot, catalogue=only_phone)).also_viewed("plan", n=10, now_ms=JUNE)) == [
        "phone"
    ]


def test_an_empty_catalogue_forbids_nothing(answers: Answers) -> None:
    open_shop = replace(answers.snapshot, catalogue=Catalogue.empty())
    assert len(ids(Answers(open_shop).also_viewed("plan", n=10, channel="app", now_ms=JULY))) == 3


def test_an_excluded_item_makes_room_for_the_next(answers: Answers) -> None:
    assert ids(answers.also_viewed("plan", n=2, now_ms=JUNE, exclude=["phone"])) == ["insurance", "broadband"]


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
    assert answer.items[1].reason == "Rising: chosen by 44 of 100 visitors of these days, more than usual"
    assert answer.fallback == "popular"
    assert answers.trending(n=1, now_ms=JUNE, channel="web", lang="zh").items[0].reason == (
        "近期上升\uff1a近几日 50 位访客中有 20 位选择\uff0c高于平时"
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


def test_the_next_click_is_told_for_the_last_page_on_its_channel(answers: Answers) -> None:
    answer = answers.next_click(["plans", "home"], n=2, channel="web")
    assert ids(answer) == ["plans", "help"]
    assert answer.items[0].reason == "50 of 100 clicks from this page went there"


def test_nobody_is_sent_to_the_exit(answers: Answers) -> None:
    assert "(exit)" not in ids(answers.next_click(["home"], n=10))


def test_a_page_unknown_on_a_channel_is_looked_up_on_all(answers: Answers) -> None:
    answer = answers.next_click(["plans"], n=1, channel="wap")
    assert ids(answer) == ["home"]
    assert answer.fallback == "all_channels"


def test_without_a_channel_each_channel_weighs_as_often_as_the_page_came(answers: Answers) -> None:
    answer = answers.next_click(["home"], n=3)
    assert ids(answer) == ["account", "plans", "help"]
    assert [item.score for item in answer.items] == pytest.approx([90 / 400, 60 / 400, 20 / 400])
    assert answer.fallback is None


def test_a_page_that_nobody_knows_gets_the_pages_that_most_clicks_lead_to(answers: Answers) -> None:
    answer = answers.next_click(["no such page"], n=2)
    assert ids(answer) == ["account", "plans"]
    assert answer.fallback == "popular"
    assert answer.items[0].reason == "Popular: 90 of 215 clicks went there"


def test_the_page_itself_is_an_answer_only_where_it_is_asked_for(answers: Answers) -> None:
    assert "home" not in ids(answers.next_click(["home"], n=10))
    assert "home" in ids(answers.next_click(["home"], n=10, stay=True))


def test_past_visits_like_this_one_come_first_where_the_gate_chose_them(answers: Answers) -> None:
    answer = answers.next_click(["home", "plans"], n=1, channel="app")
    assert ids(answer) == ["account"]
    assert answer.fallback is None
    assert answer.items[0].reason == "Clicked in visits like this one"
    assert answers.next_click(["home", "plans"], n=1, channel="app", lang="zh").items[0].reason == "相似访问中的点击"


def test_where_past_visits_have_no_more_to_say_the_rungs_below_fill_up(answers: Answers) -> None:
    answer = answers.next_click(["help", "plans"], n=3, channel="app")
    assert ids(answer)[:2] == ["account", "home"]
    assert answer.fallback == "popular"


def test_a_channel_whose_gate_chose_the_graph_begins_with_it(answers: Answers) -> None:
    answer = answers.next_click(["home"], n=1, channel="web")
    assert answer.items[0].reason == "50 of 100 clicks from this page went there"
    assert answer.fallback is None


def test_a_page_of_the_visit_comes_back_unless_it_is_asked_to_stay_out(answers: Answers) -> None:
    assert "home" in ids(answers.next_click(["home", "plans"], n=5, channel="app"))
    assert "home" not in ids(answers.next_click(["home", "plans"], n=5, channel="app", seen=False))
    assert "plans" not in ids(answers.next_click(["home", "plans"], n=5, channel="app"))
    assert "plans" in ids(answers.next_click(["home", "plans"], n=5, channel="app", stay=True))


def test_the_next_item_is_told_from_visits_that_looked_at_the_same(answers: Answers) -> None:
    answer = answers.next_item(["broadband", "plan"], n=2, now_ms=JUNE, seen=False)
    assert ids(answer) == ["phone", "insurance"]
    assert answer.fallback is None


def test_the_next_item_is_for_sale_on_its_channel(answers: Answers) -> None:
    assert "broadband" not in ids(answers.next_item(["plan"], n=5, now_ms=JUNE, channel="app"))
    assert "insurance" not in ids(answers.next_item(["plan"], n=5, now_ms=JULY))


def test_sequential_rules_tell_what_comes_soon_after_an_item(answers: Answers) -> None:
    answer = answers.next_item(["plan"], n=3, now_ms=JUNE, channel="wap")
    assert ids(answer) == ["insurance", "phone", "broadband"]
    assert [item.reason for item in answer.items[:2]] == [
        "25 of 40 visits that were here came to it within a few clicks",
        "30 of 50 clicks from this product went there",
    ]
    assert answer.fallback == "graph"


def test_an_item_that_nobody_knows_is_followed_by_what_is_popular(answers: Answers) -> None:
    answer = answers.next_item(["no such item"], n=2, now_ms=JUNE)
    assert ids(answer) == ["plan", "phone"]
    assert answer.fallback == "popular"


def test_what_somebody_owns_is_never_recommended_to_them(answers: Answers) -> None:
    answer = answers.for_you(["visitor:anna", "customer:anna"], n=10, now_ms=JUNE)
    assert "plan" not in ids(answer)
    assert "plan" in ids(answers.for_you(["visitor:anna"], n=10, now_ms=JUNE))


def test_what_somebody_looked_at_comes_back_until_they_want_only_new_things(answers: Answers) -> None:
    assert ids(answers.for_you(["visitor:ben"], n=1, now_ms=JUNE)) == ["phone"]
    answer = answers.for_you(["visitor:ben"], n=1, now_ms=JUNE, new_only=True)
    assert ids(answer) == ["insurance"]
    assert answer.items[0].reason == "Because you viewed Phone X: 60 of 90 sessions with it also viewed this"


def test_the_reason_names_what_was_viewed_in_chinese_too(answers: Answers) -> None:
    answer = answers.for_you(["visitor:ben"], n=1, now_ms=JUNE, new_only=True, lang="zh")
    assert answer.items[0].reason == ("因为您浏览过「Phone X」\uff1a浏览它的 90 次访问中\uff0c有 60 次也浏览了本商品")


def test_a_stranger_is_known_by_what_they_just_looked_at(answers: Answers) -> None:
    answer = answers.for_you(["visitor:stranger"], recent=["plan"], n=1, now_ms=JUNE, new_only=True)
    assert ids(answer) == ["broadband"]
    assert answer.fallback is None
    assert answer.items[0].reason == "Fits your interest in 畅享套餐"


def test_a_stranger_without_a_click_gets_what_is_popular(answers: Answers) -> None:
    answer = answers.for_you(["visitor:stranger"], n=2, now_ms=JUNE)
    assert ids(answer) == ["plan", "phone"]
    assert answer.fallback == "popular"


@pytest.mark.parametrize("withheld", ["also_viewed", "also_bought", "next_click", "for_you"])
def test_a_withheld_model_leaves_the_popular_things(withheld: str) -> None:
    answers = Answers(replace(make_shop(), **{withheld: None}))
    asked = {
        "also_viewed": lambda: answers.also_viewed("plan", n=2, now_ms=JUNE),
        "also_bought": lambda: answers.also_bought(["phone"], n=2, now_ms=JUNE),
        "next_click": lambda: answers.next_click(["home"], n=2),
        "for_you": lambda: answers.for_you(["visitor:ben"], n=2, now_ms=JUNE),
    }
    assert asked[withheld]().fallback == "popular"


def test_an_empty_snapshot_answers_with_nothing() -> None:
    answers = Answers(Snapshot())
    assert answers.also_viewed("plan", n=5, now_ms=JUNE) == Answer([], "popular", "unpublished")
    assert answers.for_you(["anybody"], recent=["plan"], n=5, now_ms=JUNE).items == []
    assert answers.next_click(["home"], n=5).items == []


def test_a_familys_pseudonyms_share_what_they_own() -> None:
    owned = draw_histories("""
        person | item  | weight
        a      | plan  | 1
        b      | phone | 1
    """)
    answer = Answers(replace(make_shop(), owned=owned)).for_you(["a", "b"], n=10, now_ms=JUNE)
    assert set(ids(answer)) == {"insurance", "broadband"}


@pytest.mark.parametrize("wrong", [{"n": 0}, {"channel": "fax"}, {"lang": "fr"}])
def test_a_question_that_no_list_can_answer_is_refused(answers: Answers, wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError):
        answers.also_viewed("plan", **{"n": 1, "now_ms": JUNE, **wrong})  # type: ignore[arg-type]
