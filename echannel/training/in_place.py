"""In place: what is published now, as far as a new build may go by it."""

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import msgspec

from echannel.training.decisions import Record, Search
from echannel.training.recipes import follow_recipe, is_same_recipe, write_recipe
from echannel.tree import Settings
from recommend import TASTES, TasteName
from serving import Ladders, Snapshot, SnapshotError, load_snapshot, read_current, read_manifest


class InPlace(NamedTuple):
    """The models that answer now, by what they were made of."""

    snapshot: Snapshot | None = None
    recipes: Mapping[str, Settings] = {}
    """Question → today's settings, with the sections of that question as they were."""
    taste: TasteName | None = None
    ladders: Ladders | None = None
    search: Search | None = None
    people_changed: bool = False
    fault: str | None = None
    """Why what is published cannot be gone by, though something is."""

    @property
    def notices(self) -> list[str]:
        """Say what a person should know of it."""
        return [f"What is published cannot be gone by: {self.fault}"] if self.fault else []

    def differs(self, question: str, settings: Settings) -> bool:
        """Tell whether a model answers the question that today's settings would not make again."""
        recipe = self.recipes.get(question)
        return recipe is not None and not is_same_recipe(question, recipe, settings, self.taste)

    def choose_start(self, settings: Settings) -> Snapshot | None:
        """Choose factors to go on from: those made by the same settings, of people who are all still there."""
        known = self.recipes.get("for_you")
        same = known is not None and self.taste == "als" and is_same_recipe("for_you", known, settings, "als")
        return self.snapshot if same and not self.people_changed else None


def read_in_place(folder: Path, settings: Settings) -> InPlace:
    """Read what is published; nothing on the first day, and where it cannot be read, which `fault` then says."""
    try:
        version = read_current(folder)
        if version is None:
            return InPlace()
        snapshot, manifest = load_snapshot(folder / version), read_manifest(folder / version)
        record = msgspec.convert(manifest.evaluation, Record)
        recipes = {question: follow_recipe(settings, recipe) for question, recipe in record.recipes.items()}
    except (SnapshotError, msgspec.ValidationError) as fault:
        return InPlace(fault=str(fault))
    taste = next((name for name in TASTES if name == record.taste), None)
    return InPlace(snapshot, recipes, taste, snapshot.ladders, record.search, record.people_changed)


def apply_search(settings: Settings, search: Search | None) -> Settings:
    """Take the settings that a search chose, unless somebody changed those that it began from."""
    if search is None or search.base != write_recipe("for_you", settings):
        return settings
    return follow_recipe(settings, search.chosen)
