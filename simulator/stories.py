"""The stories planted in an invented operator's logs, for the reports to find."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Bundle:
    """Two products that are bought together far more than anything else."""

    first: str = "HS-07"
    second: str = "VA-05"
    share: float = 0.35
    """Of the carts that take in two products or more, how many take in these two."""


@dataclass(frozen=True)
class DropOff:
    """A page with a broken form: most who come there leave the site."""

    channel: str = "wap"
    page: str = "delivery"
    stage: str = "delivery"
    exit_share: float = 0.75
    """Share of the visits to the page that end there."""


@dataclass(frozen=True)
class Incident:
    """A page that fails for some days: most who come there in that time leave the site."""

    page: str
    stage: str
    first_day: int
    """Days after the run's first."""
    days: int
    channel: str | None = None
    """None for all channels."""
    device: str | None = None
    """Kind of device; None for all."""
    exit_share: float = 0.75
    """Share of the visits to the page that end there and then, beside those that end there anyway."""


@dataclass(frozen=True)
class Chain:
    """Products that customers buy one after the other, in visits of their own: broadband, then mobile, then TV."""

    items: tuple[str, ...] = ("BB-02", "PL-06", "VA-09")
    share: float = 0.25
    """Of the customers who order in two visits or more, how many follow the chain, as far as their visits go."""


@dataclass(frozen=True)
class Rivals:
    """Two products that are compared again and again, and of which a cart holds one at most."""

    first: str = "HS-08"
    second: str = "HS-10"
    share: float = 0.15
    """Share of the visits whose first two looks are at these two."""
    instead: str = "VA-01"
    """What a cart takes in where it would have held both."""


CHECKOUT_BUG = Incident("checkout", "cart", first_day=7, days=9, channel="web", device="mobile")
PAYMENT_INCIDENT = Incident("payment", "payment", first_day=19, days=4)


@dataclass(frozen=True)
class SlotEffect:
    """A shelf whose places are looked at unlike: a product is clicked on more where it stands first."""

    examination: tuple[float, ...] = (1.0, 0.72, 0.52, 0.38, 0.28, 0.2)
    """How much each place is looked at, against the first."""


@dataclass(frozen=True)
class Stories:
    """What is planted; None for a story that is not told."""

    bundle: Bundle | None = None
    drop_off: DropOff | None = None
    checkout_bug: Incident | None = None
    payment_incident: Incident | None = None
    chain: Chain | None = None
    rivals: Rivals | None = None
    slot_effect: SlotEffect | None = None
    """Without one all places of the shelf are looked at alike."""

    @property
    def examination(self) -> tuple[float, ...]:
        """Return how much each place of the shelf is looked at."""
        return self.slot_effect.examination if self.slot_effect else (1.0,) * len(SlotEffect.examination)

    @property
    def incidents(self) -> tuple[Incident, ...]:
        """Return what fails for some days."""
        return tuple(incident for incident in (self.checkout_bug, self.payment_incident) if incident is not None)


PLANTED = Stories(Bundle(), DropOff(), CHECKOUT_BUG, PAYMENT_INCIDENT, chain=Chain(), slot_effect=SlotEffect())
CLEAN = Stories()
