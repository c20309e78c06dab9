"""Verdict: what may be claimed of a new policy, and by which rule."""

import msgspec

VERDICTS = ("better", "not shown", "too little evidence", "worse")


class OffPolicySettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How a new policy is judged by the log of another."""

    notable_gain: float = 0.2
    """Gain that would be worth a change, as a share: what cannot rule it out has not settled the question."""
    least_effective: int = 100
    """Impressions that the weighted ones must be worth; below that a few of them make the figure."""
    least_clicks: int = 30
    """Clicks that the weighted ones must be worth; the intervals of fewer are too narrow to be believed (measured)."""
    most_unsupported: float = 0.01
    """Share of what the new policy would show that may never have been shown: what a rare item misses by chance."""
    prior_impressions: float = 100.0
    """Impressions that the mean click rate is worth in an item's own, for the model; enough to tame rare ones."""
    folds: int = 5
    """Parts of the rounds, each foretold from the others. More learn from a little more and take longer."""
    resamples: int = 1_000
    """Draws of the bootstrap; enough for the ends of a 95 % interval."""
    confidence: float = 0.95
    """How often the interval would hold the true value."""
    seed: int = 42
    """Seed of those draws."""

    def __post_init__(self) -> None:
        """Refuse what nothing can be judged by, all at once."""
        least = {"least_effective": 1, "least_clicks": 1, "folds": 2, "resamples": 1, "seed": 0}
        below = [(name, getattr(self, name)) for name, low in least.items() if getattr(self, name) < low]
        faults = [f"`{name}` is {value}: give {least[name]} or more" for name, value in below]
        faults += [
            f"`{name}` is {getattr(self, name)}: give a number above 0"
            for name in ("notable_gain", "prior_impressions")
            if not 0 < getattr(self, name) < float("inf")
        ]
        if not 0 <= self.most_unsupported <= 1:
            faults.append(f"`most_unsupported` is {self.most_unsupported}: give a share from 0 to 1")
        if not 0 < self.confidence < 1:
            faults.append(f"`confidence` is {self.confidence}: give a share between 0 and 1")
        if faults:
            raise ValueError(f"The settings of the off-policy estimates are wrong: {'; '.join(faults)}.")


def judge_ratio(
    low: float | None, high: float | None, effective: float, clicks: float, settings: OffPolicySettings
) -> str:
    """Judge a new policy by the interval of its ratio to the one in place.

    1. Impressions worth fewer than `least_effective`, or clicks worth fewer than `least_clicks`: too little evidence.
    2. The whole interval above 1: better. The whole interval below 1: worse.
    3. It holds 1 and ends below 1 + `notable_gain`: not shown; a gain worth the change is ruled out.
    4. Else too little evidence: such a gain is neither shown nor ruled out.

    >>> intervals = [(1.1, 2), (0.5, 0.9), (0.9, 1.1), (0.5, 2)]
    >>> [judge_ratio(low, high, 500, 40, OffPolicySettings()) for low, high in intervals]
    ['better', 'worse', 'not shown', 'too little evidence']
    """
    if low is None or high is None or effective < settings.least_effective or clicks < settings.least_clicks:
        return "too little evidence"
    if low > 1 or high < 1:
        return "better" if low > 1 else "worse"
    return "not shown" if high < 1 + settings.notable_gain else "too little evidence"
