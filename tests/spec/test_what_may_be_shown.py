"""What may stand in a list: what is on sale, today and on this channel."""

from dataclasses import replace

import pytest

from serving import Answers, Catalogue
from tests.serving.shop import JULY, JUNE, MAY, draw_catalogue, ids


@pytest.mark.parametrize(("now", "shown"), [(MAY - 1, False), (MAY, True), (JULY - 1, True), (JULY, False)])
def test_an_item_is_shown_from_its_first_moment_on_sale_until_its_last(answers: Answers, now: int, shown: bool) -> None:
    assert ("insurance" in ids(answers.also_viewed("plan", n=10, now_ms=now))) is shown


def test_an_item_is_shown_only_on_the_channels_that_may_sell_it(answers: Answers) -> None:
    assert "broadband" in ids(answers.also_viewed("plan", n=10, channel="web", now_ms=JUNE))
    assert "broadband" not in ids(answers.also_viewed("plan", n=10, channel="app", now_ms=JUNE))


def test_an_item_missing_from_the_catalogue_is_not_for_sale(answers: Answers) -> None:
    only_phone = draw_catalogue("""
        item  | from | to | channels | name
        phone |      |    |          | Phone X
    """)
    assert ids(Answers(replace(answers.snapshot, catalogue=only_phone)).also_viewed("plan", n=10, now_ms=JUNE)) == [
        "phone"
    ]


def test_an_empty_catalogue_forbids_nothing(answers: Answers) -> None:
    open_shop = replace(answers.snapshot, catalogue=Catalogue.empty())
    assert len(ids(Answers(open_shop).also_viewed("plan", n=10, channel="app", now_ms=JULY))) == 3


def test_an_excluded_item_makes_room_for_the_next(answers: Answers) -> None:
    assert ids(answers.also_viewed("plan", n=2, now_ms=JUNE, exclude=["phone"])) == ["insurance", "broadband"]
