"""Taste: what a factor model proposes to one person, and which of their items it owes that to."""

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from serving.ladder import Rung
from serving.people.fold_in import Float64Array, ItemFactors
from serving.people.histories import Histories, History
from serving.reasons import tell_reason
from serving.shelf import Shelf
from serving.shoppers import Shopper
from serving.vocabulary import ABSENT, Int32Array, Int64Array, find_code, translate_codes

CLICK_WEIGHT = 1.0
"""What an item just looked at weighs in a fold-in: a view, the lightest of the events a model is trained on."""


class Person(NamedTuple):
    """What is known of the person asking: places among the model's items, each once, and their weights."""

    item: Int64Array
    weight: Float64Array


class TasteModel:
    """Item factors made ready to answer beside a snapshot's histories and shelf."""

    def __init__(self, model: ItemFactors, histories: Histories, shelf: Shelf) -> None:
        self.model = model
        self._gram = model.gram
        self._histories = histories
        self._shelf = shelf
        self._from_history = translate_codes(histories.items, model.items)
        self._sold: Int32Array = translate_codes(model.items, shelf.catalogue.items)

    def recall_person(self, persons: Iterable[str], recent: Iterable[str]) -> Person:
        """Gather the weights of a person's pseudonyms and of what they just looked at; unknown items drop out."""
        rows = [self._histories.recall_items(person) for person in sorted(set(persons))]
        known = [_keep_known(History(self._from_history[row.item], row.weight)) for row in rows]
        clicked = [find_code(self.model.items, item) for item in recent]
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
        taste = self.model.fold_in(person.item, person.weight)
        scores = self.model.score_items(taste)
        best = _pick_best(scores, np.flatnonzero(eligible), most)

        def explain(place: int) -> str:
            if best[place] in person.item:
                return tell_reason("seen_before", shopper.lang)
            credit = self.model.credit_items(taste, int(best[place]), person.item, person.weight)
            cause = str(self.model.items[person.item[int(np.argmax(credit))]])
            return tell_reason("for_you", shopper.lang, name=self._shelf.catalogue.name_item(cause))

        return Rung("person", self.model.items, best, scores[best], explain, asked=True)


def _keep_known(history: History) -> History:
    """Drop what the model has no factors for."""
    known = history.item != ABSENT
    return History(history.item[known], history.weight[known])


def _pick_best(scores: npt.NDArray[np.floating], places: Int64Array, most: int) -> Int64Array:
    """Pick the places with the highest scores, best first, the lower place of equals first."""
    if len(places) > most:
        bar = np.partition(scores[places], len(places) - most)[len(places) - most]
        places = places[scores[places] >= bar]
    order = np.lexsort((places, -scores[places]))
    return places[order][:most]
