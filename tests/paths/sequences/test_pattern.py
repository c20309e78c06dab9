"""Names of patterns mean what they say."""

import re

import pytest

from paths import parse_pattern


@pytest.mark.parametrize(
    ("text", "fits", "misses"),
    [
        ("a.b", ["a.b"], ["axb", "a.bc"]),
        ('"a*"', ["a", "abc", "a\nb"], ["ba"]),
        (r'"a\*"', ["a*"], ["ab", "a"]),
        (r'"a\\*"', ["a\\", "a\\b"], ["a*"]),
        (r'"a\"b c"', ['a"b c'], ["ab c"]),
        ('"(x|y)"', ["(x|y)"], ["x", "y"]),
        ("/list/{}".replace("{}", "手机"), ["/list/手机"], ["/list/"]),
        ("(other)", ["(other)"], ["other"]),
        ("a-b", ["a-b"], ["a"]),
    ],
)
def test_a_name_fits_what_it_says(text: str, fits: list[str], misses: list[str]) -> None:
    (name,) = parse_pattern(text).names
    assert [page for page in fits if not re.search(name.expression, page)] == []
    assert [page for page in misses if re.search(name.expression, page)] == []
    if not name.is_wild:
        assert name.plain == fits[0]


def test_ends_of_a_session_stand_outside_the_items() -> None:
    for text in ("entry -> a -> exit", "(entry) → a → (exit)"):
        pattern = parse_pattern(text)
        assert (pattern.from_entry, pattern.to_exit, len(pattern.items)) == (True, True, 1)
    quoted = parse_pattern('"entry" -> "exit"')
    assert (quoted.from_entry, quoted.to_exit, len(quoted.items)) == (False, False, 2)


@pytest.mark.parametrize(
    ("repeat", "limits"),
    [("", (1, 1)), ("*", (0, None)), ("+", (1, None)), ("?", (0, 1)), ("{3}", (3, 3)), ("{ 2 , 5 }", (2, 5)), ("{2,}", (2, None)), ("{,4}", (0, 4))],
)  # fmt: skip
def test_repetitions_say_how_often(repeat: str, limits: tuple[int, int | None]) -> None:
    item = parse_pattern(f"a -> b{repeat}").items[1]
    assert (item.least, item.most) == limits
