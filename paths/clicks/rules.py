"""Sequential rules: what is clicked on within a few clicks, the nearer the better."""

import math

import msgspec
import numpy as np

from paths.clicks.walks import ClickWalks
from paths.rows.numbering import Ints, mark_runs
from serving import RankedLists


class SequenceSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How far sequential rules look."""

    within_clicks: int = 10
    """Clicks between two that still count; those further apart say little, and weigh less than a tenth."""
    distance_power: float = 1.0
    """What came d clicks later counts 1 / d to this power: 2 ranked 0.6 MRR@20 better on one of three validation
    splits, and found up to 0.9 HR@20 less on the others."""
    most: int = 50
    """What may follow that is kept of each click, the best: more than any page shows."""

    def __post_init__(self) -> None:
        """Refuse what no rule can be made by, all at once."""
        least = {"within_clicks": 1, "distance_power": 0, "most": 1}
        below = [
            f"`{name}` is {value}: give {least[name]} or more"
            for name, value in msgspec.structs.asdict(self).items()
            if not least[name] <= value < math.inf
        ]
        if below:
            raise ValueError(f"The settings of sequential rules are wrong: {'; '.join(below)}.")


def rank_rules(walks: ClickWalks, settings: SequenceSettings) -> RankedLists:
    """Rank for each click what came within `within_clicks` clicks after it in the same session.

        score(i → j) = Σ 1 / d^distance_power  /  sessions with i,    over every i and j that came d clicks later

    Sequential rules (M. Ludewig and D. Jannach, 2018, "Evaluation of session-based recommendation algorithms"; 2 is
    their quadratic weighting), where the sum is not divided; the order is the same. A click may follow itself if
    another stood between. `together` counts the sessions in which j came so after i, `alone` those with i. Pages go
    without their channel.

    >>> walks = ClickWalks(np.array([0, 0, 0, 1, 1]), np.array([0, 1, 2, 0, 2]), ["a", "b", "c"])
    >>> lists = rank_rules(walks, SequenceSettings())
    >>> found = lists.rank_targets("a")
    >>> lists.targets[found.target].tolist(), found.score.tolist(), found.together.tolist()
    (['c', 'b'], [0.75, 0.5], [2, 1])
    """
    pairs = [_pair(walks, distance) for distance in range(1, settings.within_clicks + 1)]
    distance = np.repeat(np.arange(1, settings.within_clicks + 1), [source.size for _, source, _ in pairs])
    session, source, target = (np.concatenate(part) for part in zip(*pairs, strict=True))
    key, place = np.unique(source * max(len(walks.keys), 1) + target, return_inverse=True)
    return _rank(
        walks,
        key,
        score=np.bincount(place, weights=1 / distance**settings.distance_power, minlength=key.size),
        together=np.bincount(place[_mark_first(place, session)], minlength=key.size),
        alone=_count_sessions(walks),
        most=settings.most,
    )


def rank_followers(walks: ClickWalks, most: int = 50) -> RankedLists:
    """Rank for each click what came right after it: the first-order graph; the score is the share of such clicks.

    `together` counts clicks, `alone` all clicks that went on.
    """
    _, source, target = _pair(walks, 1)
    key, clicks = np.unique(source * max(len(walks.keys), 1) + target, return_counts=True)
    alone = np.bincount(source, minlength=len(walks.keys))
    return _rank(walks, key, score=clicks, together=clicks, alone=alone, most=most)


def _rank(walks: ClickWalks, key: Ints, *, score: Ints, together: Ints, alone: Ints, most: int) -> RankedLists:
    """Make lists of pairs packed into one number."""
    source, target = np.divmod(key, max(len(walks.keys), 1))
    used, source = np.unique(source, return_inverse=True)
    names, target_of = _name_targets(walks.keys)
    return RankedLists.from_codes(
        [walks.keys[code] for code in used.tolist()],
        names,
        source,
        target_of[target],
        score=score / np.maximum(alone[used][source], 1),
        together=together,
        alone=alone[used],
        most=most,
    )


def _name_targets(keys: list[str]) -> tuple[list[str], Ints]:
    """Name what lists lead to, pages without their channel, and tell each key's place among the names."""
    names = sorted({key.rpartition("\t")[2] for key in keys})
    place_of = {name: place for place, name in enumerate(names)}
    return names, np.array([place_of[key.rpartition("\t")[2]] for key in keys], np.int64)


def _pair(walks: ClickWalks, distance: int) -> tuple[Ints, Ints, Ints]:
    """List the session, the one and the other of all clicks that stand so far apart."""
    same = walks.session[distance:] == walks.session[:-distance]
    return walks.session[distance:][same], walks.click[:-distance][same], walks.click[distance:][same]


def _count_sessions(walks: ClickWalks) -> Ints:
    """Count the sessions with each click."""
    first = _mark_first(walks.click, walks.session)
    return np.bincount(walks.click[first], minlength=len(walks.keys))


def _mark_first(value: Ints, session: Ints) -> Ints:
    """Find one row of each value and session."""
    order = np.lexsort((session, value))
    return order[mark_runs(value[order]) | mark_runs(session[order])]
