"""Contexts know where a session begins."""

from paths import Context, count_contexts
from tests.drawing import draw


def test_the_page_before_a_sessions_first_page_is_the_entry_and_no_page_of_another_session() -> None:
    contexts = Context.validate(
        count_contexts(
            draw("""
                session | visitor | time  | page
                s1      | ann     | 08:00 | a
                s1      | ann     | 08:01 | b
                s2      | bob     | 08:00 | a
            """)
        )
    )
    assert contexts.select("before", "source", "target").rows() == [
        ("(entry)", "a", "(exit)"),
        ("(entry)", "a", "b"),
        ("a", "b", "(exit)"),
    ]


def test_none_make_no_contexts() -> None:
    assert Context.validate(count_contexts(draw("time | page"))).height == 0
