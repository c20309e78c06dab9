from functools import cache

import pytest

from echannel.reports import REPORTS, Desk
from echannel.training.tables import Tables
from echannel.tree import Settings
from ingest import Order, Product
from recommend import StickinessSettings
from tests.drawing import draw
from tests.spec.test_stickiness import buy


@cache
def read():
    """Ten looked at the set and nine at the toy; of ten buyers of the pack one bought it again, of the case nobody."""
    looks = [f"p{number} | {day} 08:00 | view_item | set" for number in range(10) for day in (1, 4)]
    looks += [f"p{number} | 1 09:00 | view_item | toy" for number in range(9)]
    for item, people in (("pack", 10), ("case", 12), ("rare", 12)):
        looks += [f"q{number:02} | {day} 09:00 | view_item | {item}" for number in range(people) for day in (1, 9)]
    seen = draw("visitor | time | name | item\n" + "\n".join(looks))
    orders = buy(
        *((f"o{number}", f"q{number:02}", "pack", 1) for number in range(10)),
        ("again", "q00", "pack", 1),
        *((f"c{number}", f"q{number:02}", "case", 1) for number in range(12)),
        *((f"r{number}", f"q{number:02}", "rare", 1) for number in range(3)),
    )
    settings = Settings(stickiness=StickinessSettings(quiet_days=2, horizon_days=3))
    report = REPORTS["stickiness"](Desk(Tables(seen.lazy(), orders, Product.create_empty()), settings))
    names = [column.name for column in report.columns]
    return report, {row[0]: dict(zip(names, row, strict=True)) for row in report.rows}


def test_the_products_of_most_people_come_first_and_those_of_nine_do_not_come():
    assert list(read()[1]) == ["case", "rare", "pack", "set"]
    assert "fewer than 10 people" in read()[0].note.en


def test_buyers_and_what_follows_from_them_are_empty_where_fewer_than_ten_bought():
    rare = read()[1]["rare"]
    assert {rare[name] for name in ("buyers", "repeat_share", "repeat_low", "repeat_high")} == {None}
    assert rare["active_share"] is not None


@pytest.mark.parametrize("name", ["repeat_share", "repeat_low", "repeat_high", "ratio"])
def test_one_who_bought_again_cannot_be_told_from_the_share(name):
    assert read()[1]["pack"]["buyers"] == 10
    assert read()[1]["pack"][name] is None
    assert read()[1]["case"][name] is not None


def test_who_stayed_is_told_of_ten_or_of_nobody():
    assert read()[1]["pack"]["retained"] == 1.0
    assert read()[1]["set"]["retained"] is not None
    seen = draw(
        "visitor | time | name | item\n"
        + "\n".join(f"p{n} | {d} 08:00 | view_item | x" for n in range(10) for d in ((1, 9) if n < 3 else (1,)))
    )
    tables = Tables(seen.lazy(), Order.create_empty(), Product.create_empty())
    settings = Settings(stickiness=StickinessSettings(quiet_days=2, horizon_days=3))
    report = REPORTS["stickiness"](Desk(tables, settings))
    (row,) = [dict(zip([c.name for c in report.columns], row, strict=True)) for row in report.rows]
    assert (row["people"], row["retained"]) == (10, None)
