"""Pages: the lists of next clicks, by channel, over all channels, and without any page to start from."""

from collections.abc import Iterator

import numpy as np

from serving.eligibility import CHANNEL_BIT
from serving.ladder import Rung
from serving.lists import RankedLists, Ranking
from serving.pooling import pool_rankings
from serving.reasons import Evidence, Language, tell_reason

CLICK_ORIGINS = ("(entry)", "(exit)")
"""The virtual pages where visits begin and end: nobody can be sent there."""


class PageLists:
    """Next clicks made ready to answer."""

    def __init__(self, lists: RankedLists) -> None:
        self._lists = lists
        self._popular = _rank_popular_pages(lists)

    def climb_down_from(self, page: str, channel: str | None, language: Language) -> Iterator[Rung]:
        """Propose the page's next clicks on its channel, then on all, then the pages that most clicks lead to."""
        if channel is not None:
            here = self._lists.rank_targets(f"{channel}\t{page}")
            yield self._propose(None, here, "next_click", language)
        anywhere = self._pool_channels(page)
        yield self._propose("all_channels" if channel else None, anywhere, "next_click", language)
        for key in filter(None, (channel, "all")):
            yield self._propose("popular", self._popular.rank_targets(key), "popular_page", language)

    def _propose(self, name: str | None, ranking: Ranking, evidence: Evidence, language: Language) -> Rung:
        """Make a ranking a rung."""

        def explain(place: int) -> str:
            return tell_reason(evidence, language, together=int(ranking.together[place]), alone=ranking.alone)

        return Rung(name, self._lists.targets, ranking.target, ranking.score, explain)

    def _pool_channels(self, page: str) -> Ranking:
        """Make one ranking of a page's rankings: scores weighted by how often the page came on each channel."""
        rankings = [self._lists.rank_targets(f"{channel}\t{page}") for channel in CHANNEL_BIT]
        alone = sum(ranking.alone for ranking in rankings)
        pool = pool_rankings(rankings, [ranking.alone / max(alone, 1) for ranking in rankings])
        return Ranking(pool.target.astype(np.int32), pool.score.astype(np.float32), pool.together, alone)


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
