"""For you: the models that may answer what suits a person, their settings, and where better ones are searched."""

from collections.abc import Iterator
from itertools import product
from typing import Literal, get_args

import msgspec

from recommend.taste.als import AlsSettings
from recommend.taste.ease import EaseSettings
from recommend.taste.rp3beta import WalkSettings

TasteName = Literal["als", "ease", "rp3beta"]
TASTES: tuple[TasteName, ...] = get_args(TasteName)

USUAL_ALPHA = 10.0
"""The alpha that the regularizations of the search are given for: the best one grows with it."""


class TasteSearchSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where `echannel train --search` looks for better settings. Each trial is one training."""

    alphas: tuple[float, ...] = (3.0, 5.0, 10.0, 20.0)
    """Confidences of ALS. On MovieLens 10 did best, and the often copied 40 loses a third of the quality."""
    regularizations: tuple[float, ...] = (10.0, 30.0, 60.0, 100.0)
    """Pulls towards 0 of ALS where alpha is 10; for another alpha they grow or shrink with it."""
    factors: tuple[int, ...] = (32, 64, 128)
    """Numbers of factors of ALS, tried with the best of the above."""
    iterations: tuple[int, ...] = (4, 8, 15)
    """Rounds of ALS from none, the fewest first; more are taken only where they do 1 % better, since they cost time."""
    half_lives_days: tuple[float, ...] = (7.0, 30.0, 90.0)
    """Days until a weight has halved, tried with the best of the above: a week, a month, a quarter."""
    ease_regularizations: tuple[float, ...] = (100.0, 250.0, 500.0, 1000.0)
    """Pulls of EASE, in people."""
    walk_alphas: tuple[float, ...] = (0.4, 0.6, 0.8)
    """Powers of RP3β's steps."""
    walk_betas: tuple[float, ...] = (0.3, 0.5, 0.7)
    """Powers of popularity in RP3β."""
    most_cases: int = 2_000
    """People whose answers judge one trial, drawn by the seed of the cases. Bounds the time, the same in every run."""

    def __post_init__(self) -> None:
        """Refuse an empty grid."""
        empty = [name for name in self.__struct_fields__ if getattr(self, name) in ((), 0)]
        if empty or self.most_cases < 1:
            named = ", ".join(f"`{name}`" for name in empty or ["most_cases"])
            raise ValueError(f"The search of for-you has nothing to try in {named}: give one value or more.")


class ForYouSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How what suits a person is learnt."""

    models: tuple[TasteName, ...] = TASTES
    """Models that are trained and judged each time; the gate publishes the best. Fewer of them make a build cheaper."""
    als: AlsSettings = AlsSettings()
    ease: EaseSettings = EaseSettings()
    rp3beta: WalkSettings = WalkSettings()
    search: TasteSearchSettings = TasteSearchSettings()

    def __post_init__(self) -> None:
        """Refuse to choose from nothing, or from one model twice."""
        if not self.models or len(set(self.models)) < len(self.models):
            raise ValueError(
                f"The models of for-you are {', '.join(self.models) or 'none'}: name each of {', '.join(TASTES)} "
                "once at most, and one at least."
            )


def vary_confidence(settings: ForYouSettings) -> Iterator[ForYouSettings]:
    """Vary ALS's alpha and, with it, its regularization."""
    grid = product(settings.search.alphas, settings.search.regularizations)
    for alpha, regularization in grid:
        yield _change(settings, "als", alpha=alpha, regularization=regularization * alpha / USUAL_ALPHA)


def vary_factors(settings: ForYouSettings) -> Iterator[ForYouSettings]:
    """Vary how many factors ALS has."""
    return (_change(settings, "als", factors=count) for count in settings.search.factors)


def vary_rounds(settings: ForYouSettings) -> Iterator[ForYouSettings]:
    """Vary how many rounds ALS takes."""
    return (_change(settings, "als", iterations=rounds) for rounds in settings.search.iterations)


def vary_ease(settings: ForYouSettings) -> Iterator[ForYouSettings]:
    """Vary EASE's regularization."""
    for regularization in settings.search.ease_regularizations:
        yield _change(settings, "ease", regularization=regularization)


def vary_walk(settings: ForYouSettings) -> Iterator[ForYouSettings]:
    """Vary RP3β's powers."""
    for alpha, beta in product(settings.search.walk_alphas, settings.search.walk_betas):
        yield _change(settings, "rp3beta", alpha=alpha, beta=beta)


def _change(settings: ForYouSettings, model: TasteName, **values: float) -> ForYouSettings:
    return msgspec.structs.replace(settings, **{model: msgspec.structs.replace(getattr(settings, model), **values)})
