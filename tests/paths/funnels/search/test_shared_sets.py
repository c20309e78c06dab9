"""Both searches in any order find the same sets wherever both are exact."""

import numpy as np
import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from paths import Exclusion, FunnelDefinition, FunnelStep
from paths.funnels.search.courses import list_courses
from paths.funnels.search.events import arrange_events
from paths.funnels.search.sets import find_sets
from paths.funnels.search.shared_sets import find_shared_sets

STEPS = (FunnelStep("view_item"), FunnelStep("add_to_cart"), FunnelStep("purchase"))


@given(
    st.lists(
        st.tuples(st.integers(0, 2), st.integers(0, 12), st.sampled_from([0, 1, 2, 4]), st.sampled_from([0, 0, 1])),
        unique_by=lambda event: event[:3],
        max_size=15,
    ),
    st.integers(1, 12),
    st.booleans(),
)
def test_both_searches_agree_where_each_event_is_good_for_one_step(
    rows: list[tuple[int, int, int, int]], window: int, excludes: bool
) -> None:
    excluded = (Exclusion("refund"),) if excludes else ()
    funnel = FunnelDefinition(STEPS, window_hours=window / 3.6e9, order="any", exclude=excluded)
    entrant, time, good, shut = np.array(rows, np.int64).reshape(-1, 4).T
    bits = {"good": good.astype(np.uint8), "shut": shut.astype(np.uint8)}
    events = arrange_events(pl.DataFrame({"entrant": entrant.astype(str), "time": time, **bits}), funnel).events
    (course,) = list_courses(funnel)
    if events.good.any():
        first, second = (search(events, course, 12) for search in (find_sets, find_shared_sets))
        for part in ("entrant", "level", "taken", "waiting"):
            assert getattr(first, part).tolist() == getattr(second, part).tolist(), part
