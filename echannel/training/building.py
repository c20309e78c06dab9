"""Building: from the lake's tables to a snapshot in memory, the same way for judging and for publishing."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from echannel.training.bench import Bench
from echannel.training.makers import CLICK_MAKERS, GROUND_MAKERS, MODEL_MAKERS
from echannel.training.tables import Tables
from echannel.training.taste import learn_taste
from echannel.tree import Settings
from recommend import TasteName
from serving import CHANNEL_BIT, CLICK_MODELS, Ladders, Snapshot

CLICK_PARTS = {
    "next_click": ("page_sessions", "page_rules", "next_click"),
    "next_item": ("item_sessions", "item_rules", "next_item"),
}
"""For each question about clicks the parts of a snapshot that hold its models, in the order of `CLICK_MODELS`."""


@dataclass(frozen=True)
class Choice:
    """What a snapshot is to hold, as the gate chose it; without a gate, every model."""

    withheld: Collection[str] = ()
    """Questions that what is popular answers."""
    ladders: Ladders = field(default_factory=Ladders.empty)
    """What answers the next click on each channel; what no channel asks is not trained."""
    taste: TasteName = "als"
    """The model of "for you"."""
    kept: Mapping[str, Settings] = field(default_factory=dict)
    """Questions that stay with other settings: those in place."""


def build_snapshot(
    tables: Tables, settings: Settings, choice: Choice | None = None, start: Snapshot | None = None
) -> Snapshot:
    """Train what was chosen and put all that answers need into a snapshot.

    `start` is the snapshot in place, where its factors may be gone on from. The graph of pages is made in any case: it
    also tells which pages are popular.
    """
    chosen = choice or Choice()
    clicks = _list_asked(chosen.ladders) | {"next_click"}
    fresh = Bench(tables, settings, start)
    benches = {name: Bench(tables, kept, start) for name, kept in chosen.kept.items()}
    suits = benches.get("for_you", fresh)
    parts: dict[str, Any] = {name: make(suits) for name, make in GROUND_MAKERS.items()}
    for name, make in MODEL_MAKERS.items():
        parts |= {name: make(benches.get(name, fresh))} if name not in chosen.withheld else {}
    for question, names in CLICK_PARTS.items():
        bench = benches.get(question, fresh)
        parts |= {name: CLICK_MAKERS[name](bench) for name in names if name in clicks}
    parts |= learn_taste(suits, chosen.taste) if "for_you" not in chosen.withheld else {}
    return Snapshot(**parts, ladders=chosen.ladders)


def learn_parts(question: str, bench: Bench, taste: TasteName | None) -> dict[str, Any]:
    """Learn what answers one question, and nothing else: the parts of a snapshot that hold its models."""
    if question == "for_you":
        return {"histories": bench.histories, **(learn_taste(bench, taste) if taste else {})}
    if question in CLICK_PARTS:
        return {name: CLICK_MAKERS[name](bench) for name in CLICK_PARTS[question]}
    return {question: MODEL_MAKERS[question](bench)}


def _list_asked(ladders: Ladders) -> set[str]:
    """List the parts of a snapshot that any channel asks for its next clicks."""
    return {
        part
        for question, parts in CLICK_PARTS.items()
        for model, part in zip(CLICK_MODELS, parts, strict=True)
        for channel in (None, *CHANNEL_BIT)
        if model in ladders.choose_models(question, channel)
    }
