"""Recipes: by which settings each question's models are made, as the manifest keeps them for the next build."""

from collections.abc import Mapping
from typing import Any

import msgspec

from echannel.tree import Settings
from recommend import TasteName

READS: Mapping[str, tuple[str, ...]] = {
    "also_viewed": ("evidence", "relations"),
    "also_bought": ("baskets", "evidence", "relations"),
    "bought_after_viewing": ("baskets", "evidence", "relations"),
    "trending": ("trending",),
    "next_click": ("next_click", "paths"),
    "next_item": ("next_click",),
    "for_you": ("interactions", "for_you"),
}
"""Every question that a model answers, and the sections of the settings that its models are made by."""

QUESTIONS = tuple(READS)

Recipe = dict[str, Any]
"""Section → its settings, as a document."""


def write_recipe(question: str, settings: Settings) -> Recipe:
    """Write down the settings that a question's models are made by, as they will be read again."""
    document = {section: getattr(settings, section) for section in READS[question]}
    recipe: Recipe = msgspec.json.decode(msgspec.json.encode(document))
    return recipe


def follow_recipe(settings: Settings, recipe: Recipe) -> Settings:
    """Put a recipe's sections in place of the settings' own; raises ValidationError where they no longer fit."""
    tree = type(settings)
    kinds = {field.name: field.type for field in msgspec.structs.fields(tree)}
    sections = {name: msgspec.convert(document, kinds[name]) for name, document in recipe.items() if name in kinds}
    return msgspec.structs.replace(settings, **sections)


def is_same_recipe(question: str, one: Settings, other: Settings, taste: TasteName | None) -> bool:
    """Tell whether two settings make the same models; of "for you" those of the one model that answers."""
    if question == "for_you" and taste is not None:
        suits, others = one.for_you, other.for_you
        return one.interactions == other.interactions and getattr(suits, taste) == getattr(others, taste)
    return all(getattr(one, section) == getattr(other, section) for section in READS[question])
