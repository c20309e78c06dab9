"""捆绑候选: what could be sold together, and what stands against it."""

import polars as pl
import pytest

from recommend import (
    Candidate,
    CandidateSettings,
    PairSettings,
    Substitute,
    SubstituteSettings,
    count_pairs,
    find_candidates,
    find_substitutes,
)
from tests.shop_baskets import NOW, catalogue, repeat

SHELVES = """
    item  | category
    ------+------------
    phone | handset
    case  | accessory
    cable | accessory
    film  | film
    plan  | plan
    pack  | data_pack
    radio | handset
    toy   | toy
"""
BOUGHT = """
    often | items
    ------+-----------
    30    | phone case
    40    | plan
    40    | pack
    40    | toy
    40    | radio
    4     | plan pack
"""


def plan_sets(
    bought: str, shelves: str = SHELVES, viewed: str = "often | items", **options: object
) -> dict[str, str | None]:
    """Give what stands against each candidate, by its items."""
    baskets = repeat(bought)
    looks = count_pairs(repeat(viewed), PairSettings())
    found = find_candidates(
        count_pairs(baskets, PairSettings()),
        baskets,
        find_substitutes(looks, baskets, SubstituteSettings()),
        catalogue(shelves),
        CandidateSettings(**options),  # type: ignore[arg-type]
        NOW,
    )
    return {" ".join(row["items"]): row["barred"] for row in Candidate.validate(found).iter_rows(named=True)}


def test_what_is_bought_together_more_than_chance_explains_is_a_candidate() -> None:
    """Plan and pack met four times: hardly more than so popular a plan and pack would by chance."""
    assert plan_sets(BOUGHT) == {"case phone": None}


def test_three_items_are_a_candidate_only_if_the_third_does_not_join_by_chance() -> None:
    together = BOUGHT + "    25 | film cable phone"
    assert plan_sets(together) == {
        "case phone": None,
        "cable film": None,
        "cable phone": None,
        "film phone": None,
        "cable film phone": None,
    }
    """Toys are in every kind of basket: they join phone and case no more than anything else."""
    joined = BOUGHT + "    8 | phone case toy"
    assert "case phone toy" not in plan_sets(joined)


def test_two_of_one_category_are_no_bundle_unless_customers_use_two() -> None:
    together = BOUGHT + "    25 | cable case"
    assert plan_sets(together)["cable case"] == "same category"
    assert plan_sets(together, stackable=("accessory",))["cable case"] is None


def test_what_excludes_each_other_is_no_bundle_whichever_of_the_two_says_so() -> None:
    for first, second in (("case toy", ""), ("", "phone")):
        shelves = f"item | category | excludes\n phone | handset | {first}\n case | accessory | {second}"
        assert plan_sets(BOUGHT, shelves) == {"case phone": "excluded"}
    assert plan_sets(BOUGHT, "item | excludes\n phone | case2\n case |") == {"case phone": None}


def test_what_no_channel_sells_together_is_no_bundle() -> None:
    shelves = "item | category | channels\n phone | handset | web wap\n case | accessory | app"
    assert plan_sets(BOUGHT, shelves) == {"case phone": "no channel"}
    assert plan_sets(BOUGHT, shelves.replace("| app", "| app wap")) == {"case phone": None}
    assert plan_sets(BOUGHT, shelves.replace("| app", "|")) == {"case phone": None}


def test_what_is_not_on_sale_is_no_bundle() -> None:
    gone = """
        item  | category  | on_sale_from | on_sale_to
        ------+-----------+--------------+-----------
        phone | handset   |              |
        case  | accessory |              | 15 00:00
    """
    assert plan_sets(BOUGHT, gone) == {"case phone": "not on sale"}
    assert plan_sets(BOUGHT, gone.replace("15 00:00", "40 00:00")) == {"case phone": None}
    assert plan_sets(BOUGHT, gone.replace("             | 15 00:00", "40 00:00 |")) == {"case phone": "not on sale"}
    assert plan_sets(BOUGHT, "item | category\n phone | handset") == {"case phone": "not on sale"}


VIEWED = """
    often | items
    ------+-----------
    60    | plan radio
    60    | phone case
    60    | toy
    60    | pack
"""
TOLD_APART = """
    often | items
    ------+------------
    60    | plan toy
    60    | radio toy
    60    | phone case
"""


def test_what_people_compare_and_then_buy_one_of_is_a_substitute() -> None:
    """Plan and radio are looked at together and never bought together; phone and case are both."""
    looks = count_pairs(repeat(VIEWED), PairSettings())
    found = Substitute.validate(find_substitutes(looks, repeat(TOLD_APART), SubstituteSettings()))
    (only,) = found.rows(named=True)
    assert (only["item_a"], only["item_b"], only["baskets"]) == ("plan", "radio", 0)
    assert only["expected"] > 5
    assert only["ratio"] == 0
    assert only["viewed_ratio"] > 2
    assert only["q_value"] < 0.001


def test_items_bought_too_seldom_to_tell_are_no_substitutes() -> None:
    looks = count_pairs(repeat(VIEWED), PairSettings())
    seldom = TOLD_APART.replace("60 ", "4 ")
    assert find_substitutes(looks, repeat(seldom), SubstituteSettings()).is_empty()


def test_a_substitute_is_barred_even_where_a_few_bought_both_of_late() -> None:
    pairs = count_pairs(repeat(BOUGHT), PairSettings())
    known = pl.DataFrame({"item_a": ["case"], "item_b": ["phone"]})
    (only,) = find_candidates(
        pairs, repeat(BOUGHT), known, catalogue(SHELVES), CandidateSettings(), NOW
    ).rows(named=True)  # fmt: skip
    assert only["barred"] == "substitutes"


def test_no_orders_give_no_candidates() -> None:
    assert plan_sets("often | items") == {}


def test_wrong_settings_are_refused_with_all_their_faults() -> None:
    with pytest.raises(ValueError, match=r"max_q_value.*most_pairs"):
        CandidateSettings(max_q_value=0, most_pairs=0)
    with pytest.raises(ValueError, match=r"max_q_value.*max_ratio"):
        SubstituteSettings(max_q_value=1, max_ratio=1)
