"""Parts: which arrays a snapshot has on disk, and what must be true of each."""

from collections.abc import Mapping
from pathlib import Path
from typing import cast

import numpy as np
import numpy.typing as npt

from serving.eligibility import ALL_CHANNELS, Catalogue
from serving.faults import SnapshotError
from serving.fold_in import ItemFactors
from serving.histories import Histories
from serving.lists import RankedLists
from serving.vocabulary import Int32Array, Int64Array, StrArray

AnyArray = npt.NDArray[np.generic]
Part = RankedLists | Histories | ItemFactors | Catalogue

FIELDS: dict[type[Part], dict[str, str]] = {
    RankedLists: {
        "keys": "U", "targets": "U", "starts": "i8", "target": "i4", "score": "f4", "together": "i8", "alone": "i8",
    },
    Histories: {"persons": "U", "items": "U", "starts": "i8", "item": "i4", "weight": "f4"},
    ItemFactors: {"items": "U", "factors": "f4", "scales": "f8"},
    Catalogue: {"items": "U", "on_sale_from": "i8", "on_sale_to": "i8", "channels": "u1", "names": "U"},
}  # fmt: skip
"""Each kind of part, its arrays, and their types: kind and bytes of an element."""

PARTS: dict[str, type[Part]] = {
    "also_viewed": RankedLists,
    "also_bought": RankedLists,
    "next_click": RankedLists,
    "popular": RankedLists,
    "siblings": RankedLists,
    "for_you": ItemFactors,
    "histories": Histories,
    "owned": Histories,
    "catalogue": Catalogue,
}
"""Each part of a snapshot and its kind."""

OPTIONAL = frozenset({"also_viewed", "also_bought", "next_click", "for_you"})
"""Models that may have been withheld."""


FILES = frozenset(f"{name}.{field}.npy" for name, kind in PARTS.items() for field in FIELDS[kind])
"""Every array file that a snapshot may hold."""


def list_arrays(part: Part) -> dict[str, AnyArray]:
    """Take a part to pieces."""
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
    if kind is Histories:
        return _assemble_histories(name, arrays, folder)
    if kind is ItemFactors:
        return _assemble_factors(name, arrays, folder)
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


def _assemble_catalogue(name: str, arrays: Mapping[str, AnyArray], folder: Path) -> Catalogue:
    catalogue = Catalogue(**arrays)  # type: ignore[arg-type]
    others = ("on_sale_from", "on_sale_to", "channels", "names")
    _check_lengths(arrays, others, len(catalogue.items), folder, name)
    known = bool((catalogue.channels <= ALL_CHANNELS).all())
    _require(known, folder, name, "channels", "marks channels that do not exist")
    return catalogue


def _fits(array: AnyArray, dtype: str, field: str) -> bool:
    """Tell whether an array has the element type and the number of dimensions of its field."""
    dimensions = 2 if field == "factors" else 1
    found = array.dtype.kind if dtype == "U" else array.dtype.str.lstrip("<|")
    return found == dtype and array.ndim == dimensions and not array.dtype.hasobject


def _check_names(names: StrArray, folder: Path, name: str, field: str) -> None:
    """Refuse what is no text and, but for the names that customers read, what is not sorted and unique."""
    points = np.ascontiguousarray(names).view(np.uint32)
    text = bool(((points < 0xD800) | ((points > 0xDFFF) & (points <= 0x10FFFF))).all())
    _require(text, folder, name, field, "holds characters that do not exist")
    rising = field == "names" or bool((names[1:] > names[:-1]).all())
    _require(rising, folder, name, field, "is not sorted, or names something twice")


def _check_rows(starts: Int64Array, rows: int, places: int, folder: Path, name: str) -> None:
    ordered = len(starts) == rows + 1 and starts[0] == 0 and starts[-1] == places and bool((np.diff(starts) >= 0).all())
    _require(ordered, folder, name, "starts", "does not cut the rows one after the other")


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
