"""The vocabulary: the sorted, unique names that a list's integers stand for."""

from bisect import bisect_left
from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

StrArray = npt.NDArray[np.str_]
Int64Array = npt.NDArray[np.int64]
Int32Array = npt.NDArray[np.int32]
Float32Array = npt.NDArray[np.float32]

ABSENT = -1
"""The code of a name that is not in a vocabulary."""


def make_vocabulary(names: Iterable[str]) -> StrArray:
    """Sort names by code point and keep each once."""
    distinct = sorted({str(name) for name in names})
    return np.array(distinct, dtype=np.str_) if distinct else np.empty(0, dtype="<U1")


def encode_names(names: Sequence[str] | npt.NDArray[np.generic]) -> tuple[StrArray, Int32Array]:
    """Split names into their vocabulary and one code per name.

    Linear in the number of rows: a table's strings repeat, so a dictionary beats sorting them.
    """
    texts = [str(name) for name in names]
    vocabulary = make_vocabulary(texts)
    code_of = {name: code for code, name in enumerate(vocabulary.tolist())}
    return vocabulary, np.fromiter((code_of[text] for text in texts), dtype=np.int32, count=len(texts))


def find_code(vocabulary: StrArray, name: str) -> int:
    """Find a name's code; `ABSENT` when it has none.

    A binary search over single elements: `np.searchsorted` would widen, that is copy, the whole
    vocabulary whenever the name is longer than its longest entry.
    """
    place = bisect_left(vocabulary, name)
    return place if place < len(vocabulary) and vocabulary[place] == name else ABSENT


def translate_codes(source: StrArray, target: StrArray) -> Int32Array:
    """Tell for each code of one vocabulary its code in another, `ABSENT` where the other lacks the name."""
    if not len(target):
        return np.full(len(source), ABSENT, dtype=np.int32)
    # Cut to the longest entry, or `np.searchsorted` would widen, that is copy, the whole vocabulary.
    places = np.searchsorted(target, source.astype(target.dtype))
    places[places == len(target)] = 0
    return np.where(target[places] == source, places, ABSENT).astype(np.int32)
