"""Building: from the lake's tables to a snapshot in memory, the same way for judging and for publishing."""

from collections.abc import Collection
from typing import Any

from echannel.training.makers import CLICK_MAKERS, GROUND_MAKERS, MODEL_MAKERS, Bench
from echannel.training.tables import Tables
from echannel.tree import Settings
from serving import CHANNEL_BIT, CLICK_MODELS, Ladders, Snapshot

CLICK_PARTS = {
    "next_click": ("page_sessions", "page_rules", "next_click"),
    "next_item": ("item_sessions", "item_rules", "next_item"),
}
"""For each question about clicks the parts of a snapshot that hold its models, in the order of `CLICK_MODELS`."""


def build_snapshot(
    tables: Tables, settings: Settings, withheld: Collection[str] = (), ladders: Ladders | None = None
) -> Snapshot:
    """Train every model that is not withheld and put all that answers need into a snapshot.

    `ladders` names what answers the next click on each channel; what no channel asks is not trained. The graph of
    pages is: it also tells which pages are popular.
    """
    bench, ladders = Bench(tables, settings), ladders or Ladders.empty()
    clicks = _list_asked(ladders) | {"next_click"}
    makers = {
        **{name: make for name, make in MODEL_MAKERS.items() if name not in withheld},
        **{name: make for name, make in CLICK_MAKERS.items() if name in clicks},
        **GROUND_MAKERS,
    }
    parts: dict[str, Any] = {name: make(bench) for name, make in makers.items()}
    return Snapshot(**parts, ladders=ladders)


def _list_asked(ladders: Ladders) -> set[str]:
    """List the parts of a snapshot that any channel asks for its next clicks."""
    return {
        part
        for question, parts in CLICK_PARTS.items()
        for model, part in zip(CLICK_MODELS, parts, strict=True)
        for channel in (None, *CHANNEL_BIT)
        if model in ladders.choose_models(question, channel)
    }
