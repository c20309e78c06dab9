"""Relations: ranked lists made ready to propose what is for sale."""

from collections.abc import Sequence

import numpy as np

from serving.ladder import Rung, RungName
from serving.lists import RankedLists, Ranking
from serving.pooling import pool_rankings
from serving.reasons import Evidence, tell_reason
from serving.shelf import Shelf
from serving.shoppers import Shopper
from serving.vocabulary import translate_codes

POOL_POWER = 3.0
"""How the lists of a basket's items are pooled: what one item clearly calls for stands before what many go along with.
Added up, as with 1, whatever is popular wins in a large basket (docs/lists.md)."""


class Relation:
    """Lists of one kind beside the shelf; every list that is about products is answered from one of these."""

    def __init__(
        self, lists: RankedLists, shelf: Shelf, evidence: Evidence, *, together_with: Evidence | None = None
    ) -> None:
        """Take the evidence that one key's row gives, and that of one key among several, which may name it."""
        self._lists = lists
        self._shelf = shelf
        self._sold = translate_codes(lists.targets, shelf.catalogue.items)
        self._evidence = evidence
        self._together_with = together_with

    def find_keys(self, item_ids: Sequence[str], channel: str | None) -> list[str]:
        """Find each item's key: its list on the channel, where it has one, else its list over all channels."""
        on_channel = {item: f"{channel}\t{item}" for item in item_ids} if channel else {}
        return [key if self._lists.knows(key := on_channel.get(item, item)) else item for item in item_ids]

    def propose(self, rung: RungName, keys: Sequence[str], shopper: Shopper, *, asked: bool = False) -> Rung:
        """Propose what goes with a key, or with several: then each target's scores are pooled.

        A key may have a channel and a tab before the item that its reason names.
        """
        rankings = [self._lists.rank_targets(key) for key in keys]
        if len(rankings) == 1:
            return self._offer(Rung(rung, self._lists.targets, asked=asked), rankings[0], shopper)
        return self._offer_pool(Rung(rung, self._lists.targets, asked=asked), keys, rankings, shopper)

    def _offer(self, rung: Rung, ranking: Ranking, shopper: Shopper) -> Rung:
        shown = self._shelf.mark(self._sold[ranking.target], shopper)
        together = ranking.together[shown]

        def explain(place: int) -> str:
            return tell_reason(self._evidence, shopper.lang, together=int(together[place]), alone=ranking.alone)

        return rung._replace(codes=ranking.target[shown], score=ranking.score[shown], explain=explain)

    def _offer_pool(self, rung: Rung, keys: Sequence[str], rankings: Sequence[Ranking], shopper: Shopper) -> Rung:
        pool = pool_rankings(rankings, [1.0] * len(rankings), POOL_POWER)
        shown = self._shelf.mark(self._sold[pool.target], shopper)
        target, strongest = pool.target[shown], pool.strongest[shown]

        def explain(place: int) -> str:
            if self._together_with is None:
                return tell_reason(self._evidence, shopper.lang)
            cause = int(strongest[place])
            ranking = rankings[cause]
            together = int(ranking.together[np.flatnonzero(ranking.target == target[place])[0]])
            name = self._shelf.catalogue.name_item(keys[cause].rpartition("\t")[2])
            return tell_reason(self._together_with, shopper.lang, together=together, alone=ranking.alone, name=name)

        return rung._replace(codes=target, score=pool.score[shown], explain=explain)
