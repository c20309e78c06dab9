"""Parts: which arrays a snapshot has on disk, and what must be true of each."""

from collections.abc import Mapping
from pathlib import Path
from typing import cast

import msgspec
import numpy as np
import numpy.typing as npt

from serving.clicks.ladders import CLICK_MODELS, Ladders
from serving.clicks.past_sessions import PLACES, PastSessions, Scales
from serving.clicks.returns import BACKS, RHYTHMS
from serving.clicks.surroundings import MOST
from serving.eligibility import ALL_CHANNELS, Catalogue
from serving.faults import SnapshotError
from serving.links import Links
from serving.lists import RankedLists
from serving.merchandising.settings import MerchandisingSettings
from serving.merchandising.stickiness import ItemStickiness
from serving.pages.layouts import TODAY, PageLayouts
from serving.people.fold_in import ItemFactors
from serving.people.histories import Histories
from serving.vocabulary import Int32Array, Int64Array, StrArray

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
        "item_sessions", "item_rules", "ladders", "for_you", "item_weights", "layouts",
        "stickiness",
    }
)  # fmt: skip
"""Models that may have been withheld, and choices that need not be made."""

UNSORTED = frozenset({"names", "models", "slot_names", "item_names", "document"})
"""Texts that go along with a vocabulary: names that customers read, choices."""

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


def assemble_part(name: str, arrays: Mapping[str, AnyArray], folder: Path) -> Part:
    """Put a part together from its arrays; raises `SnapshotError` for anything that no part could hold.

    What is checked is all that an answer relies on: types, lengths, sorted names, rows that follow each other, places
    that exist, finite numbers.
    """
    kind = PARTS[name]
    for field, dtype in FIELDS[kind].items():
        _require(_fits(arrays[field], dtype, field), folder, name, field, f"is no {dtype} array of the right shape")
        if dtype == "U":
            _check_names(cast("StrArray", arrays[field]), folder, name, field)
        if dtype in ("f4", "f8"):
            _require(bool(np.isfinite(arrays[field]).all()), folder, name, field, "holds numbers that are not finite")
    if kind is RankedLists:
        return _assemble_lists(name, arrays, folder)
    if kind is PastSessions:
        return _assemble_sessions(name, arrays, folder)
    if kind is Ladders:
        return _assemble_ladders(name, arrays, folder)
    if kind is Histories:
        return _assemble_histories(name, arrays, folder)
    if kind is Links:
        return _assemble_links(name, arrays, folder)
    if kind is ItemStickiness:
        return _assemble_stickiness(name, arrays, folder)
    if kind is MerchandisingSettings:
        return _assemble_merchandising(name, arrays, folder)
    if kind is ItemFactors:
        return _assemble_factors(name, arrays, folder)
    if kind is PageLayouts:
        return _assemble_layouts(name, arrays, folder)
    return _assemble_catalogue(name, arrays, folder)


def _assemble_lists(name: str, arrays: Mapping[str, AnyArray], folder: Path) -> RankedLists:
    lists = RankedLists(**arrays)  # type: ignore[arg-type]
    _check_rows(lists.starts, len(lists.keys), len(lists.target), folder, name)
    _check_lengths(arrays, ("score", "together"), len(lists.target), folder, name)
    _check_lengths(arrays, ("alone",), len(lists.keys), folder, name)
    _check_places(lists.target, len(lists.targets), folder, name, "target")
    _require(bool((lists.together >= 0).all()), folder, name, "together", "counts less than nothing")
    _require(bool((lists.alone >= 0).all()), folder, name, "alone", "counts less than nothing")
    inside = np.ones(max(len(lists.score) - 1, 0), dtype=np.bool_)
    border = lists.starts[1:-1]
    inside[border[(border > 0) & (border < len(lists.score))] - 1] = False
    falling = np.diff(lists.score) <= 0
    _require(bool(falling[inside].all()), folder, name, "score", "does not fall within a key")
    return lists


