"""What is told to one person, and what of them stands in the reason."""

from dataclasses import replace

from serving import Answers
from tests.serving.shop import JUNE, draw_histories, ids, make_shop


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


def test_a_familys_pseudonyms_share_what_they_own() -> None:
    owned = draw_histories("""
        person | item  | weight
        a      | plan  | 1
        b      | phone | 1
    """)
    answer = Answers(replace(make_shop(), owned=owned)).for_you(["a", "b"], n=10, now_ms=JUNE)
    assert set(ids(answer)) == {"insurance", "broadband"}
