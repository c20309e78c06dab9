"""Edges keep their times and their shares."""

from paths import Edge, count_edges
from tests.drawing import draw


def test_the_median_of_an_even_number_of_clicks_lies_between_the_middle_two() -> None:
    edges = count_edges(
        draw("""
            session | visitor | time         | page
            s1      | ann     | 08:00        | a
            s1      | ann     | 08:00:01     | b
            s2      | bob     | 08:00        | a
            s2      | bob     | 08:00:02.500 | b
        """)
    )
    assert edges.filter(source="a", target="b")["median_seconds"].item() == 1.75


def test_a_collapsed_visit_lasts_from_its_first_event() -> None:
    edges = count_edges(draw("time | page \n 08:00 | a \n 08:01 | a \n 08:02 | b"))
    assert edges.filter(source="a", target="b")["median_seconds"].item() == 120.0


def test_the_same_page_in_the_next_session_is_a_new_visit() -> None:
    edges = count_edges(draw("session | time | page \n s1 | 08:00 | a \n s2 | 08:01 | a"))
    assert edges.select("source", "target", "clicks").rows() == [("(entry)", "a", 2), ("a", "(exit)", 2)]


def test_lazy_events_will_do_and_none_make_no_edges() -> None:
    events = draw("time | page \n 08:00 | a")
    assert count_edges(events.lazy()).equals(count_edges(events))
    assert Edge.validate(count_edges(draw("time | page"))).height == 0
