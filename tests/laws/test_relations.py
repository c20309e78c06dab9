"""What is true of related items, whatever the sightings."""

from datetime import timedelta
from itertools import product
from random import Random

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recommend import RelationSettings, Sighting, relate_items
from recommend.related import meetings
from serving import CHANNEL_BIT, RankedLists, wilson_bounds
from tests.drawing import DAY_ONE

SIGHTING = st.fixed_dictionaries(
    {
        "basket": st.sampled_from(["s1", "s2", "s3", "s4"]),
        "item_id": st.sampled_from(["plan", "pack", "phone", "套餐"]),
        "channel": st.sampled_from(list(CHANNEL_BIT)),
        "day": st.integers(0, 9),
        "asked": st.booleans(),
        "told": st.booleans(),
    }
)
SIGHTINGS = st.lists(SIGHTING, max_size=20)
NOW = DAY_ONE + timedelta(days=9)
ALL = RelationSettings(min_together=1, min_channel_baskets=1, half_life_days=5)

lawful = settings(deadline=None, max_examples=60)


def table(rows: list[dict[str, object]]) -> pl.DataFrame:
    columns = {name: [row[name] for row in rows] for name in ("basket", "item_id", "channel", "asked", "told")}
    moments = [DAY_ONE + timedelta(days=int(str(row["day"]))) for row in rows]
    people = [f"p{row['basket']}" for row in rows]
    frame = pl.DataFrame({**columns, "person_id": people, "seen_at": moments})
    return Sighting.cast(frame)


def tell(lists: RankedLists) -> dict[tuple[str, str], tuple[float, int, int]]:
    """Tell each key's targets with score, baskets of both and baskets of the key."""
    told = {}
    for key in lists.keys.tolist():
        row = lists.rank_targets(key)
        for target, score, together in zip(lists.targets[row.target].tolist(), row.score, row.together, strict=True):
            told[key, target] = (float(score), int(together), row.alone)
    return told


def relate_one_by_one(rows: list[dict[str, object]]) -> dict[tuple[str, str], tuple[float, int, int]]:
    """Work the same lists out with sets, basket by basket."""
    told = {}
    for channel in (None, *CHANNEL_BIT):
        here = [row for row in rows if channel in (None, row["channel"]) or not row["asked"]]
        baskets = sorted({str(row["basket"]) for row in here})
        asked, others = (
            {b: {str(row["item_id"]) for row in here if row["basket"] == b and row[role]} for b in baskets}
            for role in ("asked", "told")
        )
        weight = {b: 2 ** -((9 - max(int(str(row["day"])) for row in here if row["basket"] == b)) / 5) for b in baskets}
        weight = {b: weight[b] / max(len(others[b]), 1) ** ALL.size_power for b in baskets}
        chances = sum(weight[b] * sum(i != j for i, j in product(asked[b], others[b])) for b in baskets)
        whole = sum(weight[b] * len(asked[b]) for b in baskets) * sum(weight[b] * len(others[b]) for b in baskets)
        items = sorted({str(row["item_id"]) for row in here})
        for item, other in product(items, items):
            having, told_in = [b for b in baskets if item in asked[b]], [b for b in baskets if other in others[b]]
            both = [b for b in having if b in told_in]
            if item == other or not both:
                continue
            size, k = sum(weight[b] for b in having), sum(weight[b] for b in both)
            evidence = size**2 / sum(weight[b] ** 2 for b in having)
            expected = size * sum(weight[b] for b in told_in) * chances / whole
            ratio = (k + ALL.ratio_prior) / (expected + ALL.ratio_prior)
            low = float(wilson_bounds(min(k / size, 1) * evidence, evidence)[0])
            key = f"{channel}\t{item}" if channel else item
            told[key, other] = (low * ratio**ALL.ratio_power, len(both), len(having))
    return told


@lawful
@given(SIGHTINGS)
def test_lists_are_what_working_one_by_one_gives(rows: list[dict[str, object]]) -> None:
    ours, theirs = tell(relate_items(table(rows), ALL, NOW)), relate_one_by_one(rows)
    assert {pair: counts for pair, (_, *counts) in ours.items()} == {
        pair: counts for pair, (_, *counts) in theirs.items()
    }
    assert {pair: score for pair, (score, *_) in ours.items()} == pytest.approx(
        {pair: score for pair, (score, *_) in theirs.items()}, rel=1e-5
    )


@lawful
@given(SIGHTINGS, st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter_and_a_second_sight_adds_nothing(
    rows: list[dict[str, object]], chance: Random
) -> None:
    mixed = rows + rows[:3]
    chance.shuffle(mixed)
    once, again = relate_items(table(rows), ALL, NOW), relate_items(table(mixed), ALL, NOW)
    assert all(np.array_equal(vars(once)[name], vars(again)[name]) for name in vars(once))


@lawful
@given(SIGHTINGS)
def test_no_item_is_related_to_itself_and_lists_fall(rows: list[dict[str, object]]) -> None:
    lists = relate_items(table(rows), ALL, NOW, most=2)
    for key in lists.keys.tolist():
        row = lists.rank_targets(key)
        assert key.rpartition("\t")[2] not in lists.targets[row.target].tolist()
        assert 1 <= len(row.target) <= 2
        assert (np.diff(row.score) <= 0).all()
        assert (row.together <= row.alone).all()


def test_cutting_the_work_into_blocks_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    chance = np.random.default_rng(1)
    rows = [
        {"basket": f"s{basket}", "item_id": f"i{item}", "channel": "web", "day": 0, "asked": True, "told": True}
        for basket, item in chance.integers(60, size=(3000, 2)).tolist()
    ]
    whole = relate_items(table(rows), ALL, NOW)
    monkeypatch.setattr(meetings, "BLOCK_WORK", 997)
    assert tell(relate_items(table(rows), ALL, NOW)) == tell(whole)
    assert len(whole.target) > 1000
