"""Detours, communities and keystones, as a product owner reads them."""

import pytest

from ingest import Sessioned
from paths import (
    Community,
    Detour,
    GoalError,
    GoalSettings,
    Keystone,
    count_edges,
    find_communities,
    find_detours,
    rank_keystones,
    read_steps,
    walk_to_goal,
)
from tests.drawing import draw, make_events

ANY = GoalSettings(min_sessions=1)
SHOP = draw("""
    session | visitor | time  | page     | name
    s1      | ann     | 08:00 | home     | page_view
    s1      | ann     | 08:01 | category | view_item_list
    s1      | ann     | 08:02 | product  | view_item
    s1      | ann     | 08:03 | done     | purchase
    s1      | ann     | 08:04 | help     | page_view
    s2      | bob     | 08:00 | home     | page_view
    s2      | bob     | 08:01 | product  | view_item
    s2      | bob     | 08:02 | done     | purchase
    s3      | cat     | 08:00 | home     | page_view
    s3      | cat     | 08:01 | category | view_item_list
    s4      | dan     | 08:00 | product  | view_item
""")


def test_a_session_walks_to_its_first_goal_and_no_further() -> None:
    edges = count_edges(walk_to_goal(read_steps(SHOP), ANY))
    assert edges.filter(target="(goal)").select("source", "clicks").rows() == [("product", 2)]
    assert edges.filter(source="(goal)").select("target", "clicks").rows() == [("(exit)", 2)]
    assert set(edges["source"]) == {"(entry)", "home", "category", "product", "(goal)"}


def test_the_goal_may_be_a_page_or_any_of_several() -> None:
    for reach in ("category", '"cat*"'):
        edges = count_edges(walk_to_goal(read_steps(SHOP), GoalSettings(reach=reach)))
        assert edges.filter(target="(goal)").select("source", "clicks").rows() == [("home", 2)]


@pytest.mark.parametrize(
    ("reach", "said"),
    [
        ("purchase", "which is an event: write event:purchase"),
        ("event:purchse", "did you mean purchase"),
        ("home -> done", "name one page or one event"),
        ("*", "name one page or one event"),
        ("[home done]", "name one page or one event"),
        ("done+", "name one page or one event"),
        ("done -> exit", "name one page or one event"),
    ],
)
def test_a_goal_that_is_none_is_refused_with_its_remedy(reach: str, said: str) -> None:
    with pytest.raises(GoalError, match=said):
        GoalSettings(reach=reach)


def test_all_faults_of_the_goal_are_told_at_once() -> None:
    with pytest.raises(GoalError, match=r"reach is 'purchase'.*min_sessions is 0.*most_between is 0"):
        GoalSettings(reach="purchase", min_sessions=0, most_between=0)


def test_a_detour_passes_pages_though_a_link_leads_straight_on() -> None:
    detours = Detour.validate(find_detours(walk_to_goal(read_steps(SHOP), ANY), ANY))
    (row,) = detours.iter_rows(named=True)
    assert (row["source"], row["via"], row["target"]) == ("home", ["category"], "product")
    assert (row["sessions"], row["share"], row["direct_sessions"], row["extra_clicks"]) == (1, 0.5, 1, 1)


def test_without_the_link_there_is_no_detour() -> None:
    without = Sessioned.cast(SHOP.filter(SHOP["session_id"] != "s2"))
    assert find_detours(walk_to_goal(read_steps(without), ANY), ANY).height == 0


def test_those_who_never_reach_the_goal_make_no_detours() -> None:
    detours = find_detours(walk_to_goal(read_steps(SHOP), GoalSettings(reach="event:refund", min_sessions=1)), ANY)
    assert detours.height == 0


