"""Models: what knows what is clicked next, for pages or for items, made ready to answer."""

from collections.abc import Callable, Iterator, Sequence

import numpy as np
import numpy.typing as npt

from serving.clicks.ladders import ClickModel
from serving.clicks.neighbours import SessionNeighbours
from serving.clicks.past_sessions import PastSessions
from serving.ladder import Rung
from serving.lists import RankedLists
from serving.reasons import Evidence, Language, tell_reason
from serving.vocabulary import Int32Array, StrArray

Mask = npt.NDArray[np.bool_]
Filter = Callable[[ClickModel, Int32Array], Mask]
"""Marks which of a model's codes may be shown."""


class ClickModels:
    """Past sessions, sequential rules and the graph of one kind of click; None where a model was withheld.

    A visit is its clicks so far, the latest last, by the keys of the models. Sessions look at all of it, rules and
    graph at the latest click alone.
    """

    def __init__(
        self,
        sessions: PastSessions | None,
        rules: RankedLists | None,
        graph: RankedLists | None,
        *,
        came_from: Evidence,
    ) -> None:
        self._neighbours = SessionNeighbours(sessions) if sessions is not None else None
        given: dict[ClickModel, RankedLists | None] = {"rules": rules, "graph": graph}
        self._lists = {name: lists for name, lists in given.items() if lists is not None}
        self._evidence: dict[ClickModel, Evidence] = {"rules": "soon_after", "graph": came_from}
        self.vocabularies: dict[ClickModel, StrArray] = {name: lists.targets for name, lists in self._lists.items()}
        if sessions is not None:
            self.vocabularies["neighbours"] = _drop_channels(sessions.keys)

    def climb_down(
        self, visit: Sequence[str], models: Sequence[ClickModel], language: Language, admit: Filter | None = None
    ) -> Iterator[Rung]:
        """Propose what is clicked next, one model after the other; the first is the one that was asked."""
        known = [model for model in models if model in self.vocabularies]
        for place, model in enumerate(known):
            if model == "neighbours":
                rung = self._propose_alike(visit, language, admit)
            else:
                rung = self._propose_after(model, visit, language, admit)
            yield rung._replace(asked=place == 0)

    def _propose_alike(self, visit: Sequence[str], language: Language, admit: Filter | None) -> Rung:
        """Propose what the visits most like this one clicked on."""
        assert self._neighbours is not None  # noqa: S101 - it has a vocabulary
        found = self._neighbours.rank_next(visit)
        target, score = found.target, found.score
        if admit is not None:
            shown = admit("neighbours", target)
            target, score = target[shown], score[shown]

        codes, clicks = target.tolist(), dict(zip(found.clicked.tolist(), found.clicks.tolist(), strict=True))

        def explain(place: int) -> str:
            together = clicks.get(codes[place], 0)
            return tell_reason("alike" if together else "around", language, together=together, alone=found.neighbours)

        return Rung("neighbours", self.vocabularies["neighbours"], target, score, explain)

    def _propose_after(self, model: ClickModel, visit: Sequence[str], language: Language, admit: Filter | None) -> Rung:
        """Propose what follows the latest click."""
        lists, evidence = self._lists[model], self._evidence[model]
        ranking = lists.rank_targets(visit[-1] if visit else "")
        target, score, together = ranking.target, ranking.score, ranking.together
        if admit is not None:
            shown = admit(model, target)
            target, score, together = target[shown], score[shown], together[shown]

        def explain(place: int) -> str:
            return tell_reason(evidence, language, together=int(together[place]), alone=ranking.alone)

        return Rung(model, lists.targets, target, score, explain)


def _drop_channels(keys: StrArray) -> StrArray:
    """Name pages without the channel that stands before a tab."""
    names = [key.rpartition("\t")[2] for key in keys.tolist()]
    return np.array(names, np.str_) if names else keys
