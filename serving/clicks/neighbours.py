"""Session neighbours: what the past sessions most like a visit clicked on, near what they have in common."""

from bisect import bisect_left
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from serving.clicks.past_sessions import PLACES, Float64Array, PastSessions, Scales
from serving.clicks.returns import BACKS, RHYTHMS, code_rhythm
from serving.clicks.surroundings import MOST
from serving.vocabulary import Float32Array, Int32Array, Int64Array

Floats = npt.NDArray[np.floating]

LATEST_CLICKS = 10
"""Different clicks of a visit that are compared, the latest: older ones weigh next to nothing."""

BEST = 20
"""Proposals whose surroundings are looked at; 50 gain 0.1 HR@20 and take longer."""

LEAST = 1e-30
"""Instead of nothing, to divide by."""

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
    """What neighbours clicked on, each once, rising; and how often: the evidence."""
    clicks: Int64Array
    neighbours: int


NOTHING = Proposal(np.empty(0, np.int32), np.empty(0, np.float32), np.empty(0, np.int32), np.empty(0, np.int64), 0)


class SessionNeighbours:
    """Past sessions made ready to answer; threads may share it, since nothing in it changes.

    A visit clicked on i, back(i) clicks ago (0 for where it is now). A past session n is as like it as

        like(n) = (weight(n) · Σ e^(−back(i) / click_fade) · rarity(i)^rarity_power)^sharpness,  over the i of both
        weight(n) = e^(−age(n) / age_fade) / length(n)^length_power,    rarity(i) = ln(sessions / sessions with i)

    The `neighbours` most alike say for every j that they clicked on, d(n, j) clicks after the latest one in common,

        said(j) = Σ like(n) · nearness(d),    nearness(d) = e^(−(|d| − 1) / step_fade), times `before` where d ≤ 0

    Two things that neighbours are too few to say are added, as shares of all that they say:

        score(j) = rarity(j)^target_power · (said(j) + (own · odds(back(j) | rhythm) + onward · near(j)) · Σ said)
        near(j) = Σ said(i) · share(i → j) / Σ said(i),    over the 20 best i

    The odds, where the visit itself clicked on j: how often past sessions went back so far, against going on to
    something new, after last clicks that repeated each other in the same way (`learn_returns`). And what stands close
    to the best that neighbours say (`find_surroundings`): one step of a random walk on from there. It is of the family
    of VSKNN (M. Ludewig and D. Jannach, 2018), STAN (D. Garg and others, 2019) and VSTAN (M. Ludewig and others, 2021);
    `sharpness`, `before` and both additions are ours.
    Equal likeness: the newer session; equal scores: the order of the names.
    """

    def __init__(self, past: PastSessions) -> None:
        self.past = past
        self._names: list[str] = past.keys.tolist()
        scales = Scales(*past.scales.tolist())
        self._most = int(scales.neighbours)
        self._onward = scales.onward
        self._near, self._near_share = past.near.reshape(-1, MOST), past.near_share.reshape(-1, MOST)
        self._length = np.diff(past.starts)
        self._fade = np.exp(-np.arange(PLACES) / scales.click_fade)
        self._sharpness = np.float32(scales.sharpness)
        self._own = np.zeros((RHYTHMS, PLACES))
        self._own[:, :BACKS] = scales.own * past.returns.reshape(RHYTHMS, BACKS)
        self._nearness = _tabulate_nearness(scales)
        rarity = np.maximum(np.log(scales.sessions / past.seen), LEAST_RARITY)
        self._pull, self._stir = rarity**scales.rarity_power, rarity**scales.target_power
        self._weight = _weigh_sessions(past, scales)

    def rank_next(self, visit: Sequence[str]) -> Proposal:
        """Rank what a visit may click next, given its clicks so far, the latest last; unknown ones are passed over."""
        codes, back = self._recall_clicks(visit)
        if not codes:
            return NOTHING
        return self._add_up(self._find_neighbours(codes, back), codes, self._own[code_rhythm(visit), back])

    def _recall_clicks(self, visit: Sequence[str]) -> tuple[list[int], list[int]]:
        """Look up the latest different clicks, the latest first, and how far back each was."""
        found: dict[int, int] = {}
        looked_up = set()
        for back, name in enumerate(reversed(visit[-PLACES:])):
            if name in looked_up:
                continue
            looked_up.add(name)
            code = bisect_left(self._names, name)
            if self._names[code : code + 1] == [name]:
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
            like = np.float32(gains[0]) * self._weight.take(session)
        else:
            session, place, common = self._merge(rows, gains)
            like = common * self._weight.take(session)
        if len(session) > self._most:
            chosen = _pack(like, session).argpartition(len(session) - self._most)[-self._most :]
            chosen.sort()
            session, place, like = session.take(chosen), place.take(chosen), like.take(chosen)
        return Alike(session, like**self._sharpness, place)

    def _merge(self, rows: list[slice], gains: list[float]) -> tuple[Int32Array, npt.NDArray[np.uint8], Float32Array]:
        """Put the sessions of several clicks together, each once, the newest first, with what they have in common."""
        past = self.past
        session, order, first = _group(np.concatenate([past.recent[row] for row in rows]))
        gain = np.repeat(np.array(gains, np.float32), [row.stop - row.start for row in rows])
        place = np.concatenate([past.place[row] for row in rows]).take(order.take(first))
        return session, place, np.add.reduceat(gain.take(order), first)

    def _add_up(self, alike: Alike, codes: list[int], own: Float64Array) -> Proposal:
        """Add up what the neighbours clicked on, the visit itself and what stands close, best first."""
        clicked, share = self._list_clicks(alike)
        known, order, first = _group(clicked)
        said = np.add.reduceat(share.take(order), first)
        clicks = np.append(first[1:], len(clicked)) - first
        near, passed = self._look_around(known, said)
        total = said.sum()
        said = np.concatenate([said, own * total, passed * total])
        target, order, first = _group(np.concatenate([known, np.array(codes, np.int32), near]))
        best = _pack(np.add.reduceat(said.take(order), first) * self._stir.take(target), target)
        best.sort()
        score, target = _unpack(best[::-1])
        return Proposal(target, score, known, clicks, len(alike.session))

    def _list_clicks(self, alike: Alike) -> tuple[Int32Array, Floats]:
        """List what each neighbour clicked on, and how much that says."""
        length, start = self._length.take(alike.session), self.past.starts.take(alike.session)
        end = length.cumsum()
        row = (start - end + length).repeat(length)
        row += np.arange(len(row))
        distance = row - (start + alike.place).repeat(length)
        share = self._nearness.take(distance + PLACES)
        share *= alike.like.repeat(length)
        return self.past.click.take(row), share

    def _look_around(self, target: Int32Array, said: Floats) -> tuple[Int32Array, Floats]:
        """Find what stands close to the best that neighbours say."""
        if not self._onward:
            return target[:0], said[:0]
        best = _pack(said, target)
        if len(best) > BEST:
            best.partition(len(best) - BEST)
            best = best[-BEST:]
        best.sort()
        weight, code = _unpack(best)
        weight *= self._onward / max(weight.sum(), LEAST)
        near, share = self._near.take(code, axis=0), self._near_share.take(code, axis=0)
        share *= weight[:, None]
        return near.ravel(), share.ravel()


def _group(code: Int32Array) -> tuple[Int32Array, Int64Array, Int64Array]:
    """Sort codes, of which there is at least one: each once, the order of all, and where in it each begins."""
    key = code.astype(np.int64)
    key <<= 32
    key |= np.arange(len(key))
    key.sort()
    code = (key >> 32).astype(np.int32)
    first = _mark_firsts(code)
    key &= LOW
    return code.take(first), key, first


def _pack(score: Floats, code: Int32Array) -> Int64Array:
    """Pack scores, not below 0, and codes into numbers that sort by both: the better later, then the lower code."""
    return (score.astype(np.float32).view(np.int32).astype(np.int64) << 32) | (LAST - code)


def _unpack(key: Int64Array) -> tuple[Float32Array, Int32Array]:
    """Take scores and codes out again."""
    return (key >> 32).astype(np.int32).view(np.float32), (LAST - (key & LOW)).astype(np.int32)


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
