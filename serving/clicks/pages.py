"""Pages: where people click next from a page, on its channel, on all channels, and from anywhere."""

from collections.abc import Iterator, Sequence

import numpy as np

from serving.clicks.ladders import ClickModel
from serving.clicks.models import ClickModels
from serving.clicks.past_sessions import PastSessions
from serving.eligibility import CHANNEL_BIT
from serving.ladder import Rung, RungName
from serving.lists import RankedLists, Ranking
from serving.reasons import Evidence, Language, tell_reason

CLICK_ORIGINS = ("(entry)", "(exit)")
"""The virtual pages where visits begin and end: nobody can be sent there."""


class PageModels:
    """Next pages made ready to answer; everything that one page's answer needs is worked out beforehand."""

    def __init__(self, graph: RankedLists, sessions: PastSessions | None, rules: RankedLists | None) -> None:
        self._clicks = ClickModels(sessions, rules, graph, came_from="next_click")
        self._anywhere = _pool_channels(graph)
        self._popular = _rank_popular_pages(graph)

    def climb_down_from(
        self, pages: Sequence[str], channel: str | None, models: Sequence[ClickModel], language: Language
    ) -> Iterator[Rung]:
        """Propose the next page by the channel's models, then over all channels, then where most clicks lead.

        Without a channel only the graph over all channels can tell: pages of one name are others on other channels.
        """
        if channel is not None:
            yield from self._clicks.climb_down([f"{channel}\t{page}" for page in pages], models, language)
        if "graph" in models:
            anywhere = self._anywhere.rank_targets(pages[-1] if pages else "")
            rung = self._propose("all_channels", self._anywhere, anywhere, "next_click", language)
            yield rung._replace(asked=channel is None)
        if channel is not None:
            yield self._propose("channel", self._popular, self._popular.rank_targets(channel), "popular_page", language)
        yield self._propose("everywhere", self._popular, self._popular.rank_targets("all"), "popular_page", language)

    def _propose(
        self, name: RungName, lists: RankedLists, ranking: Ranking, evidence: Evidence, language: Language
    ) -> Rung:
        """Make a ranking a rung."""

        def explain(place: int) -> str:
            return tell_reason(evidence, language, together=int(ranking.together[place]), alone=ranking.alone)

        return Rung(name, lists.targets, ranking.target, ranking.score, explain)


def _pool_channels(lists: RankedLists) -> RankedLists:
    """Put each page's rankings together: scores weighted by how often the page came on each channel."""
    split = [key.partition("\t") for key in lists.keys.tolist()]
    known = np.array([channel in CHANNEL_BIT for channel, _, _ in split], dtype=np.bool_)
    pages, page_of_key = np.unique(np.array([page for _, _, page in split], dtype=np.str_), return_inverse=True)
    alone = np.bincount(page_of_key, weights=lists.alone * known, minlength=len(pages)).astype(np.int64)
    key = np.repeat(np.arange(len(lists.keys)), np.diff(lists.starts))
    rows = np.flatnonzero(known[key])
    key, target = key[rows], lists.target[rows].astype(np.int64)
    pair, place = np.unique(page_of_key[key] * max(len(lists.targets), 1) + target, return_inverse=True)
    page, targets = np.divmod(pair, max(len(lists.targets), 1))
    share = lists.score[rows].astype(np.float64) * lists.alone[key] / np.maximum(alone[page_of_key[key]], 1)
    return RankedLists.from_codes(
        pages,
        lists.targets,
        page,
        targets,
        score=np.bincount(place, weights=share, minlength=len(pair)),
        together=np.bincount(place, weights=lists.together[rows], minlength=len(pair)).astype(np.int64),
        alone=alone,
        most=len(lists.targets),
    )


def _rank_popular_pages(lists: RankedLists) -> RankedLists:
    """Rank pages by the share of a channel's clicks, and of all clicks, that lead to them."""
    names = ["all", *CHANNEL_BIT]
    place_of = {name: place for place, name in enumerate(names)}
    channel_of_key = [place_of.get(key.split("\t", 1)[0], 0) for key in lists.keys.tolist()]
    clicks = np.zeros((len(names), len(lists.targets)), dtype=np.int64)
    channel = np.repeat(np.array(channel_of_key, dtype=np.int64), np.diff(lists.starts))
    np.add.at(clicks, (channel, lists.target), lists.together)
    clicks[0] = clicks.sum(axis=0)
    total = clicks.sum(axis=1)
    key, target = np.nonzero(clicks)
    return RankedLists.from_codes(
        names,
        lists.targets,
        key,
        target,
        score=clicks[key, target] / total[key],
        together=clicks[key, target],
        alone=total,
    )
