"""Answers: what a snapshot says to each question."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from typing import Unpack

import numpy as np
import numpy.typing as npt

from serving.clicks.ladders import ClickModel
from serving.clicks.models import ClickModels
from serving.clicks.pages import CLICK_ORIGINS, PageModels
from serving.ladder import POPULAR, Answer, AnswerItem, Climb, Pick, Rung, RungName, climb_down
from serving.merchandising.arranging import Arrangement
from serving.merchandising.policy import Policy
from serving.pages.layouts import LayoutSlot, lay_out
from serving.people.taste import prepare_taste
from serving.reasons import Evidence, Language, tell_promoted
from serving.relations import Relation
from serving.shelf import Shelf
from serving.shoppers import Asked, Shopper
from serving.snapshot import Snapshot
from serving.vocabulary import Int32Array, find_code, translate_codes

RELATED: dict[str, tuple[Evidence, Evidence | None]] = {
    "also_viewed": ("also_viewed", None),
    "also_bought": ("also_bought", "bought_with"),
    "bought_after_viewing": ("bought_after", None),
}
"""Parts that tell what goes with items: the reason for one item, and for one of several."""

EVERYTHING = 2**31
"""More items than there are: whatever is arranged anew is arranged from all of them."""


class Answers:
    """Answer questions from one snapshot; threads may share it, since nothing in it changes.

    Every question climbs down a ladder: the asked model (about items first as it is on the channel, then over all
    channels), then (about items) what is popular in the category, then on the channel, then everywhere; each item says
    on which rung it stands. Filters come last (`Shelf`: on sale at `now_ms`, on the channel, for the age, with all that
    it requires; not excluded, never what was asked about), and what they take out is filled up from further down. An id
    that nobody knows is no error: its model has nothing to say. The answer is shorter than `n` only when the whole
    ladder has no more. Raises ValueError for what no list can answer (`Shopper`).
    """

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        shelf = self._shelf = Shelf(snapshot.catalogue, snapshot.requires, snapshot.excludes)
        self._related = {
            name: Relation(lists, shelf, alone, together_with=several)
            for name, (alone, several) in RELATED.items()
            if (lists := getattr(snapshot, name)) is not None
        }
        self._policy = Policy(snapshot.merchandising, snapshot.words, snapshot.also_viewed, snapshot.stickiness)
        self._siblings = Relation(snapshot.siblings, shelf, "sibling")
        self._alike = Relation(snapshot.alike, shelf, "alike_item")
        self._popular = Relation(snapshot.popular, shelf, "popular")
        self._trending = Relation(snapshot.trending, shelf, "trending")
        self._taste = prepare_taste(snapshot, shelf)
        self._pages = (
            PageModels(snapshot.next_click, snapshot.page_sessions, snapshot.page_rules)
            if snapshot.next_click
            else None
        )
        self._items = ClickModels(
            snapshot.item_sessions, snapshot.item_rules, snapshot.next_item, came_from="next_item"
        )
        self._items_sold = {
            name: translate_codes(names, shelf.catalogue.items) for name, names in self._items.vocabularies.items()
        }

    def also_viewed(self, item_id: str, **asked: Unpack[Asked]) -> Answer:
        """Tell what else was viewed in the sessions that viewed an item."""
        shopper = _hold([item_id], asked)
        return self._climb(self._relate("also_viewed", [item_id], shopper), {item_id}, shopper)

    def also_bought(self, item_ids: Sequence[str], **asked: Unpack[Asked]) -> Answer:
        """Tell what else was bought in the orders with an item, or with the items of a basket.

        A basket's scores are pooled over its items, each taken once (`pool_rankings`); the reason names the item that
        adds most. What cannot be had beside one of them is left out.
        """
        shopper, basket = _hold(item_ids, asked), sorted(set(item_ids))
        banned = {*basket, *self._shelf.ban_beside(basket)}
        return self._climb(self._relate("also_bought", basket, shopper), banned, shopper)

    def bought_after_viewing(self, item_id: str, **asked: Unpack[Asked]) -> Answer:
        """Tell what was bought in the next orders of those who looked at an item."""
        shopper = _hold([item_id], asked)
        return self._climb(self._relate("bought_after_viewing", [item_id], shopper), {item_id}, shopper)

    def next_click(
        self, pages: Sequence[str], *, stay: bool = False, seen: bool = True, **asked: Unpack[Asked]
    ) -> Answer:
        """Tell where people click next after a visit's pages, the last of which they are on.

        `stay` allows the page they are on as an answer, `seen` those they were on before. The channel's models come
        first, as the gate chose them: past visits like this one, "rules" of what comes soon after the page, the
        "graph" of what comes right after it. Below stand the page over all channels, "all_channels", each channel
        weighted by how often the page came on it, and the pages that most clicks lead to, "popular".
        """
        shopper = Shopper(**asked)
        if self._pages is None:
            return self._tell_pages(Climb([], POPULAR), shopper)
        models = self.snapshot.ladders.choose_models("next_click", shopper.channel)
        rungs = self._pages.climb_down_from(pages, shopper.channel, models, shopper.lang)
        banned = {*CLICK_ORIGINS, *_ban_clicks(pages, stay, seen), *shopper.exclude}
        return self._tell_pages(climb_down(rungs, n=shopper.reach, banned=banned), shopper)

    def next_item(
        self, items: Sequence[str], *, stay: bool = False, seen: bool = True, **asked: Unpack[Asked]
    ) -> Answer:
        """Tell which item people click on next after a visit's items, the last of which they look at.

        `stay` allows that item as an answer, `seen` those before it. The models come first, as the gate chose them
        for the channel: past visits like this one, "rules", the "graph"; below stands what is "popular". What visits
        were like is learnt from all channels together, since they sell the same things.
        """
        shopper = _hold(items, asked)
        return self._climb(self._follow(items, shopper), _ban_clicks(items, stay, seen), shopper)

    def for_you(
        self, persons: Sequence[str], *, recent: Sequence[str] = (), new_only: bool = False, **asked: Unpack[Asked]
    ) -> Answer:
        """Tell what suits a person, known by any of their pseudonyms, and by the items they just looked at.

        What they bought is left out, and what cannot be had beside it. What they looked at may come back, since who
        looks twice has not decided yet, unless `new_only` leaves out all that the history and `recent` hold. Nobody and
        nothing recent gives what is popular.
        """
        owned = self._list_owned(persons)
        shopper, barred = _hold(owned, asked, "+".join(sorted(set(persons)))), owned | self._shelf.ban_beside(owned)
        if new_only:
            barred |= self._list_seen(persons) | set(recent)
        most = shopper.reach + len(shopper.exclude) + len(barred) if self._policy.is_idle else EVERYTHING
        return self._climb(self._suit(persons, recent, most, shopper), barred, shopper)

    def trending(self, category: str | None = None, **asked: Unpack[Asked]) -> Answer:
        """Tell what more people care for these days than usually do, on the channel or anywhere.

        With a category, in that category. Where too little trends, what is popular there comes next, then what is
        popular at all.
        """
        shopper = Shopper(**asked)
        return self._climb(self._rise(category, shopper), set(), shopper)

    def lay_out(
        self,
        page: str,
        key: str | None = None,
        *,
        now_ms: int = 0,
        channel: str | None = None,
        age: int | None = None,
        lang: Language = "en",
    ) -> list[LayoutSlot] | None:
        """Tell what stands where on a page, two neighbours changed for some keys; None for one without a layout.

        A layout is everybody's, so what requires another item is never shown in it.
        """
        shopper = Shopper(n=EVERYTHING, now_ms=now_ms, channel=channel, age=age, lang=lang)
        return lay_out(self.snapshot.layouts, self._shelf, page, key, shopper, self.snapshot.model_version)

    def _climb(self, rungs: Iterator[Rung], banned: set[str], shopper: Shopper) -> Answer:
        """Fill the list from rungs, as merchandisers set it, without what is banned and what the shopper excludes."""
        barred = {*banned, *shopper.exclude}
        if self._policy.is_idle:
            return self._answer(climb_down(rungs, n=shopper.reach, banned=barred), shopper)
        return self._answer(
            Arrangement(self._policy, shopper, barred).fill(rungs, self._list_pins(shopper), shopper.reach), shopper
        )

    def _answer(self, climb: Climb, shopper: Shopper) -> Answer:
        """Tell of what was taken, from the offset on, why it stands there."""
        picks = climb.picks[shopper.offset :]
        items = [_tell(pick, shopper, self._policy.tell_stickiness(pick.name)) for pick in picks]
        return Answer(items, climb.fallback, self.snapshot.model_version)

    def _tell_pages(self, climb: Climb, shopper: Shopper) -> Answer:
        """Tell the same of pages, to which no rule of merchandisers applies."""
        items = [_tell(pick, shopper) for pick in climb.picks[shopper.offset :]]
        return Answer(items, climb.fallback, self.snapshot.model_version)

    def _list_pins(self, shopper: Shopper) -> list[str]:
        """List the pinned products that the shopper may be shown."""
        pinned = [pin.item_id for pin in self._policy.settings.pins]
        codes = [find_code(self._shelf.catalogue.items, item) for item in pinned]
        shown = self._shelf.mark(np.array(codes, dtype=np.int32), shopper).tolist()
        return [item for item, marked in zip(pinned, shown, strict=True) if marked]

    def _relate(self, name: str, item_ids: Sequence[str], shopper: Shopper) -> Iterator[Rung]:
        """Propose what goes with items on the channel, then anywhere; then what is like them; then what is popular."""
        if relation := self._related.get(name):
            keys = relation.find_keys(item_ids, shopper.channel)
            yield relation.propose("item", keys, shopper, asked=True)
            if keys != list(item_ids):
                yield relation.propose("item", item_ids, shopper, asked=True)
        yield self._alike.propose("attributes", item_ids, shopper)
        yield self._siblings.propose("category", item_ids, shopper)
        yield from self._fall_back(shopper)

    def _follow(self, items: Sequence[str], shopper: Shopper) -> Iterator[Rung]:
        """Propose what is clicked after items, then what is popular."""

        def admit(model: ClickModel, codes: Int32Array) -> npt.NDArray[np.bool_]:
            return self._shelf.mark(self._items_sold[model][codes], shopper)

        models = self.snapshot.ladders.choose_models("next_item", shopper.channel)
        yield from self._items.climb_down(items, models, shopper.lang, admit)
        yield from self._fall_back(shopper)

    def _suit(self, persons: Sequence[str], recent: Sequence[str], most: int, shopper: Shopper) -> Iterator[Rung]:
        """Propose what suits a person, where a model knows anything of them, then what is popular."""
        person = self._taste.recall_person(persons, recent) if self._taste else None
        if self._taste and person and len(person.item):
            yield self._taste.propose_items(person, shopper, most=most)
        yield from self._fall_back(shopper)

    def _rise(self, category: str | None, shopper: Shopper) -> Iterator[Rung]:
        """Propose what trends on the channel, then anywhere, then what is popular."""
        places: dict[RungName, str | None] = {"channel": shopper.channel, "everywhere": "all"}
        keys = {rung: f"{place}\t{category}" if category else place for rung, place in places.items() if place}
        for rung, key in keys.items():
            yield self._trending.propose("category" if category else rung, [key], shopper, asked=True)
        for key in keys.values() if category else ():
            yield self._popular.propose("category", [key], shopper)
        yield from self._fall_back(shopper)

    def _fall_back(self, shopper: Shopper) -> Iterator[Rung]:
        """Propose what is popular on the channel, then everywhere."""
        if shopper.channel:
            yield self._popular.propose("channel", [shopper.channel], shopper)
        yield self._popular.propose("everywhere", ["all"], shopper)

    def _list_owned(self, persons: Sequence[str]) -> set[str]:
        """List what any of a person's pseudonyms owns."""
        owned = self.snapshot.owned
        return {str(owned.items[code]) for person in persons for code in owned.recall_items(person).item}

    def _list_seen(self, persons: Sequence[str]) -> set[str]:
        """List what a person has had to do with."""
        past = self.snapshot.histories
        return {str(past.items[code]) for person in persons for code in past.recall_items(person).item}


def _hold(items: Collection[str], asked: Asked, person: str = "") -> Shopper:
    """Note what the shopper owns or asks about, and who it is."""
    return replace(Shopper(**asked), held=frozenset(items), person=person)


def _tell(pick: Pick, shopper: Shopper, stickiness: float | None = None) -> AnswerItem:
    """Tell why a proposal was taken, and whether its place was bought."""
    reason = "" if pick.rule == "pin" else pick.rung.explain(pick.place)
    if pick.rule in ("pin", "boost"):
        reason = tell_promoted(reason, shopper.lang)
    return AnswerItem(pick.name, pick.score, reason, pick.rung.name, pick.rule, stickiness)


def _ban_clicks(visit: Sequence[str], stay: bool, seen: bool) -> set[str]:
    """List what a visit clicked on and may not be shown again."""
    here = set(visit[-1:])
    return (set() if stay else here) | (set() if seen else set(visit) - here)
