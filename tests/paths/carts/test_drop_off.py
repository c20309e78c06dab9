from paths import PageDropOff, count_drop_off
from tests.drawing import draw


def tell(text: str, *columns: str) -> list[tuple[object, ...]]:
    return PageDropOff.validate(count_drop_off(draw(text))).select("page", *columns).rows()


def test_an_exit_is_a_sessions_last_page_and_its_last_action_may_have_none() -> None:
    drawn = """
        visitor | time  | name      | page | device
        ann     | 08:00 | page_view | home | mobile
        ann     | 08:01 | view_item | plan | mobile
        ann     | 08:02 | search    |      | mobile
        bob     | 08:00 | view_item | plan | mobile
        bob     | 08:01 | page_view | home | mobile
        cat     | 08:00 | view_item | plan |
    """
    assert tell(drawn, "device", "views", "exits", "last_action", "last_action_share") == [
        ("home", "mobile", 2, 1, "page_view", 1.0),
        ("plan", None, 1, 1, "view_item", 1.0),
        ("plan", "mobile", 2, 1, "search", 1.0),
    ]


def test_a_page_seen_again_without_another_between_is_one_view() -> None:
    drawn = "time | page \n 08:00 | home \n 08:01 | home \n 08:02 | plan \n 08:03 | home"
    assert tell(drawn, "views", "exits") == [("home", 2, 1), ("plan", 1, 0)]


def test_the_same_page_in_two_sessions_is_two_views() -> None:
    assert tell("time | page \n 08:00 | home \n 09:00 | home", "views", "exits") == [("home", 2, 2)]


def test_of_actions_done_equally_often_the_first_by_name_is_told() -> None:
    drawn = "visitor | time | name | page \n a | 08:00 | search | home \n b | 08:00 | login | home"
    assert tell(drawn, "last_action", "last_action_share") == [("home", "login", 0.5)]


def test_robots_see_nothing() -> None:
    assert tell("time | page | robot \n 08:00 | home | agent") == []
