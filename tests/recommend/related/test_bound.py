"""However much comes together, memory holds: what is too much is refused, with where and how to mend it."""

from datetime import timedelta

import polars as pl
import pytest

from ingest import Product
from recommend import (
    FollowUpSettings,
    PairSettings,
    RelationSettings,
    RuleSettings,
    Sighting,
    TooManySetsError,
    count_crossings,
    count_follow_ups,
    count_pairs,
    mine_rules,
    relate_items,
)
from recommend.related import crossings, follow_ups, itemsets
from recommend.related.bound import Bound
from tests.drawing import DAY_ONE
from tests.shop_baskets import pack


def alike(baskets: int, items: int) -> pl.DataFrame:
    """Pack baskets that are all alike."""
    return pack([[f"i{item:05}" for item in range(items)]] * baskets)


def see(baskets: int, items: int, person: str | None = None) -> pl.DataFrame:
    """See the same items in some baskets, of one person or each of another."""
    packed = alike(baskets, items)
    days = packed["basket"].cast(pl.Int64) * timedelta(days=1)
    return Sighting.cast(
        packed.with_columns(
            person_id=pl.lit(person) if person else pl.col("basket"),
            channel=pl.lit("web"),
            seen_at=pl.lit(DAY_ONE) + days,
            asked=True,
            told=True,
        )
    )


def test_more_pairs_than_may_be_are_refused_while_they_are_counted() -> None:
    assert count_pairs(alike(2, 100), PairSettings(most_pairs=4_950)).height == 4_950
    with pytest.raises(TooManySetsError, match=r"\[pairs\]: more than 4,949 pairs .* 2 baskets or more\. Raise"):
        count_pairs(alike(2, 100), PairSettings(most_pairs=4_949))


@pytest.mark.slow
def test_two_equal_baskets_of_ten_thousand_items_are_refused_by_default() -> None:
    with pytest.raises(TooManySetsError, match="more than 5,000,000 pairs"):
        count_pairs(alike(2, 10_000), PairSettings())


def test_a_support_too_low_for_dense_data_is_refused() -> None:
    """60 items that all come together are 523,785 sets of two to four."""
    with pytest.raises(TooManySetsError, match=r"\[rules\]: more than 200,000 sets of 2 to 4 items are in 5 baskets"):
        mine_rules(alike(5, 60), RuleSettings())


def test_sets_in_more_baskets_than_memory_holds_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(itemsets, "MOST_HELD", 100)
    with pytest.raises(TooManySetsError, match="more than 100 baskets would have to be remembered"):
        mine_rules(alike(12, 5), RuleSettings())


def test_of_related_items_the_best_alone_are_held_and_they_are_those_of_all() -> None:
    some, every = (
        relate_items(see(3, 80), RelationSettings(), DAY_ONE + timedelta(days=3), most=most) for most in (5, 79)
    )
    assert len(some.target) == 5 * 80
    for key in some.keys.tolist():
        assert some.rank_targets(key).target.tolist() == every.rank_targets(key).target[:5].tolist()


def test_what_goes_between_channels_is_bounded_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crossings, "MOST_CROSSINGS", 1_000)
    with pytest.raises(TooManySetsError, match=r"\[relations\]: more than 1,000 pairs of items on two channels"):
        count_crossings({"bought": see(2, 40)}, RelationSettings(), DAY_ONE + timedelta(days=3))


def test_and_what_is_bought_after_what(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(follow_ups, "MOST_STEPS", 300)
    bought, now = see(2, 20, "ann"), DAY_ONE + timedelta(days=3)
    with pytest.raises(TooManySetsError, match=r"\[sequences\]: more than 300 pairs of different products"):
        count_follow_ups(bought, Product.create_empty(), FollowUpSettings(), now)
    assert count_follow_ups(bought, Product.create_empty(), FollowUpSettings(most_things=19), now).is_empty()


def test_once_there_is_too_much_nothing_more_is_counted() -> None:
    bound = Bound(2, "things", "[here]", "Mend it.")
    bound.add(2)
    bound.check()
    with pytest.raises(TooManySetsError):
        bound.add(1)
    with pytest.raises(TooManySetsError) as fault:
        bound.check()
    assert (fault.value.what, fault.value.where, fault.value.fix) == ("more than 2 things", "[here]", "Mend it.")
