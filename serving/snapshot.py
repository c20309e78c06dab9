"""The snapshot: everything that answers are made from, in memory."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from serving.clicks.ladders import Ladders
from serving.clicks.past_sessions import PastSessions
from serving.eligibility import Catalogue
from serving.links import Links
from serving.lists import RankedLists
from serving.merchandising.settings import MerchandisingSettings
from serving.merchandising.stickiness import ItemStickiness
from serving.pages.layouts import PageLayouts
from serving.people.fold_in import ItemFactors
from serving.people.histories import Histories

UNPUBLISHED = "unpublished"
"""The version of a snapshot that was never written to disk."""


@dataclass(frozen=True, eq=False)
class Snapshot:
    """One day's models and what their answers need; None where a model was withheld.

    It never changes, so any number of threads may read it. It can be made from arrays alone, without a disk.
    """

    also_viewed: RankedLists | None = None
    """Item, or "channel\\titem" → items viewed in the same session; `together` and `alone` count sessions."""
    also_bought: RankedLists | None = None
    """Item, or "channel\\titem" → items bought in the same order; `together` and `alone` count orders."""
    bought_after_viewing: RankedLists | None = None
    """Item, or "channel\\titem" → items of the order that followed a look at it; the two count such orders."""
    next_click: RankedLists | None = None
    """"channel\\tpage" → pages clicked next; `together` and `alone` count clicks."""
    page_sessions: PastSessions | None = None
    """Past sessions by "channel\tpage"."""
    page_rules: RankedLists | None = None
    """"channel\tpage" → pages clicked within a few clicks; `together` and `alone` count sessions."""
    next_item: RankedLists | None = None
    """Item → items viewed next; `together` and `alone` count clicks."""
    item_sessions: PastSessions | None = None
    """Past sessions by item."""
    item_rules: RankedLists | None = None
    """Item → items viewed within a few views; `together` and `alone` count sessions."""
    ladders: Ladders = field(default_factory=Ladders.empty)
    """Which of these models answer on which channel."""
    popular: RankedLists = field(default_factory=RankedLists.empty)
    """"all", "app", "wap", "web", and each with a tab and a category → items; `together` counts the people who took to
    the item, `alone` all people."""
    trending: RankedLists = field(default_factory=RankedLists.empty)
    """The same keys → items that more people care for than usual; the two count recent people."""
    alike: RankedLists = field(default_factory=RankedLists.empty)
    """Item → items that the catalogue describes alike; `together` counts the words in common, `alone` the item's."""
    siblings: RankedLists = field(default_factory=RankedLists.empty)
    """Item → the items of its category; `together` counts the people who took to the item, `alone` the category's."""
    for_you: ItemFactors | None = None
    """The factors of ALS, where the gate chose it."""
    item_weights: RankedLists | None = None
    """Item → the items it speaks for or against, where the gate chose EASE or RP3β; counts people. Not both models."""
    histories: Histories = field(default_factory=Histories.empty)
    """What each person did: the weights that what suits them is worked out from."""
    owned: Histories = field(default_factory=Histories.empty)
    """What each person has bought: never recommended to them again."""
    layouts: PageLayouts | None = None
    """What stands where on each page; None where none is planned."""
    catalogue: Catalogue = field(default_factory=Catalogue.empty)
    requires: Links = field(default_factory=Links.empty)
    """Item → what one must have with it."""
    excludes: Links = field(default_factory=Links.empty)
    """Item → what one cannot have beside it; it holds both ways."""
    words: Links = field(default_factory=Links.empty)
    """Item → words for what it is like, its category among them (category=plan)."""
    stickiness: ItemStickiness | None = None
    """How well each product keeps its people; None where that counts for nothing."""
    merchandising: MerchandisingSettings = field(default_factory=MerchandisingSettings)
    reports: Mapping[str, bytes] = field(default_factory=dict)
    """Name → the JSON document of a `Report`."""
    model_version: str = UNPUBLISHED
