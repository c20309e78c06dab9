"""Session neighbours against the formula, worked out click by click."""

import math
from collections import Counter

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from serving import NeighbourSettings, PastSessions, SessionNeighbours

KEYS = ["b", "a", "d", "c", "f", "e"]
WALKS = st.lists(st.lists(st.sampled_from(KEYS), max_size=7), max_size=9)
VISITS = st.lists(st.sampled_from([*KEYS, "stranger"]), max_size=5)
SETTINGS = st.builds(
    NeighbourSettings,
    sample=st.integers(1, 5),
    neighbours=st.integers(1, 6),
    sharpness=st.sampled_from([1.0, 2.0]),
    click_fade=st.sampled_from([0.7, 3.0]),
    step_fade=st.sampled_from([1.0, 4.0]),
    before=st.sampled_from([0.0, 0.6, 1.0]),
    length_power=st.sampled_from([0.0, 0.5]),
    rarity_power=st.sampled_from([0.0, 1.0]),
    target_power=st.sampled_from([0.0, 0.5]),
    age_fade=st.sampled_from([0.5, 2.0]),
    own=st.sampled_from([0.0, 1.0]),
    onward=st.sampled_from([0.0, 0.5]),
)


def index(walks: list[list[str]], settings: NeighbourSettings) -> PastSessions:
    number = [place for place, walk in enumerate(walks) for _ in walk]
    return PastSessions.from_codes(KEYS, number, [KEYS.index(key) for walk in walks for key in walk], settings)


def shape(clicks: list[str]) -> tuple[int, ...]:
    """Name the last five clicks by who is who."""
    last = clicks[-5:]
    return tuple(last.index(key) for key in last)


def count_returns_by_hand(walks: list[list[str]]) -> dict[tuple[int, ...], Counter[int]]:
    """Count for each rhythm how many clicks back sessions went on to; 0 is something new."""
    counts: dict[tuple[int, ...], Counter[int]] = {}
    for walk in walks:
        for place in range(1, len(walk)):
            past = walk[:place][::-1]
            gone = past.index(walk[place]) + 1 if walk[place] in past else 0
            counts.setdefault(shape(walk[:place]), Counter())[gone] += 1
    return counts


def tell_odds_by_hand(walks: list[list[str]], visit: list[str], back: int) -> float:
    """Follow the formula in `learn_returns`."""
    counts = count_returns_by_hand(walks)
    overall = sum(counts.values(), Counter({0: 1}))
    here = counts.get(shape(visit), Counter())
    returned, new = (here[gone] + 10 * overall[gone] / overall.total() for gone in (back + 1, 0))
    return returned / new


def look_around_by_hand(walks: list[list[str]], said: dict[str, float]) -> dict[str, float]:
    """Pass on what neighbours say to what stands close; there are fewer than 20 keys, so that none is cut."""
    passed: dict[str, float] = {}
    for source, weight in said.items():
        close: dict[str, float] = {}
        for walk in walks:
            for one, key in enumerate(walk):
                for other in range(max(one - 3, 0), min(one + 4, len(walk))):
                    if key == source != walk[other]:
                        close[walk[other]] = close.get(walk[other], 0) + 1 / abs(one - other)
        for key, closeness in close.items():
            share = closeness / sum(close.values())
            passed[key] = passed.get(key, 0) + share * weight / max(sum(said.values()), 1e-30)
    return passed


def score_by_hand(walks: list[list[str]], visit: list[str], settings: NeighbourSettings) -> dict[str, float]:
    """Follow the formula in `SessionNeighbours`, one session and one click after the other."""
    past = [walk for walk in walks if len(walk) > 1][::-1]
    held = {key: [number for number, walk in enumerate(past) if key in walk] for key in KEYS}
    rarity = {key: max(math.log(len(past) / len(held[key])), 0.01) for key in KEYS if held[key]}
    back = {}
    for ago, key in enumerate(reversed(visit)):
        if held.get(key):
            back.setdefault(key, ago)
    common: dict[int, list[str]] = {}
    for key in back:
        for number in held[key][: settings.sample]:
            common.setdefault(number, []).append(key)
    like = {}
    for number, keys in common.items():
        age, length = number / len(past), len(past[number])
        weight = math.exp(-age / settings.age_fade) / length**settings.length_power
        told = sum(math.exp(-back[key] / settings.click_fade) * rarity[key] ** settings.rarity_power for key in keys)
        like[number] = (weight * told) ** settings.sharpness
    chosen = sorted(like, key=lambda number: (-round(like[number], 12), number))[: settings.neighbours]
    said: dict[str, float] = {}
    for number in chosen:
        latest = min(common[number], key=lambda key: back[key])
        here = max(place for place, key in enumerate(past[number]) if key == latest)
        for place, key in enumerate(past[number]):
            near = math.exp(-(max(abs(place - here), 1) - 1) / settings.step_fade)
            said[key] = said.get(key, 0) + like[number] * near * (1 if place > here else settings.before)
    total = sum(said.values())
    near = {key: total * share for key, share in look_around_by_hand(walks, said).items()} if settings.onward else {}
    for key, ago in back.items():
        said[key] = said.get(key, 0) + settings.own * tell_odds_by_hand(walks, visit, ago) * total
    for key, passed in near.items():
        said[key] = said.get(key, 0) + settings.onward * passed
    return {key: score * rarity[key] ** settings.target_power for key, score in said.items()}


@given(WALKS, VISITS, SETTINGS)
def test_scores_follow_the_formula(walks: list[list[str]], visit: list[str], settings: NeighbourSettings) -> None:
    past = index(walks, settings)
    found = SessionNeighbours(past).rank_next(visit)
    by_hand = score_by_hand(walks, visit, settings)
    names = past.keys[found.target].tolist()
    assert set(names) == set(by_hand)
    np.testing.assert_allclose(found.score, [by_hand[name] for name in names], rtol=1e-4)
    assert (np.diff(found.score) <= 0).all()
    ties = np.flatnonzero(np.diff(found.score) == 0)
    assert all(names[place] < names[place + 1] for place in ties)


@given(WALKS, VISITS, SETTINGS)
def test_the_same_sessions_answer_with_the_same_bytes(
    walks: list[list[str]], visit: list[str], settings: NeighbourSettings
) -> None:
    one, other = (SessionNeighbours(index(walks, settings)).rank_next(visit) for _ in range(2))
    assert one.target.tobytes() == other.target.tobytes()
    assert one.score.tobytes() == other.score.tobytes()


@given(WALKS, SETTINGS)
def test_every_recent_session_is_found_where_it_is_said_to_be(
    walks: list[list[str]], settings: NeighbourSettings
) -> None:
    past = index(walks, settings)
    for key, first, last in zip(past.keys.tolist(), past.recent_starts, past.recent_starts[1:], strict=False):
        sessions = past.recent[first:last].tolist()
        assert sessions == sorted(set(sessions))
        assert len(sessions) <= settings.sample
        for session, place in zip(sessions, past.place[first:last].tolist(), strict=True):
            clicks = past.keys[past.click[past.starts[session] : past.starts[session + 1]]].tolist()
            assert clicks[place] == key
            assert key not in clicks[place + 1 :]