def _assemble_sessions(name: str, arrays: Mapping[str, AnyArray], folder: Path) -> PastSessions:
    past = PastSessions(**arrays)  # type: ignore[arg-type]
    _check_rows(past.recent_starts, len(past.keys), len(past.recent), folder, name, "recent_starts")
    _check_lengths(arrays, ("place",), len(past.recent), folder, name)
    _check_lengths(arrays, ("seen",), len(past.keys), folder, name)
    _check_rows(past.starts, len(past.age), len(past.click), folder, name)
    _check_places(past.click, len(past.keys), folder, name, "click")
    _check_places(past.recent, len(past.age), folder, name, "recent")
    rising = _rises_within(past.recent, past.recent_starts)
    _require(rising, folder, name, "recent", "does not list each key's sessions once, the newest first")
    length = np.diff(past.starts)
    fits = bool(((length > 1) & (length <= PLACES)).all())
    _require(fits, folder, name, "starts", f"cuts rows of 1 or of more than {PLACES}")
    inside = bool((past.place < length[past.recent]).all())
    _require(inside, folder, name, "place", "points outside its session")
    owner = np.repeat(np.arange(len(past.keys)), np.diff(past.recent_starts))
    found = bool((past.click[past.starts[past.recent] + past.place] == owner).all())
    _require(found, folder, name, "place", "points at another click")
    aged = bool(((past.age >= 0) & (past.age < 1)).all() and (np.diff(past.age) >= 0).all())
    _require(aged, folder, name, "age", "is no share that rises")
    _check_lengths(arrays, ("near", "near_share"), len(past.keys) * MOST, folder, name)
    _check_places(past.near, len(past.keys), folder, name, "near")
    _require(bool((past.near_share >= 0).all()), folder, name, "near_share", "holds shares below 0")
    _check_lengths(arrays, ("returns",), RHYTHMS * BACKS, folder, name)
    _require(bool((past.returns >= 0).all()), folder, name, "returns", "holds odds below 0")
    _check_scales(past, folder, name)
    return past


def _check_scales(past: PastSessions, folder: Path, name: str) -> None:
    """Refuse settings by which nobody could be answered, and counts that no formula bears."""
    whole = len(past.scales) == len(Scales._fields)
    _require(whole, folder, name, "scales", f"is not {len(Scales._fields)} numbers")
    scales = Scales(*past.scales.tolist())
    fades = (scales.neighbours, scales.sharpness, scales.click_fade, scales.step_fade, scales.age_fade)
    usable = scales.sessions >= 1 and scales.neighbours >= 1 and min(fades) > 0 and min(scales) >= 0
    _require(usable, folder, name, "scales", "holds numbers that are too small")
    counted = bool(((past.seen >= 1) & (past.seen <= scales.sessions)).all())
    _require(counted, folder, name, "seen", "counts no session, or more than there are")


def _assemble_ladders(name: str, arrays: Mapping[str, AnyArray], folder: Path) -> Ladders:
    ladders = Ladders(**arrays)  # type: ignore[arg-type]
    _check_lengths(arrays, ("models",), len(ladders.questions), folder, name)
    known = all(set(models.split()) <= set(CLICK_MODELS) for models in ladders.models.tolist())
    _require(known, folder, name, "models", "names models that do not exist")
    return ladders


def _rises_within(values: Int32Array, starts: Int64Array) -> bool:
    """Tell whether values rise, without a repeat, within each row."""
    inside = np.ones(max(len(values) - 1, 0), dtype=np.bool_)
    border = starts[1:-1]
    inside[border[(border > 0) & (border < len(values))] - 1] = False
    return bool((np.diff(values) > 0)[inside].all())


def _assemble_histories(name: str, arrays: Mapping[str, AnyArray], folder: Path) -> Histories:
    histories = Histories(**arrays)  # type: ignore[arg-type]
    _check_rows(histories.starts, len(histories.persons), len(histories.item), folder, name)
    _check_lengths(arrays, ("weight",), len(histories.item), folder, name)
    _check_places(histories.item, len(histories.items), folder, name, "item")
    _require(bool((histories.weight > 0).all()), folder, name, "weight", "holds weights that are not above 0")
    return histories


def _assemble_factors(name: str, arrays: Mapping[str, AnyArray], folder: Path) -> ItemFactors:
    _check_lengths(arrays, ("factors",), len(arrays["items"]), folder, name)
    scales = arrays["scales"].tolist()
    _require(len(scales) == 2 and min(scales) > 0, folder, name, "scales", "is not two numbers above 0")
    return ItemFactors(arrays["items"], arrays["factors"], *scales)  # type: ignore[arg-type]


