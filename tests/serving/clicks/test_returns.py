import numpy as np
import pytest

from serving.clicks.returns import BACKS, RHYTHMS, code_rhythm, learn_returns
from tests.serving.shop import draw_sessions


def learn(*walks: str) -> np.ndarray:
    """Learn from sessions, one letter a click."""
    session = np.array([place for place, walk in enumerate(walks) for _ in walk], np.int64)
    click = np.array([ord(key) for walk in walks for key in walk], np.int64)
    return learn_returns(session, click).reshape(RHYTHMS, BACKS)


def test_a_rhythm_is_who_is_who_among_the_last_five_clicks() -> None:
    assert code_rhythm("abab") == code_rhythm("xyxy") != code_rhythm("abba")
    assert code_rhythm("zabcde") == code_rhythm("abcabcde") == code_rhythm("vwxyz")
    assert code_rhythm("a") != code_rhythm("ab") != code_rhythm("abc")


def test_every_rhythm_has_a_row_of_its_own() -> None:
    visits = [f"{a}{b}{c}{d}{e}" for a in "abcde" for b in "abcde" for c in "abcde" for d in "abcde" for e in "abcde"]
    shapes = {tuple(visit.index(key) for key in visit) for visit in visits}
    codes = {code_rhythm(visit) for visit in visits}
    assert len(codes) == len(shapes) == 52
    assert max(codes) < RHYTHMS


def test_who_went_back_and_forth_is_expected_to_do_so_again() -> None:
    odds = learn(*["ababab"] * 50, *["abcdef"] * 50)
    to_and_fro, onwards = odds[code_rhythm("xyx"), 1], odds[code_rhythm("xyz"), 1]
    assert to_and_fro > 5
    assert onwards < 0.1


def test_a_rhythm_that_nobody_had_is_given_the_average() -> None:
    odds = learn("aab", "abc")
    assert odds[code_rhythm("aaaaa")] == pytest.approx([1 / 4] + [0] * 19)


def test_clicks_of_one_session_are_no_returns_of_the_next() -> None:
    assert learn("ab", "ab", "ab").max() == 0


def test_sessions_that_never_see_anything_new_and_none_at_all_have_finite_odds() -> None:
    assert np.isfinite(learn("aaaa", "aaa")).all()
    assert learn().tolist() == np.zeros((RHYTHMS, BACKS)).tolist()


def test_who_goes_back_further_than_is_told_apart_is_not_counted_as_new() -> None:
    far = "abcdefghijklmnopqrstuvwxyz"
    assert learn(far + "a").tolist() == learn(far).tolist()


def test_sessions_too_old_to_be_looked_at_still_teach_the_rhythm() -> None:
    one, all_three = draw_sessions("a b"), draw_sessions("a b a\na b a\na b", sample=1)
    assert one.returns.max() == 0
    assert all_three.returns[code_rhythm("ab") * BACKS + 1] > 0
