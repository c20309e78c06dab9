"""Taste: what a model proposes to one person, whichever the gate chose."""

from collections.abc import Callable, Iterable

import numpy as np
import numpy.typing as npt

from serving.ladder import Rung
from serving.lists import RankedLists
from serving.people.histories import Histories, History
from serving.people.opinions import Cause, Opinion, Person, judge_by_factors, judge_by_items
from serving.reasons import SMALLEST_COUNT, tell_reason
from serving.shelf import Shelf
from serving.shoppers import Shopper
from serving.snapshot import Snapshot
from serving.vocabulary import ABSENT, Int32Array, Int64Array, StrArray, find_code, translate_codes

CLICK_WEIGHT = 1.0
"""What an item just looked at weighs beside a history: a view, the lightest of the events a model is trained on."""


class TasteModel:
    """A model of taste made ready to answer beside a snapshot's histories and shelf."""

    def __init__(
        self,
        items: StrArray,
        judge: Callable[[Person], Opinion],
        histories: Histories,
        shelf: Shelf,
        viewed: RankedLists | None = None,
    ) -> None:
        """Take the model's items, what it thinks of them for a person, and what is viewed with what, for reasons."""
        self.items = items
        self._judge = judge
        self._histories = histories
        self._shelf = shelf
        self._from_history = translate_codes(histories.items, items)
        self._sold: Int32Array = translate_codes(items, shelf.catalogue.items)
        self._viewed = RankedLists.empty() if viewed is None else viewed

    def recall_person(self, persons: Iterable[str], recent: Iterable[str]) -> Person:
        """Gather the weights of a person's pseudonyms and of what they just looked at; unknown items drop out."""
        rows = [self._histories.recall_items(person) for person in sorted(set(persons))]
        known = [_keep_known(History(self._from_history[row.item], row.weight)) for row in rows]
        clicked = [find_code(self.items, item) for item in recent]
        clicks = History(np.array(clicked, dtype=np.int32), np.full(len(clicked), CLICK_WEIGHT, dtype=np.float32))
        parts = [*known, _keep_known(clicks)]
        item, place = np.unique(np.concatenate([part.item for part in parts]), return_inverse=True)
        weights = np.concatenate([part.weight for part in parts]).astype(np.float64)
        return Person(
            item.astype(np.int64), np.bincount(place, weights=weights, minlength=len(item)).astype(np.float64)
        )

    def propose_items(self, person: Person, shopper: Shopper, *, most: int) -> Rung:
        """Rank the items for sale for a person; equal scores stand in the order of their names."""
        eligible = self._shelf.mark(self._sold, shopper)
        opinion = self._judge(person)
        best = _pick_best(opinion.scores, np.flatnonzero(eligible & opinion.proposed), most)

        def explain(place: int) -> str:
            if best[place] in person.item:
                return tell_reason("seen_before", shopper.lang)
            return self._explain(opinion.find_cause(int(best[place])), str(self.items[best[place]]), shopper)

        return Rung("person", self.items, best, opinion.scores[best], explain, asked=True)

    def _explain(self, cause: Cause, target: str, shopper: Shopper) -> str:
        """Tell what a proposal is owed to: with the sessions that viewed both, where enough did."""
        item = str(self.items[cause.item])
        name, ranking = self._shelf.catalogue.name_item(item), self._viewed.rank_targets(item)
        both = int(ranking.together[ranking.target == find_code(self._viewed.targets, target)].sum())
        if both >= SMALLEST_COUNT:
            return tell_reason("because_viewed", shopper.lang, together=both, alone=ranking.alone, name=name)
        return tell_reason("for_you", shopper.lang, together=cause.together, alone=cause.alone, name=name)


def prepare_taste(snapshot: Snapshot, shelf: Shelf) -> TasteModel | None:
    """Make the model ready that the snapshot carries: factors, or weights between items; None where it has neither."""
    factors, weights = snapshot.for_you, snapshot.item_weights
    past, viewed = snapshot.histories, snapshot.also_viewed
    if factors is not None:
        _ = factors.gram  # worked out once, before anybody asks
        return TasteModel(factors.items, lambda person: judge_by_factors(factors, person), past, shelf, viewed)
    if weights is not None:
        return TasteModel(weights.targets, lambda person: judge_by_items(weights, person), past, shelf, viewed)
    return None


def _keep_known(history: History) -> History:
    """Drop what the model does not know."""
    known = history.item != ABSENT
    return History(history.item[known], history.weight[known])


def _pick_best(scores: npt.NDArray[np.floating], places: Int64Array, most: int) -> Int64Array:
    """Pick the places with the highest scores, best first, the lower place of equals first."""
    if len(places) > most:
        bar = np.partition(scores[places], len(places) - most)[len(places) - most]
        places = places[scores[places] >= bar]
    order = np.lexsort((places, -scores[places]))
    return places[order][:most]
