"""What is true of assignments, whatever the page."""

from itertools import product

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from recommend.layout.assignment import assign_items

WORTH = st.one_of(st.integers(0, 9).map(float), st.just(-np.inf))


@st.composite
def draw_pages(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    slots, items = draw(st.integers(1, 3)), draw(st.integers(1, 5))
    value = np.array(draw(st.lists(WORTH, min_size=slots * items, max_size=slots * items))).reshape(slots, items)
    categories = np.array(draw(st.lists(st.integers(-1, 1), min_size=items, max_size=items)))
    caps = np.array(draw(st.lists(st.integers(0, 3), min_size=2, max_size=2)))
    pinned = np.full(slots, -1)
    slot, item = draw(st.integers(0, slots - 1)), draw(st.integers(0, items - 1))
    allowed = np.isfinite(value[slot, item]) and (categories[item] < 0 or caps[categories[item]] > 0)
    if allowed and draw(st.booleans()):
        pinned[slot] = item
    return value, pinned, categories, caps


def weigh(value: np.ndarray, page: tuple[int, ...]) -> float:
    return sum(value[slot, item] for slot, item in enumerate(page) if item >= 0)


def allows(page: tuple[int, ...], pinned: np.ndarray, categories: np.ndarray, caps: np.ndarray) -> bool:
    there = [item for item in page if item >= 0]
    held = all(pin in (-1, item) for item, pin in zip(page, pinned, strict=True))
    capped = all(sum(categories[item] == name for item in there) <= cap for name, cap in enumerate(caps))
    return held and capped and len(set(there)) == len(there)


@settings(deadline=None)
@given(draw_pages())
def test_no_allowed_page_is_worth_more_and_of_equal_ones_none_is_fuller(
    page: tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray],
) -> None:
    value, pinned, categories, caps = page
    taken = tuple(assign_items(value, pinned, categories, caps).tolist())
    assert allows(taken, pinned, categories, caps)
    pages = [other for other in product(range(-1, value.shape[1]), repeat=len(value)) if allows(other, *page[1:])]
    best = max((weigh(value, other), sum(item >= 0 for item in other)) for other in pages)
    assert (weigh(value, taken), sum(item >= 0 for item in taken)) == best
