"""The policy: a merchandiser's settings, made ready for one snapshot's products."""

import hashlib
from collections.abc import Sequence
from math import ceil

import numpy as np

from serving.links import Links
from serving.lists import RankedLists
from serving.merchandising.settings import MerchandisingSettings
from serving.merchandising.stickiness import ItemStickiness
from serving.merchandising.words import Scores, Words
from serving.shoppers import Shopper
from serving.vocabulary import Int32Array

HOUR_MS = 3_600_000
ROUNDING = 1e-9
"""What a product of floats may be too large by."""


class Policy:
    """What the settings mean for each product; nothing in it changes, so questions may share it."""

    def __init__(
        self,
        settings: MerchandisingSettings,
        words: Links,
        viewed: RankedLists | None,
        stickiness: ItemStickiness | None = None,
    ) -> None:
        self.settings = settings
        self._stickiness = (stickiness or ItemStickiness.empty()).raise_to(settings.stickiness_power)
        self._words = {} if settings.is_idle else words.name_links()
        self._boosts = sorted(settings.boosts, key=lambda boost: boost.word)
        self._viewed = viewed

    @property
    def is_idle(self) -> bool:
        """Say whether nothing is changed."""
        return self.settings.is_idle

    def list_words(self, item_id: str) -> frozenset[str]:
        """List a product's words."""
        return self._words.get(item_id, frozenset())

    def admits(self, promoted: int, places: int) -> bool:
        """Say whether one more promoted product may stand within so many places."""
        return promoted + 1 <= ceil(self.settings.share * places - ROUNDING)

    def lay_words(self, names: Sequence[str]) -> Words:
        """Lay out the words of some products."""
        return Words(names, self._words)

    def find_factors(self, words: Words) -> Scores:
        """Find what each product's score is multiplied by: its own boosts and those of its words."""
        factors = np.ones(words.count)
        for boost in self._boosts:
            if boost.word in words:
                factors[words.mark_bearers(boost.word)] *= boost.factor
        return factors

    def find_stickiness(self, names: Sequence[str]) -> Scores:
        """Find what each product's score is multiplied by for how it keeps its people; 1 where nothing is known."""
        return np.array([self._stickiness.get(name, 1.0) for name in names], dtype=np.float64)

    def tell_stickiness(self, name: str) -> float | None:
        """Tell one product's factor; None where stickiness counts for nothing."""
        return self._stickiness.get(name, 1.0) if self.settings.stickiness_power else None

    def draw_factors(self, names: Sequence[str], shopper: Shopper) -> Scores:
        """Draw for each product a factor within `rotation` of 1, the same for one person until the hours are over."""
        period = shopper.now_ms // (self.settings.rotation_hours * HOUR_MS)
        key = f"{self.settings.seed}\t{period}\t{shopper.person}\t"
        digests = [hashlib.blake2b((key + name).encode(), digest_size=8).digest() for name in names]
        chance = np.frombuffer(b"".join(digests), dtype="<u8").astype(np.float64) / 2**64
        return 1 + self.settings.rotation * (2 * chance - 1)

    def compare(self, one: str, others: Words, rows: Int32Array) -> Scores:
        """Tell how alike others are to a product, from 0 to 1; `rows` are those of `find_viewed`.

        The larger of two: the share of their words that both bear (Jaccard), and the share of the one's sessions that
        saw the other.
        """
        # One place more, at -1, takes in what is not among them.
        alike = np.append(others.share_words(self.list_words(one)), 0.0)
        if self._viewed is not None:
            seen = self._viewed.rank_targets(one)
            row = rows[seen.target]
            alike[row] = np.maximum(alike[row], np.minimum(seen.together / max(seen.alone, 1), 1.0))
        return alike[:-1]

    def find_viewed(self, words: Words) -> Int32Array:
        """Find where the products that sessions saw stand among some."""
        return words.find_rows(self._viewed.targets if self._viewed else np.empty(0, dtype="<U1"))


def lift(scores: Scores, factors: Scores) -> Scores:
    """Multiply scores so that a factor above 1 raises them, whatever their sign."""
    return scores + (factors - 1) * np.abs(scores)
