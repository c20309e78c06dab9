"""What is true of every table of ways: counting one by one finds the same, and a page taken away is really away."""

from collections import Counter
from itertools import pairwise

import dataframely as dy
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest import Sessioned
from paths import (
    Community,
    Detour,
    GoalSettings,
    Keystone,
    TopPath,
    TopPathSettings,
    count_edges,
    find_communities,
    find_detours,
    rank_keystones,
    rank_top_paths,
    read_steps,
    walk_to_goal,
)
from tests.drawing import make_events

ANY = GoalSettings(min_sessions=1, most_between=3)
Walk = list[tuple[str, str]]

walks = st.dictionaries(
    st.sampled_from("stuvw"),
    st.lists(st.tuples(st.sampled_from("abcd"), st.sampled_from(["page_view", "page_view", "purchase"])), min_size=1, max_size=8),
    min_size=1,
)  # fmt: skip


def make_frame(walks: dict[str, Walk]) -> pl.DataFrame:
    return make_events(
        {"session_id": session, "visitor_id": session, "channel": "web", "page": page, "name": name}
        for session, walk in walks.items()
        for page, name in walk
    )


def collapse(pages: list[str]) -> list[str]:
    return [page for place, page in enumerate(pages) if place == 0 or pages[place - 1] != page]


def cut_at_goal(walk: Walk) -> list[str]:
    names = [name for _, name in walk]
    end = names.index("purchase") if "purchase" in names else len(walk)
    return collapse([page for page, _ in walk[:end]] + ["(goal)"] * ("purchase" in names))


@settings(deadline=None, max_examples=40)
@given(walks)
def test_a_keystone_costs_what_turning_its_visitors_away_costs(walks: dict[str, Walk]) -> None:
    """Walk every session again, and let it end at the page."""
    told = Keystone.validate(rank_keystones(walk_to_goal(read_steps(Sessioned.cast(make_frame(walks))), ANY), ANY))
    ways = [cut_at_goal(walk) for walk in walks.values()]
    goals = sum("(goal)" in way for way in ways)
    assert set(told["page"]) == ({page for way in ways for page in way} - {"(goal)"} if goals else set())
    for row in told.iter_rows(named=True):
        without = sum("(goal)" in way and row["page"] not in way for way in ways)
        assert (row["all_goals"], row["all_sessions"]) == (goals, len(ways))
        assert row["sessions"] == sum(row["page"] in way for way in ways)
        assert row["goal_share_without"] == pytest.approx(without / len(ways))
        assert row["loss"] == pytest.approx(1 - without / goals)


@settings(deadline=None, max_examples=40)
@given(walks)
def test_detours_are_those_that_going_through_every_session_finds(walks: dict[str, Walk]) -> None:
    paths = {session: cut_at_goal(walk) for session, walk in walks.items()}
    links = {link for path in paths.values() for link in pairwise(path)}
    times: Counter[tuple[str, str]] = Counter()
    clicks: Counter[tuple[str, str]] = Counter()
    sessions: Counter[tuple[str, str]] = Counter()
    for path in paths.values():
        if path[-1:] != ["(goal)"]:
            continue
        rounds = [
            (path[i], path[j], j - i - 1)
            for i in range(len(path))
            for j in range(i + 2, min(i + ANY.most_between + 2, len(path)))
            if path[i] != path[j] and not {path[i], path[j]} & set(path[i + 1 : j]) and (path[i], path[j]) in links
        ]
        sessions.update({(a, b) for a, b, _ in rounds})
        for a, b, between in rounds:
            times[a, b] += 1
            clicks[a, b] += between
    found = Detour.validate(find_detours(walk_to_goal(read_steps(Sessioned.cast(make_frame(walks))), ANY), ANY))
    assert {
        (row["source"], row["target"]): (row["sessions"], row["times"], row["extra_clicks"])
        for row in found.iter_rows(named=True)
    } == {link: (sessions[link], times[link], clicks[link]) for link in times}


@settings(deadline=None, max_examples=40)
@given(walks, st.integers(1, 4))
def test_top_paths_are_those_that_counting_finds(walks: dict[str, Walk], pages: int) -> None:
    paths = {session: collapse([page for page, _ in walk]) for session, walk in walks.items()}
    bought = {session for session, walk in walks.items() if any(name == "purchase" for _, name in walk)}
    wholes = {session: [tuple(path)] for session, path in paths.items()}
    starts = {session: [tuple([*path, "(exit)"][:pages])] for session, path in paths.items()}
    runs = {
        session: [tuple(path[i : i + pages]) for i in range(len(path) - pages + 1)] for session, path in paths.items()
    }
    table = TopPath.validate(
        rank_top_paths(Sessioned.cast(make_frame(walks)), TopPathSettings(pages=pages, most=1000), ANY)
    )
    for part, ways in (("whole", wholes), ("start", starts), ("within", runs)):
        told = table.filter(part=part)
        times = Counter(way for each in ways.values() for way in each)
        sessions = Counter(way for each in ways.values() for way in set(each))
        reached = Counter(way for session, each in ways.items() for way in set(each) if session in bought)
        assert {
            tuple(row["path"]): (row["sessions"], row["times"], row["reached"]) for row in told.iter_rows(named=True)
        } == {way: (sessions[way], times[way], reached[way]) for way in times}
        assert told["shown"].tail(1).to_list() == [1.0] * bool(times)
        assert told["sessions"].to_list() == sorted(told["sessions"], reverse=True)


@settings(deadline=None, max_examples=40)
@given(walks)
def test_each_page_is_in_one_community(walks: dict[str, Walk]) -> None:
    edges = count_edges(Sessioned.cast(make_frame(walks)))
    communities = Community.validate(find_communities(edges))
    assert sorted(communities["pages"].explode()) == sorted(set(edges["target"]) - {"(exit)"})
    assert communities["visit_share"].sum() == pytest.approx(1.0)
    assert communities["visits"].sum() == edges.filter(pl.col("source") != "(entry)")["clicks"].sum()


@settings(deadline=None, max_examples=40)
@given(walks)
def test_the_order_of_the_log_does_not_matter(walks: dict[str, Walk]) -> None:
    frame = make_frame(walks)
    shuffled = Sessioned.cast(frame.sample(fraction=1, shuffle=True, seed=1))
    tables = [_make_tables(events) for events in (Sessioned.cast(frame), shuffled)]
    assert all(one.equals(other) for one, other in zip(*tables, strict=True))


def _make_tables(events: dy.DataFrame[Sessioned]) -> list[pl.DataFrame]:
    visits = walk_to_goal(read_steps(events), ANY)
    keystones = rank_keystones(visits, ANY)
    return [rank_top_paths(events), find_detours(visits, ANY), keystones, find_communities(count_edges(events))]