def test_few_sessions_prove_no_detour_and_long_ways_are_none() -> None:
    visits = walk_to_goal(read_steps(SHOP), ANY)
    assert find_detours(visits, GoalSettings(min_sessions=2)).height == 0
    long = draw("""
        session | visitor | time  | page | name
        s1      | ann     | 08:00 | a    | page_view
        s1      | ann     | 08:01 | x    | page_view
        s1      | ann     | 08:02 | y    | page_view
        s1      | ann     | 08:03 | b    | purchase
        s2      | bob     | 08:00 | a    | page_view
        s2      | bob     | 08:01 | b    | purchase
    """)
    visits = walk_to_goal(read_steps(long), ANY)
    assert find_detours(visits, ANY).select("source", "target", "via", "extra_clicks").rows() == [
        ("a", "(goal)", ["x", "y"], 2)
    ]
    assert find_detours(visits, GoalSettings(min_sessions=1, most_between=1)).height == 0


def test_a_keystone_is_a_page_without_which_the_goal_is_not_reached() -> None:
    keystones = Keystone.validate(rank_keystones(walk_to_goal(read_steps(SHOP), ANY), ANY))
    told = {row["page"]: row for row in keystones.iter_rows(named=True)}
    assert list(told) == ["home", "product", "category"]
    assert (told["product"]["loss"], told["product"]["goal_share_without"]) == (1.0, 0.0)
    assert told["home"]["goal_share"] == 0.5
    assert (told["product"]["goals"], told["product"]["sessions"], told["product"]["all_goals"]) == (2, 3, 2)
    assert told["product"]["onward"] == pytest.approx(2 / 3)
    assert (told["home"]["loss"], told["category"]["loss"]) == (1.0, 0.5)
    assert (told["category"]["low"], told["category"]["high"]) == pytest.approx((0.0945, 0.9055), abs=1e-4)


def test_pages_of_few_visits_and_channels_without_the_goal_are_not_told() -> None:
    visits = walk_to_goal(read_steps(SHOP), ANY)
    assert rank_keystones(visits, GoalSettings(min_sessions=3))["page"].to_list() == ["home", "product"]
    nobody = GoalSettings(reach="event:refund", min_sessions=1)
    assert rank_keystones(walk_to_goal(read_steps(SHOP), nobody), nobody).height == 0


def test_a_community_is_a_group_of_pages_that_customers_use_together() -> None:
    shop, help_ = ["plan", "phone", "cart"], ["faq", "bill", "chat"]
    walks = [*[shop * 3] * 5, *[help_ * 3] * 4, ["cart", "faq"]]
    events = make_events(
        {"session_id": f"s{number}", "visitor_id": f"v{number}", "page": page}
        for number, walk in enumerate(walks)
        for page in walk
    )
    communities = Community.validate(find_communities(count_edges(events)))
    assert communities.select("community", "pages").rows() == [
        ("cart", ["cart", "phone", "plan"]),
        ("faq", ["faq", "bill", "chat"]),
    ]
    assert communities["visits"].sum() == 10 * 9 - 9 + 2
    assert communities["stay_share"].to_list() == [40 / 41, 1.0]
    assert 0.4 < communities["modularity"][0] < 0.5


def test_pages_that_nobody_goes_on_from_are_communities_of_their_own() -> None:
    events = draw(
        "session | visitor | time | page \n s1 | ann | 08:00 | a \n s2 | bob | 08:00 | b \n s3 | bob | 18:00 | b"
    )
    assert find_communities(count_edges(events)).select("community", "stay_share", "modularity").rows() == [
        ("b", None, 0.0),
        ("a", None, 0.0),
    ]
    assert find_communities(count_edges(events.head(0))).height == 0


def test_of_very_many_links_the_busiest_are_looked_at_and_their_share_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    walks = ["abab", "abab", "cdcd", "bc"]
    events = make_events({"session_id": f"s{n}", "page": page} for n, walk in enumerate(walks) for page in walk)
    assert find_communities(count_edges(events))["looked_at"].to_list() == [1.0, 1.0]
    monkeypatch.setattr("paths.roles.communities.MOST_LINKS", 1)
    told = Community.validate(find_communities(count_edges(events)))
    assert told["looked_at"].to_list() == [pytest.approx(6 / 10)] * 3
    assert told["pages"].to_list() == [["b", "a"], ["c"], ["d"]]
