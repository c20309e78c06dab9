import polars as pl
import pytest

from recommend import Rule, RuleSettings, mine_rules
from tests.shop_baskets import pack


def baskets(*contents: str) -> pl.DataFrame:
    return pack(items.split() for items in contents)


TRIPLES = ("a b c",) * 6 + ("a b",) * 2 + ("d",) * 2


def test_counts_and_measures_of_one_rule() -> None:
    rules = Rule.validate(mine_rules(baskets(*TRIPLES), RuleSettings()))
    (rule,) = rules.filter(pl.col("antecedent") == ["a", "b"]).rows(named=True)
    assert rule["consequent"] == ["c"]
    assert (rule["baskets"], rule["baskets_antecedent"], rule["baskets_consequent"], rule["baskets_all"]) == (
        6,
        8,
        6,
        10,
    )
    assert (rule["support"], rule["confidence"], rule["lift"]) == (0.6, 0.75, 1.25)
    assert (round(rule["low"], 4), round(rule["high"], 4)) == (0.4093, 0.9285)


def test_the_surest_rule_comes_first_and_ties_are_broken_by_names() -> None:
    rules = mine_rules(baskets(*TRIPLES), RuleSettings())
    assert rules["low"].is_sorted(descending=True)
    assert rules.filter(pl.col("confidence") == 1)["antecedent"].to_list() == [["a", "c"], ["b", "c"], ["c"]]


def test_a_rule_needs_its_baskets_its_share_and_its_confidence() -> None:
    assert mine_rules(baskets(*TRIPLES), RuleSettings(min_baskets=7)).is_empty()
    assert mine_rules(baskets(*TRIPLES), RuleSettings(min_support=0.61)).is_empty()
    assert mine_rules(baskets(*TRIPLES), RuleSettings(min_support=0.6)).height == 6
    assert mine_rules(baskets(*TRIPLES), RuleSettings(min_confidence=0.8))["confidence"].min() == 1


@pytest.mark.parametrize(
    "contents", [(), ("a",), ("a b c",), ("a b",) * 9], ids=["none", "one item", "one basket", "pairs"]
)
def test_few_or_small_baskets_give_no_rules(contents: tuple[str, ...]) -> None:
    assert Rule.validate(mine_rules(baskets(*contents), RuleSettings())).is_empty()


def test_wrong_settings_are_refused_with_all_their_faults() -> None:
    with pytest.raises(ValueError, match=r"min_support.*min_baskets.*min_confidence.*most_items"):
        RuleSettings(min_support=2, min_baskets=0, min_confidence=-1, most_items=2)
