"""What every answer says of itself: rungs, reasons, fallbacks, refusals."""

from dataclasses import replace

import pytest

from serving import Answer, Answers, Snapshot
from tests.serving.shop import JUNE, draw_lists, ids, make_shop, rungs


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
    assert answer.items[2].reason == "Popular: 200 of 1,000 visitors took an interest"


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


@pytest.mark.parametrize("wrong", [{"n": 0}, {"channel": "fax"}, {"lang": "fr"}])
def test_a_question_that_no_list_can_answer_is_refused(answers: Answers, wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError):
        answers.also_viewed("plan", **{"n": 1, "now_ms": JUNE, **wrong})  # type: ignore[arg-type]
