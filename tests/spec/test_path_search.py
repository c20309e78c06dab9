"""Path search: who went this way."""

import pytest

from paths import PathSearch, PathSettings, PatternError, parse_pattern, search_paths
from tests.drawing import draw

MORNING = """
    session | visitor | channel | time     | page    | name
    s1      | ann     | web     | 08:00    | home    | page_view
    s1      | ann     | web     | 08:01    | product | view_item
    s1      | ann     | web     | 08:02    | help    | page_view
    s2      | bob     | app     | 08:00    | product | view_item
    s2      | bob     | app     | 08:01    | cart    | add_to_cart
    s2      | bob     | app     | 08:02    | cart    | view_cart
    s2      | bob     | app     | 08:05    | done    | purchase
    s3      | bob     | app     | 18:00    | home    | page_view
    s3      | bob     | app     | 18:02    | product | view_item
    s4      | cat     | web     | 08:00    | home    | page_view
    s4      | cat     | web     | 08:04    | product | view_item
    s4      | cat     | web     | 08:04:30 | product | page_view
"""


def search(pattern: str, **options: object) -> PathSearch:
    return search_paths(draw(MORNING), pattern, **options)  # type: ignore[arg-type]


def find(pattern: str, **options: object) -> list[str]:
    return search(pattern, **options).sessions["session_id"].to_list()


@pytest.mark.parametrize(
    ("pattern", "sessions"),
    [
        ("product -> [^cart]* -> exit", ["s1", "s3", "s4"]),
        ("product → cart", ["s2"]),
        ("home -> done", []),
        ("entry -> home", ["s1", "s3", "s4"]),
        ("entry -> product", ["s2"]),
        ("product -> exit", ["s3", "s4"]),
        ("home -> * -> help", ["s1"]),
        ("home -> * -> product", []),
        ("entry -> ** -> exit", ["s1", "s2", "s3", "s4"]),
        ("entry -> *{2} -> exit", ["s3", "s4"]),
        ("entry -> *{3,} -> exit", ["s1", "s2"]),
        ("entry -> home? -> product -> exit", ["s3", "s4"]),
        ("product -> [cart help]", ["s1", "s2"]),
        ("event:add_to_cart -> ** -> event:purchase", ["s2"]),
        ("event:view_item -> [^event:add_to_cart]* -> exit", ["s1", "s3", "s4"]),
        ("event:refund", []),
        ('"h*" -> product', ["s1", "s3", "s4"]),
        ('entry -> [^"h*" done]', ["s2"]),
    ],
)
def test_a_pattern_finds_the_sessions_that_went_so(pattern: str, sessions: list[str]) -> None:
    assert find(pattern) == sessions


def test_it_tells_how_many_of_all_sessions_and_how_many_people_by_channel() -> None:
    counts = search("product -> [^cart]* -> exit").counts
    assert counts.select("channel", "sessions", "matched", "people").rows() == [
        ("(all)", 4, 3, 3),
        ("app", 2, 1, 1),
        ("web", 2, 2, 2),
    ]
    assert counts["share"].to_list() == [0.75, 0.5, 1.0]


def test_it_tells_the_ways_that_were_gone_the_most_common_first() -> None:
    paths = search("entry -> home -> ** -> exit").paths
    assert paths.select("path", "sessions", "people", "median_seconds").rows() == [
        (["(entry)", "home", "product", "(exit)"], 2, 2, 180.0),
        (["(entry)", "home", "product", "help", "(exit)"], 1, 1, 120.0),
    ]
    assert paths["share"].to_list() == [2 / 3, 1 / 3]


def test_a_caller_gets_the_sessions_and_where_in_them_the_way_begins_and_ends() -> None:
    (row,) = search("cart -> done").sessions.iter_rows(named=True)
    assert (row["session_id"], row["person_id"], row["channel"]) == ("s2", "bob", "app")
    assert (row["first_step"], row["last_step"], row["steps"], row["seconds"]) == (2, 4, 2, 240.0)


def test_a_reload_is_no_step_unless_asked_for() -> None:
    assert find("product{2}") == []
    assert find("product{2}", settings=PathSettings(repeats="kept")) == ["s4"]
    assert find("product -> cart -> done", settings=PathSettings(repeats="kept")) == []


