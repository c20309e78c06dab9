"""The contenders of the next-click table: all answer through `serving.Answers`, as the API does."""

from collections.abc import Callable

import numpy as np
from scipy.sparse import csr_array

from benchmarks.rivals import count_plainly
from paths import ClickWalks, SequenceSettings, rank_followers, rank_rules
from paths import index_sessions as index_walks
from serving import Answers, ClickModel, Ladders, NeighbourSettings, PastSessions, RankedLists, Snapshot

CHOSEN = {
    "yoochoose_100k": NeighbourSettings(
        neighbours=200, sharpness=2.5, click_fade=2.0, step_fade=2.0, before=0.4, length_power=0.25, rarity_power=1.0,
        target_power=0.25, age_fade=1.0, own=1.0, onward=1.0,
    ),
    "diginetica_sessions": NeighbourSettings(
        neighbours=500, sharpness=1.5, click_fade=2.0, step_fade=5.0, before=0.4, length_power=0.25, rarity_power=1.5,
        target_power=2.0, age_fade=1.0, own=1.5, onward=1.5,
    ),
    "retailrocket_sessions": NeighbourSettings(
        neighbours=100, sharpness=2.0, click_fade=5.0, step_fade=3.0, before=0.6, length_power=0.25, rarity_power=2.0,
        target_power=1.0, age_fade=1.0, own=1.0, onward=1.0,
    ),
}  # fmt: skip
"""What `benchmarks.click_search` chose on each validation split."""

RULES = {
    "yoochoose_100k": SequenceSettings(distance_power=2.0),
    "diginetica_sessions": SequenceSettings(),
    "retailrocket_sessions": SequenceSettings(),
}
"""Of the powers 1, 1.5, 2 and 3, the best on each validation split."""


def read_walks(sessions: list[list[str]]) -> ClickWalks:
    """Number the clicks of sessions, the oldest first; repeats stay."""
    keys = sorted({item for session in sessions for item in session})
    code_of = {key: code for code, key in enumerate(keys)}
    number = np.repeat(np.arange(len(sessions)), [len(session) for session in sessions])
    click = np.fromiter((code_of[item] for session in sessions for item in session), np.int64, len(number))
    return ClickWalks(number, click, keys)


def index_sessions(sessions: list[list[str]], settings: NeighbourSettings) -> PastSessions:
    """Index sessions, the oldest first."""
    return index_walks(read_walks(sessions), settings)


def list_contenders(name: str) -> dict[str, Callable[[ClickWalks], Answers]]:
    """List who answers: each learns from walks."""
    return {
        "neighbours, chosen settings": lambda walks: _answer(
            "neighbours", item_sessions=index_walks(walks, CHOSEN[name])
        ),
        "neighbours, default settings": lambda walks: _answer(
            "neighbours", item_sessions=index_walks(walks, NeighbourSettings())
        ),
        "sequential rules": lambda walks: _answer("rules", item_rules=rank_rules(walks, RULES[name])),
        "Markov, first order": lambda walks: _answer("graph", next_item=rank_followers(walks)),
        "item kNN, cosine": lambda walks: _answer(
            "rules", item_rules=count_plainly(walks.keys, tabulate_walks(walks), 0.5, 0.5)
        ),
        "popularity": lambda walks: _answer(popular=rank_popular(walks)),
    }


def tabulate_walks(walks: ClickWalks) -> csr_array:
    """Lay out which session clicked on what, as ones."""
    table = csr_array((np.ones(walks.length), (walks.session, walks.click)))
    table.data[:] = 1.0
    return table


def rank_popular(walks: ClickWalks) -> RankedLists:
    """Rank items by their clicks."""
    clicks = np.bincount(walks.click, minlength=len(walks.keys))
    keys = ["all"] * len(walks.keys)
    return RankedLists.from_rows(keys, walks.keys, score=clicks, together=clicks, alone=[int(clicks.sum())] * len(keys))


def _answer(*models: ClickModel, **parts: object) -> Answers:
    return Answers(Snapshot(ladders=Ladders.from_choices({("next_item", "all"): models}), **parts))  # type: ignore[arg-type]
