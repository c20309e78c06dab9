"""Tables: some of a model's proposals, and what each rule makes of their scores."""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from serving.ladder import Pick, Rung
from serving.merchandising.policy import Policy, Scores, lift
from serving.shoppers import Shopper

Mask = npt.NDArray[np.bool_]


class Choice(NamedTuple):
    """A proposal that stands first, and the first rule under which it does; None for its score alone."""

    row: int
    rule: str | None


class Table:
    """Up to `pool` proposals of one rung, of which the best is chosen again and again."""

    def __init__(
        self, rung: Rung, places: Sequence[int], names: Sequence[str], policy: Policy, shopper: Shopper
    ) -> None:
        self.rung, self.places, self.names = rung, places, names
        self.scores: Scores = rung.score[list(places)].astype(np.float64)
        self.free = np.ones(len(names), dtype=np.bool_)
        self._policy = policy
        self._sticky = lift(self.scores, policy.find_stickiness(names))
        self._lifted = lift(self._sticky, policy.find_factors(names))
        self._chance = policy.draw_factors(names, shopper) if policy.settings.rotation else np.ones(len(names))
        self._alike = np.zeros(len(names))

    def note(self, item_id: str) -> None:
        """Take note of what stands in the list: it is free no more, and what is like it loses."""
        self.free &= np.array(self.names) != item_id
        if self._policy.settings.diversity:
            self._alike = np.maximum(self._alike, self._policy.compare(item_id, self.names))

    def choose(self, allowed: Mask, *, boosted: bool) -> Choice | None:
        """Choose the best of what is free and allowed; None where there is none.

        By maximal marginal relevance (J. Carbonell and J. Goldstein, 1998) that is the greatest
        (1 - d) · relevance - d · likeness, where relevance is the score from 0, the table's worst, to 1, its best, and
        likeness that to the most similar product above.
        """
        open_rows = self.free & allowed
        if not open_rows.any():
            return None
        lifted = self._lifted if boosted else self._sticky
        drawn = lift(lifted, self._chance)
        stages = (
            (None, self.scores, self.free),
            ("stickiness", self._sticky, self.free),
            ("cap", self._sticky, open_rows),
            ("boost", lifted, open_rows),
            ("rotation", drawn, open_rows),
            ("diversity", self._weigh(drawn), open_rows),
        )
        firsts = [(rule, int(np.argmax(np.where(rows, scores, -np.inf)))) for rule, scores, rows in stages]
        chosen = firsts[-1][1]
        return Choice(chosen, next(rule for rule, row in firsts if row == chosen))

    def pick(self, choice: Choice) -> Pick:
        """Name what was chosen."""
        row = choice.row
        return Pick(self.names[row], float(self.scores[row]), self.rung, self.places[row], choice.rule)

    def _weigh(self, scores: Scores) -> Scores:
        doubt = self._policy.settings.diversity
        if not doubt:
            return scores
        low, high = scores.min(), scores.max()
        relevance = (scores - low) / (high - low) if high > low else np.ones(len(scores))
        return (1 - doubt) * relevance - doubt * self._alike


def lay_tables(rungs: Iterable[Rung], policy: Policy, shopper: Shopper, taken: set[str]) -> Iterator[Table]:
    """Lay a rung's proposals out a pool at a time, one rung after the other, without what is taken by then."""
    for rung in rungs:
        names = rung.vocabulary[rung.codes].tolist()
        place, some = 0, True
        while some:
            rows: list[int] = []
            while place < len(names) and len(rows) < policy.settings.pool:
                rows += [place] if names[place] not in taken else []
                place += 1
            yield Table(rung, rows, [names[row] for row in rows], policy, shopper)
            some = place < len(names)
