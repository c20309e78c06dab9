"""What comes within a few clicks, and what comes right after."""

import numpy as np
import pytest

from paths import (
    ClickWalks,
    SequenceSettings,
    index_sessions,
    rank_followers,
    rank_rules,
    read_item_walks,
    read_page_walks,
)
from serving import NeighbourSettings, RankedLists
from tests.drawing import draw

EVENING = """
    session | visitor | channel | time  | name      | page | item
    s2      | bob     | app     | 09:00 | page_view | home |
    s2      | bob     | app     | 09:01 | view_item | prod | P2
    s2      | bob     | app     | 09:02 | view_item | prod | P1
    s1      | ann     | web     | 08:00 | page_view | home |
    s1      | ann     | web     | 08:01 | view_item | prod | P1
    s1      | ann     | web     | 08:02 | page_view | prod |
    s1      | ann     | web     | 08:03 | view_item | prod | P2
    s1      | ann     | web     | 08:04 | page_view | home |
"""


def show(lists: RankedLists, key: str) -> dict[str, tuple[float, int, int]]:
    found = lists.rank_targets(key)
    names = lists.targets[found.target].tolist()
    scores = [round(score, 4) for score in found.score.tolist()]
    return {
        name: (score, together, found.alone)
        for name, score, together in zip(names, scores, found.together.tolist(), strict=True)
    }


def test_walks_are_by_their_last_click_and_repeats_are_one() -> None:
    walks = read_page_walks(draw(EVENING))
    assert walks.session.tolist() == [0, 0, 0, 1, 1]
    assert [walks.keys[code] for code in walks.click.tolist()] == [
        "web\thome",
        "web\tprod",
        "web\thome",
        "app\thome",
        "app\tprod",
    ]


def test_item_walks_hold_views_alone() -> None:
    walks = read_item_walks(draw(EVENING))
    assert [walks.keys[code] for code in walks.click.tolist()] == ["P1", "P2", "P2", "P1"]


def test_rules_weigh_what_is_near_and_count_each_session_once() -> None:
    walks = ClickWalks(np.array([0, 0, 0, 0, 1, 1]), np.array([0, 1, 0, 1, 0, 1]), ["a", "b"])
    assert show(rank_rules(walks, SequenceSettings()), "a") == {
        "b": (round((1 + 1 / 3 + 1 + 1) / 2, 4), 2, 2),
        "a": (0.25, 1, 2),
    }
    assert show(rank_rules(walks, SequenceSettings(within_clicks=1)), "a") == {"b": (1.5, 2, 2)}
    assert show(rank_rules(walks, SequenceSettings(distance_power=2)), "a") == {
        "b": (round((1 + 1 / 9 + 1 + 1) / 2, 4), 2, 2),
        "a": (0.125, 1, 2),
    }


def test_followers_are_shares_of_clicks_that_went_on() -> None:
    walks = ClickWalks(np.array([0, 0, 0, 1, 1]), np.array([0, 1, 2, 0, 2]), ["a", "b", "c"])
    assert show(rank_followers(walks), "a") == {"b": (0.5, 1, 2), "c": (0.5, 1, 2)}


def test_pages_lead_to_pages_of_the_same_channel_and_bear_no_channel() -> None:
    lists = rank_rules(read_page_walks(draw(EVENING)), SequenceSettings())
    assert lists.keys.tolist() == ["app\thome", "web\thome", "web\tprod"]
    assert set(lists.targets.tolist()) == {"home", "prod"}


def test_no_walks_make_empty_models() -> None:
    walks = read_item_walks(draw("time | page \n 08:00 | a"))
    assert rank_rules(walks, SequenceSettings()).keys.size == rank_followers(walks).keys.size == 0
    assert index_sessions(walks, NeighbourSettings()).keys.size == 0


def test_wrong_settings_are_told_all_at_once() -> None:
    with pytest.raises(
        ValueError, match=r"`within_clicks` is 0: give 1 or more; `distance_power` is -1.0: give 0 or more; `most`"
    ):
        SequenceSettings(within_clicks=0, distance_power=-1.0, most=-1)
