import numpy as np
import pytest

from serving.clicks.surroundings import MOST, find_surroundings


def find(*walks: str) -> dict[str, dict[str, float]]:
    """Find what stands close in sessions, one letter a click, without what fills a row up."""
    session = np.array([place for place, walk in enumerate(walks) for _ in walk], np.int64)
    code = np.array([ord(key) - ord("a") for walk in walks for key in walk], np.int64)
    names = int(code.max()) + 1 if code.size else 0
    near, share = (part.reshape(names, MOST) for part in find_surroundings(session, code, names))
    return {
        chr(ord("a") + key): {chr(ord("a") + int(n)): float(s) for n, s in zip(near[key], share[key], strict=True) if s}
        for key in range(names)
    }


def test_what_stands_nearer_and_more_often_is_closer() -> None:
    assert find("abcd")["a"] == pytest.approx({"b": 6 / 11, "c": 3 / 11, "d": 2 / 11})
    assert find("abc", "ac")["a"] == pytest.approx({"c": 0.6, "b": 0.4})


def test_before_and_after_count_the_same() -> None:
    assert find("ab") == {"a": {"b": 1.0}, "b": {"a": 1.0}}


def test_more_than_three_clicks_apart_is_not_close() -> None:
    assert "e" not in find("abcde")["a"]


def test_nothing_is_close_to_itself_or_to_another_session() -> None:
    assert find("aba", "cc")["a"] == {"b": 1.0}
    assert find("aba", "cc")["c"] == {}


def test_the_closest_stay_and_equal_ones_in_their_order() -> None:
    rows = find(*[f"a{chr(ord('b') + place)}" for place in range(MOST + 3)], "ax", "xa")
    assert list(rows["a"]) == ["x", *(chr(ord("b") + place) for place in range(MOST - 1))]
    assert sum(rows["a"].values()) == pytest.approx(1)


def test_no_sessions_have_no_surroundings() -> None:
    assert find() == {}
