"""Parts: which arrays a snapshot has on disk, and of what types."""

import msgspec
import numpy as np
import numpy.typing as npt

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

AnyArray = npt.NDArray[np.generic]
Part = (
    RankedLists
    | PastSessions
    | Ladders
    | Histories
    | ItemFactors
    | PageLayouts
    | Catalogue
    | Links
    | ItemStickiness
    | MerchandisingSettings
)

FIELDS: dict[type[Part], dict[str, str]] = {
    RankedLists: {
        "keys": "U", "targets": "U", "starts": "i8", "target": "i4", "score": "f4", "together": "i8", "alone": "i8",
    },
    PastSessions: {
        "keys": "U", "seen": "i8", "recent_starts": "i8", "recent": "i4", "place": "u1", "starts": "i8", "click": "i4",
        "age": "f4", "near": "i4", "near_share": "f4", "returns": "f4", "scales": "f8",
    },
    Ladders: {"questions": "U", "models": "U"},
    Histories: {"persons": "U", "items": "U", "starts": "i8", "item": "i4", "weight": "f4"},
    ItemFactors: {"items": "U", "factors": "f4", "scales": "f8"},
    PageLayouts: {
        "pages": "U", "starts": "i8", "share": "f8", "slot_names": "U", "item_names": "U", "swaps": "u1", "why": "u1",
        "clicks": "f4",
    },
    Catalogue: {
        "items": "U", "on_sale_from": "i8", "on_sale_to": "i8", "channels": "u1", "names": "U", "min_age": "i8",
    },
    ItemStickiness: {"items": "U", "ratio": "f8"},
    MerchandisingSettings: {"document": "U"},
    Links: {"keys": "U", "targets": "U", "starts": "i8", "target": "i4"},
}  # fmt: skip
"""Each kind of part, its arrays, and their types: kind and bytes of an element."""

PARTS: dict[str, type[Part]] = {
    "also_viewed": RankedLists,
    "also_bought": RankedLists,
    "bought_after_viewing": RankedLists,
    "next_click": RankedLists,
    "page_sessions": PastSessions,
    "page_rules": RankedLists,
    "next_item": RankedLists,
    "item_sessions": PastSessions,
    "item_rules": RankedLists,
    "ladders": Ladders,
    "popular": RankedLists,
    "trending": RankedLists,
    "alike": RankedLists,
    "siblings": RankedLists,
    "for_you": ItemFactors,
    "item_weights": RankedLists,
    "histories": Histories,
    "owned": Histories,
    "layouts": PageLayouts,
    "catalogue": Catalogue,
    "requires": Links,
    "excludes": Links,
    "words": Links,
    "stickiness": ItemStickiness,
    "merchandising": MerchandisingSettings,
}
"""Each part of a snapshot and its kind."""

OPTIONAL = frozenset(
    {
        "also_viewed", "also_bought", "bought_after_viewing", "next_click", "page_sessions", "page_rules", "next_item",
        "item_sessions", "item_rules", "ladders", "for_you", "item_weights", "layouts", "stickiness",
    }
)  # fmt: skip
"""Models that may have been withheld, and choices that need not be made."""

FILES = frozenset(f"{name}.{field}.npy" for name, kind in PARTS.items() for field in FIELDS[kind])
"""Every array file that a snapshot may hold."""


def list_arrays(part: Part) -> dict[str, AnyArray]:
    """Take a part to pieces."""
    if isinstance(part, MerchandisingSettings):
        return {"document": np.array([msgspec.json.encode(part, order="deterministic").decode()])}
    if isinstance(part, ItemFactors):
        scales = np.array([part.regularization, part.alpha], dtype=np.float64)
        return {"items": part.items, "factors": part.factors, "scales": scales}
    return {field: getattr(part, field) for field in FIELDS[type(part)]}
