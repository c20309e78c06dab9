"""Tables: some of a model's proposals, and what each rule makes of their scores."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import NamedTuple

import numpy as np

from serving.ladder import Pick, Rung
from serving.merchandising.policy import Policy, lift
from serving.merchandising.words import Mask, Scores
from serving.shoppers import Shopper


class Choice(NamedTuple):
    """A proposal that stands first, and the first rule under which it does; None for its score alone."""

    row: int
    rule: str | None


class Table:
    """Up to `pool` proposals of one rung, of which the best is chosen again and again."""

    def __init__(self, rung: Rung, rows: Sequence[tuple[int, str]], policy: Policy, shopper: Shopper) -> None:
        self.rung = rung
        self.places, self.names = [place for place, _ in rows], [name for _, name in rows]
        self.scores: Scores = rung.score[self.places].astype(np.float64)
        self.free = np.ones(len(rows), dtype=np.bool_)
        self.words = policy.lay_words(self.names)
        self._policy = policy
        chance = policy.draw_factors(self.names, shopper) if policy.settings.rotation else np.ones(len(rows))
        self._sticky = lift(self.scores, policy.find_stickiness(self.names))
        self._plain = _stage(self._sticky, chance)
        self._boosted = _stage(lift(self._sticky, policy.find_factors(self.words)), chance)
        self._viewed = policy.find_viewed(self.words) if policy.settings.diversity else None
        self._alike = np.zeros(len(rows))

    def note(self, item_id: str) -> None:
        """Take note of what stands in the list: it is free no more, and what is like it loses."""
        row = self.words.find_row(item_id)
        if row is not None:
            self.free[row] = False
        if self._viewed is not None:
            self._alike = np.maximum(self._alike, self._policy.compare(item_id, self.words, self._viewed))

    def choose(self, full: Iterable[str], *, boosted: bool) -> Choice | None:
        """Choose the best of what is free and bears no word that is full; None where there is none.

        By maximal marginal relevance (J. Carbonell and J. Goldstein, 1998) that is the greatest
        (1 - d) · relevance - d · likeness, where relevance is the score from 0, the table's worst, to 1, its best, and
        likeness that to the most similar product above.
        """
        open_rows = self.free.copy()
        for word in full:
            open_rows &= ~self.words.mark_bearers(word)
        if not open_rows.any():
            return None
        lifted, drawn, relevance = self._boosted if boosted else self._plain
        doubt = self._policy.settings.diversity
        stages = (
            (None, self.scores, self.free),
            ("stickiness", self._sticky, self.free),
            ("cap", self._sticky, open_rows),
            ("boost", lifted, open_rows),
            ("rotation", drawn, open_rows),
            ("diversity", (1 - doubt) * relevance - doubt * self._alike if doubt else drawn, open_rows),
        )
        chosen = _find_best(*stages[-1][1:])
        return Choice(chosen, next(rule for rule, scores, rows in stages if _find_best(scores, rows) == chosen))

    def pick(self, choice: Choice) -> Pick:
        """Name what was chosen."""
        row = choice.row
        return Pick(self.names[row], float(self.scores[row]), self.rung, self.places[row], choice.rule)


def _find_best(scores: Scores, rows: Mask) -> int:
    return int(np.argmax(np.where(rows, scores, -np.inf)))


def _stage(lifted: Scores, chance: Scores) -> tuple[Scores, Scores, Scores]:
    """Tell the scores after boosts, after rotation, and what they come to from 0, the worst, to 1, the best."""
    drawn = lift(lifted, chance)
    low, high = drawn.min(initial=np.inf), drawn.max(initial=-np.inf)
    relevance = (drawn - low) / (high - low) if high > low else np.ones(len(drawn))
    return lifted, drawn, relevance


def lay_tables(rungs: Iterable[Rung], policy: Policy, shopper: Shopper, taken: set[str]) -> Iterator[Table]:
    """Lay a rung's proposals out a pool at a time, one rung after the other, without what is taken by then."""
    most = policy.settings.pool
    for rung in rungs:
        left = _name_left(rung, most, taken)
        rows = list(islice(left, most))
        yield Table(rung, rows, policy, shopper)
        while rows := list(islice(left, most)):
            yield Table(rung, rows, policy, shopper)


def _name_left(rung: Rung, chunk: int, taken: set[str]) -> Iterator[tuple[int, str]]:
    """Name a rung's proposals and their places, a chunk at a time, since few of many are asked for."""
    for start in range(0, len(rung.codes), chunk):
        names = rung.vocabulary[rung.codes[start : start + chunk]].tolist()
        yield from ((place, name) for place, name in enumerate(names, start) if name not in taken)
