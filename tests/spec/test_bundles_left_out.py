"""捆绑候选为何未入选: each candidate that is not planned says the true reason, in both languages."""

import pytest
from msgspec.structs import replace

from echannel.plans.bundles import REASONS
from echannel.reports import BUNDLE_PARTS, Desk
from echannel.reports.words import LEFT_OUT
from echannel.training.tables import Tables
from echannel.tree import Settings
from recommend.bundles.plan import FLAWS
from serving import Report
from tests.drawing import draw
from tests.shop_baskets import buy, catalogue

LOOKS = draw("visitor | time | name | item\nann | 08:00 | view_item | phone\nann | 08:01 | view_item | case")
SHELVES = """
    item  | price | margin
    ------+-------+-------
    phone | 100   | 40
    case  | 20    | 4
    film  | 10    | 2
    tv    | 300   | 90
"""
ORDERS = """
    often | items
    ------+-----------
    40    | phone case
    20    | phone film
    20    | phone
    9     | case
    200   | tv
"""
NOT_TRIED = "Side by side, at no discount, was not tried"


def write(part: str, *discounts: float, shelves: str = SHELVES, orders: str = ORDERS) -> Report:
    tree = Settings()
    offers = replace(tree.bundles.offers, discounts=discounts) if discounts else tree.bundles.offers
    tables = Tables(LOOKS.lazy(), buy(orders), catalogue(shelves))
    return BUNDLE_PARTS[part](Desk(tables, replace(tree, bundles=replace(tree.bundles, offers=offers))))


def reasons(report: Report) -> dict[str, str]:
    rows = [dict(zip([column.name for column in report.columns], row, strict=True)) for row in report.rows]
    return {row["bundle"]: row["reason"] for row in rows}


def test_what_shares_an_item_with_a_planned_bundle_says_so() -> None:
    assert reasons(write("left-out")) == {"film + phone": "in another bundle"}


def test_where_nothing_is_planned_nothing_shares_an_item_with_a_better_one() -> None:
    assert write("plan", 0.1, 0.2).rows == []
    assert reasons(write("left-out", 0.1, 0.2)) == {
        "case + phone": "no discount pays",
        "film + phone": "no discount pays",
    }


def test_the_summary_says_in_both_languages_that_no_discount_pays_and_that_side_by_side_was_not_tried() -> None:
    note = write("plan", 0.1, 0.2).note
    assert f"Left out: 2 without a discount that pays. {NOT_TRIED}: `[bundles.offers] discounts` holds no 0." in note.en
    assert "未入选：没有划算的折扣 2。未考虑不打折的并排陈列：`[bundles.offers] discounts` 中没有 0。" in note.zh
    assert NOT_TRIED in write("left-out", 0.1, 0.2).note.en


def test_where_side_by_side_was_tried_the_summary_does_not_speak_of_it() -> None:
    assert NOT_TRIED not in write("plan").note.en


def test_what_too_few_bought_says_that_first() -> None:
    told = reasons(write("left-out", 0.1, orders=ORDERS.replace("20    | phone film", "9     | phone film")))
    assert told == {"case + phone": "no discount pays", "film + phone": "few buyers"}


LOSS = SHELVES.replace("| 100   | 40", "| 100   | -300")


def test_nothing_that_loses_money_is_planned_and_the_merchant_sees_why() -> None:
    """Each case sold to who buys the phone alone earns 4 more, and each phone sold with it costs 296."""
    assert write("plan", shelves=LOSS).rows == []
    assert reasons(write("left-out", shelves=LOSS)) == {
        "case + phone": "sold at a loss",
        "film + phone": "sold at a loss",
    }
    note = write("plan", shelves=LOSS).note
    assert "Left out: 2 sold at a loss." in note.en
    assert "未入选：亏本销售 2。" in note.zh


def test_a_handset_below_cost_stays_beside_what_earns_it_back() -> None:
    earning = SHELVES.replace("| 100   | 40", "| 100   | -3")
    assert [row[0] for row in write("plan", shelves=earning).rows] == ["case + phone"]
    assert reasons(write("left-out", shelves=earning)) == {"film + phone": "sold at a loss"}


def test_an_item_that_earns_nothing_is_not_sold_at_a_loss() -> None:
    even = SHELVES.replace("| 100   | 40", "| 100   | 0")
    assert reasons(write("left-out", shelves=even)) == {"film + phone": "in another bundle"}


def test_a_loss_is_told_after_what_stands_against_a_bundle_anyway() -> None:
    gone = LOSS.replace("    film  | 10    | 2\n", "")
    assert reasons(write("left-out", shelves=gone)) == {
        "case + phone": "sold at a loss",
        "film + phone": "not on sale",
    }


def test_no_candidate_is_left_out_for_a_reason_that_is_not_counted() -> None:
    assert {*FLAWS} < {*REASONS}


@pytest.mark.parametrize("reason", REASONS)
def test_each_reason_has_a_name_in_both_languages(reason: str) -> None:
    english, chinese = LEFT_OUT[reason]
    assert english.isascii()
    assert not chinese.isascii()
