"""Settings of layouts: what may stand where on each page, and what counts as evidence."""

from collections.abc import Iterator

import msgspec

from recommend.layout.requests import LayoutRequest, Pin
from serving import MOST_POWER


class PageSlot(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One place of a page."""

    slot: str
    """Its name in the log: `slot:position`, or the one of them that the log tells."""
    kind: str | None = None
    """Banner, tile, text line …; none takes what fits any kind."""
    size: int | None = None
    """Its area, in whatever unit `material` tells sizes in."""


class Material(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What slots a product, or every product of a category, has material for."""

    item_id: str | None = None
    """The product; it goes before what is said of its category."""
    category: str | None = None
    """The category, where no product is named."""
    kinds: tuple[str, ...] | None = None
    """Kinds of slot that it fits; none told: any."""
    least_size: int | None = None
    """Smallest slot that it fits."""
    most_size: int | None = None
    """Largest slot that it fits."""


class PageSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a plan of one page must keep to."""

    slots: tuple[PageSlot, ...] = ()
    """Its places in their order, neighbours beside each other. None told: those of the log, of any kind."""
    pins: tuple[Pin, ...] = ()
    """Products that must stand in a slot. None by default: every pin costs what a better product would have earned."""
    category_caps: dict[str, int] = {}
    """Most products of a category on the page. None by default."""
    material: tuple[Material, ...] = ()
    """Which slots products fit. None by default: every product fits every slot."""

    def __post_init__(self) -> None:
        """Refuse slots named twice and material of nothing, all at once."""
        if faults := [*self._find_faults()]:
            raise ValueError(f"The settings of a page are wrong: {'; '.join(faults)}.")

    def _find_faults(self) -> Iterator[str]:
        names = [slot.slot for slot in self.slots]
        for name in sorted({name for name in names if names.count(name) > 1}):
            yield f"`slots` names {name} {names.count(name)} times: name it once"
        for number, material in enumerate(self.material, 1):
            if (material.item_id is None) == (material.category is None):
                yield f"`material` {number} must name either a product or a category: give `item_id` or `category`"


class LayoutSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How pages are planned, and how much exploring them is recommended."""

    pages: dict[str, PageSettings] = {}
    """Page = what its plan must keep to; `train` publishes the layouts of these pages. None by default: each one is a
    decision to let the plan stand."""
    bought_hours: float = 24.0
    """Hours after a click within which an order of the product counts as come of it. A day, as for baskets."""
    today_days: float = 7.0
    """Last days that today's page is read from, what was shown most in each slot: a week has all its days."""
    prior_clicks: float = 20.0
    """Clicks that all products' orders a click count for in one product's own: enough to tame a lucky first sale."""
    randomised_only: bool = False
    """Learn from showings alone whose place was drawn. Needed where a page is chosen for each visitor."""
    told_pages: int = 1_000
    """Showings of the page that clicks and margin are told for: a number that people can picture."""
    exploration: float = 0.1
    """Share of the answers to callers with a key in which two neighbours change places; a tenth costs few clicks."""
    stickiness_power: float = 0.0
    """A product's value is multiplied by its stickiness against that of all products to this power. 0 is off, since it
    is no money that anyone has counted; 1 takes it as it is, 0.5 its root."""
    wanted_error: float = 0.2
    """How far the interval of a slot's examination may reach, as a share of it, for the recommended exploration."""
    wanted_days: float = 28.0
    """Days within which that is to be reached."""

    def __post_init__(self) -> None:
        """Refuse what no plan can be made by, all at once."""
        faults = [
            f"`{name}` is {getattr(self, name)}: give a number above 0"
            for name in ("bought_hours", "today_days", "prior_clicks", "told_pages", "wanted_error", "wanted_days")
            if not 0 < getattr(self, name) < float("inf")
        ]
        if not 0 <= self.stickiness_power <= MOST_POWER:
            faults.append(f"`stickiness_power` is {self.stickiness_power}: give a number from 0 to {MOST_POWER}")
        if not 0 <= self.exploration <= 1:
            faults.append(f"`exploration` is {self.exploration}: give a share from 0 to 1")
        if faults:
            raise ValueError(f"The settings of layouts are wrong: {'; '.join(faults)}.")

    def request(self, page: str) -> LayoutRequest:
        """Say what the plan of a page must keep to."""
        asked = self.pages.get(page, PageSettings())
        sticky = self.stickiness_power > 0
        return LayoutRequest(asked.pins, asked.category_caps, stickiness=sticky, pages=self.told_pages)