def _assemble_layouts(name: str, arrays: Mapping[str, AnyArray], folder: Path) -> PageLayouts:
    layouts = PageLayouts(**arrays)  # type: ignore[arg-type]
    _check_rows(layouts.starts, len(layouts.pages), len(layouts.slot_names), folder, name)
    _check_lengths(arrays, ("item_names", "swaps", "why", "clicks"), len(layouts.slot_names), folder, name)
    _check_lengths(arrays, ("share",), len(layouts.pages), folder, name)
    shares = bool(((layouts.share >= 0) & (layouts.share <= 1)).all())
    _require(shares, folder, name, "share", "holds what is no share")
    _require(bool((layouts.why <= TODAY).all()), folder, name, "why", "names reasons that do not exist")
    last = layouts.starts[1:][np.diff(layouts.starts) > 0] - 1
    ends = not bool(layouts.swaps[last].any())
    _require(ends and bool((layouts.swaps <= 1).all()), folder, name, "swaps", "swaps over the end of a page")
    return layouts


def _assemble_catalogue(name: str, arrays: Mapping[str, AnyArray], folder: Path) -> Catalogue:
    catalogue = Catalogue(**arrays)  # type: ignore[arg-type]
    others = ("on_sale_from", "on_sale_to", "channels", "names", "min_age")
    _check_lengths(arrays, others, len(catalogue.items), folder, name)
    known = bool((catalogue.channels <= ALL_CHANNELS).all())
    _require(known, folder, name, "channels", "marks channels that do not exist")
    return catalogue


def _assemble_links(name: str, arrays: Mapping[str, AnyArray], folder: Path) -> Links:
    links = Links(**arrays)  # type: ignore[arg-type]
    _check_rows(links.starts, len(links.keys), len(links.target), folder, name)
    _check_places(links.target, len(links.targets), folder, name, "target")
    return links


def _assemble_stickiness(name: str, arrays: Mapping[str, AnyArray], folder: Path) -> ItemStickiness:
    stickiness = ItemStickiness(**arrays)  # type: ignore[arg-type]
    _check_lengths(arrays, ("ratio",), len(stickiness.items), folder, name)
    _require(bool((stickiness.ratio > 0).all()), folder, name, "ratio", "holds ratios that are not above 0")
    return stickiness


def _assemble_merchandising(name: str, arrays: Mapping[str, AnyArray], folder: Path) -> MerchandisingSettings:
    _check_lengths(arrays, ("document",), 1, folder, name)
    try:
        return msgspec.json.decode(str(arrays["document"][0]), type=MerchandisingSettings)
    except msgspec.MsgspecError as fault:
        raise SnapshotError(folder / f"{name}.document.npy", f"holds no settings ({fault})") from None


def _fits(array: AnyArray, dtype: str, field: str) -> bool:
    """Tell whether an array has the element type and the number of dimensions of its field."""
    dimensions = 2 if field == "factors" else 1
    found = array.dtype.kind if dtype == "U" else array.dtype.str.lstrip("<|")
    return found == dtype and array.ndim == dimensions and not array.dtype.hasobject


def _check_names(names: StrArray, folder: Path, name: str, field: str) -> None:
    """Refuse what is no text and, but for what goes along with another vocabulary, what is not sorted and unique."""
    points = np.ascontiguousarray(names).view(np.uint32)
    text = bool(((points < 0xD800) | ((points > 0xDFFF) & (points <= 0x10FFFF))).all())
    _require(text, folder, name, field, "holds characters that do not exist")
    rising = field in UNSORTED or bool((names[1:] > names[:-1]).all())
    _require(rising, folder, name, field, "is not sorted, or names something twice")


def _check_rows(starts: Int64Array, rows: int, places: int, folder: Path, name: str, field: str = "starts") -> None:
    ordered = len(starts) == rows + 1 and starts[0] == 0 and starts[-1] == places and bool((np.diff(starts) >= 0).all())
    _require(ordered, folder, name, field, "does not cut the rows one after the other")


def _check_lengths(
    arrays: Mapping[str, AnyArray], fields: tuple[str, ...], length: int, folder: Path, name: str
) -> None:
    for field in fields:
        found = len(arrays[field])
        _require(found == length, folder, name, field, f"has {found} entries where {length} belong")


def _check_places(codes: Int32Array, names: int, folder: Path, name: str, field: str) -> None:
    inside = bool(((codes >= 0) & (codes < names)).all())
    _require(inside, folder, name, field, "points outside its vocabulary")


def _require(holds: bool, folder: Path, name: str, field: str, fault: str) -> None:
    if not holds:
        raise SnapshotError(folder / f"{name}.{field}.npy", fault)
