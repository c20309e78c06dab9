"""The bench: tables and settings of one build, and what several makers need of them."""

from functools import cached_property

import dataframely as dy

from echannel.training.tables import Tables
from echannel.tree import Settings
from paths import ClickWalks, read_item_walks, read_page_walks
from recommend import Interaction, weigh_interactions
from serving import Histories, Snapshot


class Bench:
    """What makers work on; what several of them need is made once, and when first needed."""

    def __init__(self, tables: Tables, settings: Settings, start: Snapshot | None = None) -> None:
        self.tables = tables
        self.settings = settings
        self.start = start
        """The snapshot whose factors may be gone on from; none where they must be learnt afresh."""

    @cached_property
    def interactions(self) -> dy.DataFrame[Interaction]:
        """Weigh what each person did with each item, up to the last event."""
        return weigh_interactions(self.tables.sessioned, self.settings.interactions, self.tables.ends_at)

    @cached_property
    def histories(self) -> Histories:
        """Lay the same out for each person."""
        return Histories.from_rows(*(self.interactions[name].to_numpy() for name in ("person_id", "item_id", "weight")))

    def take_settings(self, settings: Settings) -> "Bench":
        """Work on the same tables by other settings; weights stay where they would be the same."""
        other = Bench(self.tables, settings, self.start)
        if settings.interactions == self.settings.interactions:
            other.interactions, other.histories = self.interactions, self.histories
        return other

    @cached_property
    def page_walks(self) -> ClickWalks:
        """Read the sessions as walks over pages."""
        return read_page_walks(self.tables.sessioned)

    @cached_property
    def item_walks(self) -> ClickWalks:
        """Read the sessions as walks over items."""
        return read_item_walks(self.tables.sessioned)