def test_a_run_of_reloads_is_timed_by_its_first_event_or_its_last() -> None:
    def time(**settings: str) -> float | None:
        told = search("home -> product -> exit", settings=PathSettings(**settings)).sessions  # type: ignore[arg-type]
        return told.filter(session_id="s4")["seconds"].item()  # type: ignore[no-any-return]

    assert time() == 240.0
    assert time(time_of_run="last") == 270.0


def test_a_pattern_that_names_an_event_walks_event_by_event() -> None:
    assert find("product -> cart -> done") == ["s2"]
    assert find("product -> cart -> event:purchase") == []
    assert find("product -> cart{2} -> event:purchase") == ["s2"]
    (path,) = search("event:add_to_cart -> **").paths["path"].to_list()
    assert path == ["add_to_cart@cart", "view_cart@cart", "purchase@done"]


def test_a_way_ends_where_its_goal_is_first_reached_and_a_last_repetition_goes_on() -> None:
    events = draw("""
        time  | page
        08:00 | home
        08:01 | plan
        08:02 | cart
        08:03 | plan
        08:04 | cart
        08:05 | plan
    """)

    def walk(pattern: str) -> list[str]:
        (path,) = search_paths(events, pattern).paths["path"].to_list()
        return path  # type: ignore[no-any-return]

    assert walk("home -> ** -> cart") == ["home", "plan", "cart"]
    assert walk("home -> *{1,3}") == ["home", "plan", "cart", "plan"]
    assert walk("cart -> ** -> exit") == ["cart", "plan", "cart", "plan", "(exit)"]


@pytest.mark.parametrize(
    ("pattern", "said"),
    [
        ("prodct -> exit", ["At character 1: no page is called 'prodct'; did you mean product"]),
        ("add_to_cart", ["the event is event:add_to_cart"]),
        ("event:add_cart", ["there is no event 'add_cart'; did you mean add_to_cart"]),
        ("hom -> exit", ["""for all that begin so, write "hom*" in quotes"""]),
        ('"x*"', ['no page fits "x*"']),
        ("home -> [^carrt -> exit -> home", ["At character 9: [^ is never closed", "no page is called 'carrt'", "At character 20: exit only ends"]),
        ("home cart", ["At character 6: cart follows without an arrow"]),
        ("home -> -> cart", ["At character 9: nothing stands here"]),
        ("home{5,2}", ["At character 5: {5,2} can never be"]),
        ("home{1000}", ["at most 100 times"]),
        ("home** ", ["At character 6: * is a second repetition"]),
        ("[]", ["the brackets hold nothing"]),
        ("[home *]", ["At character 7: * cannot stand in brackets"]),
        ('"home', ["At character 1: the quote is never closed"]),
        ("home*", ["no page at all would do"]),
        ("entry -> exit", ["no page at all would do"]),
        ("", ["At character 1: nothing stands here"]),
        ("home -> " * 200, ["it is too long"]),
        (" -> ".join(["home"] * 61), ["leave at most 60 names"]),
    ],
)  # fmt: skip
def test_a_wrong_pattern_is_refused_with_all_faults_their_places_and_remedies(pattern: str, said: list[str]) -> None:
    with pytest.raises(PatternError) as refused:
        search(pattern)
    assert [part for part in said if part not in str(refused.value)] == []


def test_the_form_of_a_pattern_is_checked_without_any_sessions() -> None:
    assert parse_pattern("home -> nowhere").to_exit is False
    with pytest.raises(PatternError, match=r"is never closed.*nothing stands here"):
        parse_pattern("[home -> ")


def test_where_there_are_no_sessions_nothing_is_found() -> None:
    counts, paths, sessions = search_paths(draw(MORNING).head(0), "home -> nowhere")
    assert counts.select("channel", "sessions", "matched", "share").rows() == [("(all)", 0, 0, 0.0)]
    assert (paths.height, sessions.height) == (0, 0)


def test_robots_and_steps_without_a_page_are_passed_over() -> None:
    events = draw("""
        visitor | time  | page | name      | robot
        ann     | 08:00 | home | page_view |
        ann     | 08:01 |      | share     |
        ann     | 08:02 | plan | page_view |
        bot     | 08:00 | home | page_view | scanner
    """)
    assert search_paths(events, "home -> plan").counts.row(0)[:3] == ("(all)", 1, 1)
    assert search_paths(events, "home -> event:share -> plan").counts.row(0)[:3] == ("(all)", 1, 1)
