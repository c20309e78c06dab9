"""Session neighbours: what the past sessions most like a visit clicked on, near what they have in common."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from serving.past_sessions import PLACES, PastSessions, Scales
from serving.vocabulary import ABSENT, Float32Array, Int32Array, Int64Array, find_code

LATEST_CLICKS = 10
"""Different clicks of a visit that are compared, the latest: older ones weigh next to nothing."""

LEAST_RARITY = 0.01
"""What stands in every session is hardly rare, but still something in common."""

LOW = (1 << 32) - 1
"""The lower half of a key that sorts two numbers at once."""
LAST = np.int32((1 << 31) - 1)


class Alike(NamedTuple):
    """The past sessions most like a visit, the newest first."""

    session: Int32Array
    like: Float32Array
    place: npt.NDArray[np.uint8]
    """Where in the session the latest click in common stands."""


class Proposal(NamedTuple):
    """What neighbours propose, best first, and what they clicked on."""

    target: Int32Array
    score: Float32Array
    clicked: Int32Array
    """Every click of every neighbour: the evidence."""
    neighbours: int


NOTHING = Proposal(np.empty(0, np.int32), np.empty(0, np.float32), np.empty(0, np.int32), 0)


class SessionNeighbours:
    """Past sessions made ready to answer; threads may share it, since nothing in it changes.

    A visit clicked on i, back(i) clicks ago (0 for where it is now). A past session n is as like it as

        like(n) = (weight(n) · Σ e^(−back(i) / click_fade) · rarity(i)^rarity_power)^sharpness,  over the i of both
        weight(n) = e^(−age(n) / age_fade) / length(n)^length_power,    rarity(i) = ln(sessions / sessions with i)

    The `neighbours` most alike say for every j that they clicked on, d(n, j) clicks after the latest one in common,

        said(j) = Σ like(n) · nearness(d),    nearness(d) = e^(−(|d| − 1) / step_fade), times `before` where d ≤ 0
        score(j) = rarity(j)^target_power · (said(j) + own · e^(−back(j) / own_fade) · Σ said)

    the last part where the visit itself clicked on j. It is of the family of VSKNN (M. Ludewig and D. Jannach, 2018),
    STAN (D. Garg and others, 2019) and VSTAN (M. Ludewig and others, 2021); `sharpness`, `before` and `own` are ours.
    Equal likeness: the newer session; equal scores: the order of the names.
    """

    def __init__(self, past: PastSessions) -> None:
        self.past = past
        scales = Scales(*past.scales.tolist())
        self._most = int(scales.neighbours)
        self._fade = np.exp(-np.arange(PLACES) / scales.click_fade)
        self._sharpness = np.float32(scales.sharpness)
        self._own = scales.own * np.exp(-np.arange(PLACES) / scales.own_fade)
        self._nearness = _tabulate_nearness(scales)
        rarity = np.maximum(np.log(scales.sessions / past.seen), LEAST_RARITY)
        self._pull, self._stir = rarity**scales.rarity_power, rarity**scales.target_power
        self._weight = _weigh_sessions(past, scales)

    def rank_next(self, visit: Sequence[str]) -> Proposal:
        """Rank what a visit may click next, given its clicks so far, the latest last; unknown ones are passed over."""
        codes, back = self._recall_clicks(visit)
        if not codes:
            return NOTHING
        return self._add_up(self._find_neighbours(codes, back), codes, back)

    def _recall_clicks(self, visit: Sequence[str]) -> tuple[list[int], list[int]]:
        """Look up the latest different clicks, the latest first, and how far back each was."""
        found: dict[int, int] = {}
        looked_up = set()
        for back, name in enumerate(reversed(visit[-PLACES:])):
            if name in looked_up:
                continue
            looked_up.add(name)
            code = find_code(self.past.keys, name)
            if code != ABSENT:
                found[code] = back
            if len(found) == LATEST_CLICKS:
                break
        return list(found), list(found.values())

    def _find_neighbours(self, codes: list[int], back: list[int]) -> Alike:
        """Find the sessions most alike, how much, and where in each the latest click in common stands."""
        past = self.past
        rows = [slice(*past.recent_starts[code : code + 2].tolist()) for code in codes]
        gains = [float(self._fade[ago] * self._pull[code]) for code, ago in zip(codes, back, strict=True)]
        if len(rows) == 1:
            session, place = past.recent[rows[0]], past.place[rows[0]]
            alike = Alike(session, self._sharpen(np.float32(gains[0]), session), place)
        else:
            alike = self._merge(rows, gains)
        if len(alike.session) <= self._most:
            return alike
        key = (alike.like.view(np.int32).astype(np.int64) << 32) | (LAST - alike.session)
        chosen = key.argpartition(len(key) - self._most)[len(key) - self._most :]
        chosen.sort()
        return Alike(alike.session[chosen], alike.like[chosen], alike.place[chosen])

    def _merge(self, rows: list[slice], gains: list[float]) -> Alike:
        """Put the sessions of several clicks together, each once, the newest first."""
        past = self.past
        key = np.concatenate([past.recent[row] for row in rows]).astype(np.int64)
        key <<= 32
        key |= np.arange(len(key))
        key.sort()
        order, session = key & LOW, (key >> 32).astype(np.int32)
        first = _mark_firsts(session)
        gain = np.repeat(np.array(gains, np.float32), [row.stop - row.start for row in rows])
        like = np.add.reduceat(gain[order], first)
        session = session[first]
        place = np.concatenate([past.place[row] for row in rows])[order[first]]
        return Alike(session, self._sharpen(like, session), place)

    def _sharpen(self, common: Float32Array | np.float32, session: Int32Array) -> Float32Array:
        """Turn what sessions have in common with a visit into how much they are alike."""
        like: Float32Array = (common * self._weight[session]) ** self._sharpness
        return like

    def _add_up(self, alike: Alike, codes: list[int], back: list[int]) -> Proposal:
        """Add up what the neighbours clicked on, best first."""
        past = self.past
        begin = past.starts[alike.session]
        length = past.starts[alike.session + 1] - begin
        shift = length.cumsum() - length
        end = int(shift[-1] + length[-1])
        row = np.arange(end)
        distance = row - (shift + alike.place - PLACES).repeat(length)
        row += (begin - shift).repeat(length)
        clicked, share = np.empty(end + len(codes), np.int32), np.empty(end + len(codes))
        past.click.take(row, out=clicked[:end])
        np.multiply(alike.like.repeat(length), self._nearness[distance], out=share[:end])
        clicked[end:] = codes
        share[end:] = self._own[back] * share[:end].sum()
        score = (np.bincount(clicked, weights=share)[clicked] * self._stir[clicked]).astype(np.float32)
        key = (score.view(np.int32).astype(np.int64) << 32) | (LAST - clicked)
        key.sort()
        best = key[_mark_firsts(key)][::-1]
        score = (best >> 32).astype(np.int32).view(np.float32)
        return Proposal((LAST - (best & LOW)).astype(np.int32), score, clicked[:end], len(begin))


def _weigh_sessions(past: PastSessions, scales: Scales) -> Float32Array:
    """Weigh each session by its length and age."""
    weight = np.exp(-past.age / scales.age_fade) / np.diff(past.starts) ** scales.length_power
    return np.asarray(weight, dtype=np.float32)


def _tabulate_nearness(scales: Scales) -> Float32Array:
    """Work out the nearness of every distance from −255 to 255."""
    distance = np.arange(-PLACES, PLACES + 1)
    near = np.exp(-(np.maximum(np.abs(distance), 1) - 1) / scales.step_fade)
    return np.where(distance > 0, near, near * scales.before)


def _mark_firsts(values: npt.NDArray[np.integer]) -> Int64Array:
    """Find where each run of equal values begins; there is at least one value."""
    marks = np.empty(len(values), np.bool_)
    marks[0] = True
    np.not_equal(values[1:], values[:-1], out=marks[1:])
    return marks.nonzero()[0]
