"""Checks: the arrays of one part as they lie on disk, and what of them is refused."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import numpy as np

from serving.faults import SnapshotError
from serving.storage.parts import AnyArray
from serving.vocabulary import Int32Array, StrArray

UNSORTED = frozenset({"names", "models", "slot_names", "item_names", "document"})
"""Texts that go along with a vocabulary: names that customers read, choices."""


@dataclass(frozen=True)
class PartArrays:
    """The arrays of one part, by their fields; each check raises `SnapshotError` with the file at fault."""

    folder: Path
    name: str
    arrays: Mapping[str, AnyArray]

    def require(self, holds: bool, field: str, fault: str) -> None:
        """Refuse the part with a fault of one of its arrays."""
        if not holds:
            raise SnapshotError(self.folder / f"{self.name}.{field}.npy", fault)

    def require_type(self, field: str, dtype: str) -> None:
        """Refuse another element type, another number of dimensions, text that is none, and infinite numbers."""
        array = self.arrays[field]
        dimensions = 2 if field == "factors" else 1
        found = array.dtype.kind if dtype == "U" else array.dtype.str.lstrip("<|")
        fits = found == dtype and array.ndim == dimensions and not array.dtype.hasobject
        self.require(fits, field, f"is no {dtype} array of the right shape")
        if dtype == "U":
            self._require_names(field, cast("StrArray", array))
        if dtype in ("f4", "f8"):
            self.require(bool(np.isfinite(array).all()), field, "holds numbers that are not finite")

    def require_rows(self, rows: int, places: int, field: str = "starts") -> None:
        """Refuse starts that do not cut so many places into so many rows, one after the other."""
        starts = self.arrays[field]
        whole = len(starts) == rows + 1 and starts[0] == 0 and starts[-1] == places
        self.require(whole and bool((np.diff(starts) >= 0).all()), field, "does not cut the rows one after the other")

    def require_length(self, length: int, *fields: str) -> None:
        """Refuse arrays of any other length."""
        for field in fields:
            found = len(self.arrays[field])
            self.require(found == length, field, f"has {found} entries where {length} belong")

    def require_places(self, field: str, names: int) -> None:
        """Refuse codes that point outside their vocabulary."""
        codes = cast("Int32Array", self.arrays[field])
        self.require(bool(((codes >= 0) & (codes < names)).all()), field, "points outside its vocabulary")

    def _require_names(self, field: str, names: StrArray) -> None:
        """Refuse what is no text and, but for what goes along with a vocabulary, what is not sorted and unique."""
        points = np.ascontiguousarray(names).view(np.uint32)
        text = bool(((points < 0xD800) | ((points > 0xDFFF) & (points <= 0x10FFFF))).all())
        self.require(text, field, "holds characters that do not exist")
        rising = field in UNSORTED or bool((names[1:] > names[:-1]).all())
        self.require(rising, field, "is not sorted, or names something twice")
