"""Links: for each item the names that the catalogue ties to it."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Self

import numpy as np

from serving.vocabulary import Int32Array, Int64Array, StrArray, find_code, make_vocabulary


@dataclass(frozen=True, eq=False)
class Links:
    """For each item its names, sorted, as compressed sparse rows; items without any are left out."""

    keys: StrArray
    """Items: sorted, unique."""
    targets: StrArray
    """Names: sorted, unique. `target` holds places in it."""
    starts: Int64Array
    """Where each item's row begins; one more than there are items."""
    target: Int32Array

    @classmethod
    def empty(cls) -> Self:
        """Make links of nothing."""
        return cls.from_names({})

    @classmethod
    def from_names(cls, named: Mapping[str, frozenset[str]]) -> Self:
        """Build from item → names."""
        full = {item: sorted(names) for item, names in named.items() if names}
        keys, targets = make_vocabulary(full), make_vocabulary(name for names in full.values() for name in names)
        code_of = {name: code for code, name in enumerate(targets.tolist())}
        rows = [[code_of[name] for name in full[key]] for key in keys.tolist()]
        return cls(
            keys=keys,
            targets=targets,
            starts=np.cumsum([0, *map(len, rows)], dtype=np.int64),
            target=np.array([code for row in rows for code in row], dtype=np.int32),
        )

    def name_links(self) -> dict[str, frozenset[str]]:
        """Tell item → names."""
        names, ends = self.targets[self.target].tolist(), self.starts.tolist()
        rows = zip(self.keys.tolist(), pairwise(ends), strict=True)
        return {key: frozenset(names[start:end]) for key, (start, end) in rows}

    def list_names(self, item_id: str) -> list[str]:
        """List one item's names; none for an item that has none."""
        code = find_code(self.keys, item_id)
        if code < 0:
            return []
        names: list[str] = self.targets[self.target[self.starts[code] : self.starts[code + 1]]].tolist()
        return names
