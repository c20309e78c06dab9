"""What a front-end is told of the next click, and of the next item."""

import pytest

from serving import Answers
from tests.serving.shop import JULY, JUNE, ids


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
