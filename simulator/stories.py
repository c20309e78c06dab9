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
class Stories:
    """What is planted; None for a story that is not told."""

    bundle: Bundle | None = None
    drop_off: DropOff | None = None


PLANTED = Stories(Bundle(), DropOff())
CLEAN = Stories()
