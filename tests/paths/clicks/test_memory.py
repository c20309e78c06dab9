"""Whether the page before matters is tested, and shown only where it does."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import chi2_contingency

from paths import Context, MemorySettings, PageMemory, RememberedClick, count_remembered, find_memory


def make_contexts(table: list[list[int]], page: str = "p", channel: str = "web") -> pl.DataFrame:
    """Make contexts of a table of clicks: pages before by next pages."""
    cells = [
        {"channel": channel, "before": f"a{row}", "source": page, "target": f"b{column}", "clicks": clicks}
        for row, counts in enumerate(table)
        for column, clicks in enumerate(counts)
        if clicks
    ]
    filled = {"sessions": 1, "share_out": 0.5, "share_without_memory": 0.5, "lift": 1.0, "median_seconds": 1.0}
    return Context.cast(pl.DataFrame([cell | filled | {"p95_seconds": 1.0} for cell in cells]))


@given(st.lists(st.lists(st.integers(40, 90), min_size=3, max_size=3), min_size=2, max_size=4))
def test_the_statistic_is_the_likelihood_ratio_of_a_contingency_table(table: list[list[int]]) -> None:
    found = PageMemory.validate(find_memory(make_contexts(table))).row(0, named=True)
    peer = chi2_contingency(table, lambda_="log-likelihood", correction=False)
    assert found["g_squared"] == pytest.approx(peer.statistic, abs=1e-9)
    assert found["degrees"] == peer.dof
    assert found["p_value"] == pytest.approx(peer.pvalue)
    assert found["tested"] == np.sum(table)


def test_rare_pages_are_put_together_and_left_out_if_they_are_still_few() -> None:
    found = find_memory(make_contexts([[200, 100, 0], [100, 200, 0], [3, 0, 2]])).row(0, named=True)
    assert found["clicks"] == 605
    assert found["tested"] == 600
    assert found["degrees"] == 1
    several = [[200, 100], [100, 200], *[[20, 20] for _ in range(3)]]
    assert find_memory(make_contexts(several)).row(0, named=True)["degrees"] == 2


def test_a_page_come_to_from_one_page_alone_remembers_nothing() -> None:
    found = PageMemory.validate(find_memory(make_contexts([[50, 60]]))).row(0, named=True)
    assert (found["degrees"], found["p_value"], found["q_value"], found["remembers"]) == (0, 1.0, 1.0, False)
    assert count_remembered(make_contexts([[50, 60]]), find_memory(make_contexts([[50, 60]]))).is_empty()


def test_where_memory_helps_the_shares_are_told_by_the_page_before() -> None:
    contexts = make_contexts([[90, 10], [10, 90]])
    memory = find_memory(contexts)
    assert memory["remembers"].to_list() == [True]
    shares = RememberedClick.validate(count_remembered(contexts, memory))
    assert shares.select("before", "next_page", "rank", "clicks", "out_of").rows() == [
        ("a0", "b0", 1, 90, 100), ("a0", "b1", 2, 10, 100), ("a1", "b1", 1, 90, 100), ("a1", "b0", 2, 10, 100),
    ]  # fmt: skip


def test_chance_alone_is_seldom_taken_for_memory() -> None:
    rng = np.random.default_rng(7)
    tables = [
        rng.multinomial(400, np.outer([0.5, 0.3, 0.2], [0.6, 0.3, 0.1]).ravel()).reshape(3, 3) for _ in range(300)
    ]
    contexts = pl.concat(make_contexts(table.tolist(), page=f"p{place}") for place, table in enumerate(tables))
    memory = find_memory(contexts)
    assert 0.02 < (memory["p_value"] < 0.05).mean() < 0.09
    assert memory["remembers"].sum() <= 3


def test_no_contexts_have_no_memory_and_a_wrong_share_is_refused() -> None:
    assert find_memory(Context.create_empty()).is_empty()
    with pytest.raises(ValueError, match="between 0 and 1"):
        MemorySettings(most_false=1.5)
