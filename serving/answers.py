"""Answers: what a snapshot says to each question."""

from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from serving.clicks.ladders import ClickModel
from serving.clicks.models import ClickModels
from serving.clicks.pages import CLICK_ORIGINS, PageModels
from serving.eligibility import CHANNEL_BIT
from serving.ladder import Answer, Rung, climb_down
from serving.lists import RankedLists, Ranking
from serving.people.taste import TasteModel
from serving.pooling import pool_rankings
from serving.reasons import LANGUAGES, Evidence, Language, tell_reason
from serving.snapshot import Snapshot
from serving.vocabulary import Int32Array, translate_codes

POPULAR = "popular"
CATEGORY = "category"


class Shopper(NamedTuple):
    """Where and when the answer will be read, and in which language."""

    channel: str | None
    now_ms: int
    language: Language


class Answers:
    """Answer questions from one snapshot; threads may share it, since nothing in it changes.

    Every question climbs down a ladder: the asked model, then (about items) what is popular in the category, then on
    the channel, then anywhere. Filters come last (on sale at `now_ms`, on the channel, not excluded, never what was
    asked about), and what they take out is filled up from further down. An id that nobody knows is no error: its model
    has nothing to say. `n` is at least 1; the answer is shorter only when the whole ladder has no more. `channel` is
    web, wap, app or None for any. Raises ValueError for another channel, language or n.
    """

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        sold = snapshot.catalogue.items
        self._popular_sold = translate_codes(snapshot.popular.targets, sold)
        self._viewed_sold = translate_codes(snapshot.also_viewed.targets, sold) if snapshot.also_viewed else None
        self._bought_sold = translate_codes(snapshot.also_bought.targets, sold) if snapshot.also_bought else None
        self._siblings_sold = translate_codes(snapshot.siblings.targets, sold)
        self._taste = TasteModel(snapshot.for_you, snapshot.histories, snapshot.catalogue) if snapshot.for_you else None
        self._pages = (
            PageModels(snapshot.next_click, snapshot.page_sessions, snapshot.page_rules)
            if snapshot.next_click
            else None
        )
        self._items = ClickModels(
            snapshot.item_sessions, snapshot.item_rules, snapshot.next_item, came_from="next_item"
        )
        self._items_sold = {name: translate_codes(names, sold) for name, names in self._items.vocabularies.items()}

    def also_viewed(
        self,
        item_id: str,
        *,
        n: int,
        now_ms: int,
        channel: str | None = None,
        exclude: Collection[str] = (),
        lang: Language = "en",
    ) -> Answer:
        """Tell what else was viewed in the sessions that viewed an item."""
        shopper = _check(n, channel, now_ms, lang)

        def climb() -> Iterator[Rung]:
            lists = self.snapshot.also_viewed
            if lists is not None and self._viewed_sold is not None:
                ranking = lists.rank_targets(item_id)
                yield self._offer(None, lists, ranking, self._viewed_sold, "also_viewed", shopper)
            yield self._offer_siblings([item_id], shopper)
            yield from self._climb_popular(shopper)

        return climb_down(climb(), n=n, banned={item_id, *exclude}, model_version=self.snapshot.model_version)

    def also_bought(
        self,
        item_ids: Sequence[str],
        *,
        n: int,
        now_ms: int,
        channel: str | None = None,
        exclude: Collection[str] = (),
        lang: Language = "en",
    ) -> Answer:
        """Tell what else was bought in the orders with an item, or with the items of a basket.

        A basket's scores are the sums over its items, each taken once; the reason names the item that adds most.
        """
        shopper = _check(n, channel, now_ms, lang)

        def climb() -> Iterator[Rung]:
            lists = self.snapshot.also_bought
            if lists is not None and self._bought_sold is not None:
                yield self._offer_basket(lists, sorted(set(item_ids)), self._bought_sold, shopper)
            yield self._offer_siblings(sorted(set(item_ids)), shopper)
            yield from self._climb_popular(shopper)

        return climb_down(climb(), n=n, banned={*item_ids, *exclude}, model_version=self.snapshot.model_version)

    def next_click(
        self,
        pages: Sequence[str],
        *,
        n: int,
        channel: str | None = None,
        exclude: Collection[str] = (),
        stay: bool = False,
        seen: bool = True,
        lang: Language = "en",
    ) -> Answer:
        """Tell where people click next after a visit's pages, the last of which they are on.

        `stay` allows the page they are on as an answer, `seen` those they were on before. The channel's models come
        first, as the gate chose them: past visits like this one, "rules" of what comes soon after the page, the
        "graph" of what comes right after it. Below stand the page over all channels, "all_channels", each channel
        weighted by how often the page came on it, and the pages that most clicks lead to, "popular".
        """
        _check(n, channel, 0, lang)
        banned = {*exclude, *CLICK_ORIGINS, *_ban_clicks(pages, stay, seen)}
        if self._pages is None:
            return Answer([], POPULAR, self.snapshot.model_version)
        models = self.snapshot.ladders.choose_models("next_click", channel)
        rungs = self._pages.climb_down_from(pages, channel, models, lang)
        return climb_down(rungs, n=n, banned=banned, model_version=self.snapshot.model_version)

    def next_item(
        self,
        items: Sequence[str],
        *,
        n: int,
        now_ms: int,
        channel: str | None = None,
        exclude: Collection[str] = (),
        stay: bool = False,
        seen: bool = True,
        lang: Language = "en",
    ) -> Answer:
        """Tell which item people click on next after a visit's items, the last of which they look at.

        `stay` allows that item as an answer, `seen` those before it. The models come first, as the gate chose them
        for the channel: past visits like this one, "rules", the "graph"; below stands what is "popular". What visits
        were like is learnt from all channels together, since they sell the same things.
        """
        shopper = _check(n, channel, now_ms, lang)
        models = self.snapshot.ladders.choose_models("next_item", channel)

        def admit(model: ClickModel, codes: Int32Array) -> npt.NDArray[np.bool_]:
            return self._filter(self._items_sold[model][codes], shopper)

        def climb() -> Iterator[Rung]:
            yield from self._items.climb_down(items, models, lang, admit)
            yield from self._climb_popular(shopper)

        banned = {*exclude, *_ban_clicks(items, stay, seen)}
        return climb_down(climb(), n=n, banned=banned, model_version=self.snapshot.model_version)

    def for_you(
        self,
        persons: Sequence[str],
        *,
        n: int,
        now_ms: int,
        recent: Sequence[str] = (),
        channel: str | None = None,
        exclude: Collection[str] = (),
        new_only: bool = False,
        lang: Language = "en",
    ) -> Answer:
        """Tell what suits a person, known by any of their pseudonyms, and by the items they just looked at.

        What they bought is left out. What they looked at may come back, since who looks twice has not decided yet,
        unless `new_only` leaves out all that the history and `recent` hold. Nobody and nothing recent gives what is
        popular.
        """
        shopper = _check(n, channel, now_ms, lang)
        owned = self._list_items(persons)
        seen = self._list_seen(persons, recent) if new_only else set()

        def climb() -> Iterator[Rung]:
            yield from self._offer_taste(persons, recent, shopper, n + len(exclude) + len(owned) + len(seen))
            yield from self._climb_popular(shopper)

        return climb_down(climb(), n=n, banned={*exclude, *owned, *seen}, model_version=self.snapshot.model_version)

    def _offer(
        self,
        name: str | None,
        lists: RankedLists,
        ranking: Ranking,
        sold: Int32Array,
        evidence: Evidence,
        shopper: Shopper,
    ) -> Rung:
        """Offer one key's targets as far as they are for sale."""
        open_now = self._filter(sold[ranking.target], shopper)
        target, score, together = ranking.target[open_now], ranking.score[open_now], ranking.together[open_now]

        def explain(place: int) -> str:
            return tell_reason(evidence, shopper.language, together=int(together[place]), alone=ranking.alone)

        return Rung(name, lists.targets, target, score, explain)

    def _offer_basket(self, lists: RankedLists, item_ids: Sequence[str], sold: Int32Array, shopper: Shopper) -> Rung:
        """Offer what goes with a basket: one item's row as it is, several items' rows added up."""
        rankings = [lists.rank_targets(item_id) for item_id in item_ids]
        if len(rankings) == 1:
            return self._offer(None, lists, rankings[0], sold, "also_bought", shopper)
        pool = pool_rankings(rankings, [1.0] * len(rankings))
        open_now = self._filter(sold[pool.target], shopper)
        target, strongest = pool.target[open_now], pool.strongest[open_now]

        def explain(place: int) -> str:
            cause = int(strongest[place])
            ranking = rankings[cause]
            together = int(ranking.together[ranking.target == target[place]][0])
            name = self.snapshot.catalogue.name_item(item_ids[cause])
            return tell_reason("bought_with", shopper.language, together=together, alone=ranking.alone, name=name)

        return Rung(None, lists.targets, target, pool.score[open_now], explain)

    def _offer_siblings(self, item_ids: Sequence[str], shopper: Shopper) -> Rung:
        """Offer what is popular in the items' categories: for items that are new, or seldom bought with others."""
        lists = self.snapshot.siblings
        rankings = [lists.rank_targets(item_id) for item_id in item_ids]
        longest = max(rankings, key=lambda ranking: ranking.alone)
        if len(rankings) == 1 or longest.alone == 0:
            return self._offer(CATEGORY, lists, longest, self._siblings_sold, "sibling", shopper)
        pool = pool_rankings(rankings, [1.0] * len(rankings))
        open_now = self._filter(self._siblings_sold[pool.target], shopper)
        reason = tell_reason("sibling", shopper.language)
        return Rung(CATEGORY, lists.targets, pool.target[open_now], pool.score[open_now], lambda _: reason)

    def _offer_taste(
        self, persons: Sequence[str], recent: Sequence[str], shopper: Shopper, most: int
    ) -> Iterator[Rung]:
        """Offer what the factor model finds, if there is one and it knows anything of the person."""
        if self._taste is None:
            return
        person = self._taste.recall_person(persons, recent)
        if len(person.item):
            eligible = self._filter(self._taste.in_catalogue, shopper)
            yield self._taste.propose_items(person, eligible, most=most, language=shopper.language)

    def _climb_popular(self, shopper: Shopper) -> Iterator[Rung]:
        """Offer what is popular on the channel, then what is popular anywhere."""
        popular = self.snapshot.popular
        for key in filter(None, (shopper.channel, "all")):
            yield self._offer(POPULAR, popular, popular.rank_targets(key), self._popular_sold, "popular", shopper)

    def _filter(self, sold: Int32Array, shopper: Shopper) -> npt.NDArray[np.bool_]:
        """Mark what may be shown to the shopper."""
        return self.snapshot.catalogue.mark_eligible(sold, now_ms=shopper.now_ms, channel=shopper.channel)

    def _list_items(self, persons: Sequence[str]) -> set[str]:
        """List what any of a person's pseudonyms owns."""
        owned = self.snapshot.owned
        return {str(owned.items[code]) for person in persons for code in owned.recall_items(person).item}

    def _list_seen(self, persons: Sequence[str], recent: Sequence[str]) -> set[str]:
        """List what a person has had to do with."""
        past = self.snapshot.histories
        return {str(past.items[code]) for person in persons for code in past.recall_items(person).item} | set(recent)


def _ban_clicks(visit: Sequence[str], stay: bool, seen: bool) -> set[str]:
    """List what a visit clicked on and may not be shown again."""
    here = set(visit[-1:])
    return (set() if stay else here) | (set() if seen else set(visit) - here)


def _check(n: int, channel: str | None, now_ms: int, language: Language) -> Shopper:
    """Refuse what no list can answer."""
    if n < 1:
        raise ValueError(f"n is {n}: ask for at least 1 item.")
    if channel is not None and channel not in CHANNEL_BIT:
        raise ValueError(f"There is no channel {channel!r}: use one of {', '.join(CHANNEL_BIT)}.")
    if language not in LANGUAGES:
        raise ValueError(f"There are no reasons in {language!r}: use one of {', '.join(LANGUAGES)}.")
    return Shopper(channel, now_ms, language)
