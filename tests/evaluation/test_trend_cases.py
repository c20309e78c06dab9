"""Whoever cared for what rose is a case; what was as popular as ever is no answer."""

import polars as pl

from evaluation import CaseSettings, TrendCase, ask_trending
from tests.drawing import draw

AFTER = """
    visitor | name        | item  | channel | robot
    ann     | view_item   | phone | web     |
    ann     | add_to_cart | phone | web     |
    ann     | view_item   | tv    | web     |
    ann     | view_item   | tv    | app     |
    bob     | view_item   | plan  | web     |
    bob     | page_view   | phone | web     |
    cid     | purchase    | pack  | wap     |
    cid     | purchase    | phone | wap     |
    bot     | view_item   | phone | web     | crawler
"""
RISEN = pl.DataFrame(
    [("all", "phone"), ("web", "phone"), ("app", "tv"), ("all\tplan", "plan")],
    schema=["channel", "item_id"],
    orient="row",
)


def test_what_rose_on_the_channel_or_on_all_together_is_right_and_nothing_else() -> None:
    cases = TrendCase.validate(ask_trending(draw(AFTER), RISEN, CaseSettings()))
    assert cases.rows() == [("ann", ["tv"], "app"), ("ann", ["phone"], "web"), ("cid", ["phone"], "wap")]


def test_where_nothing_rose_nothing_is_asked() -> None:
    assert ask_trending(draw(AFTER), RISEN.clear(), CaseSettings()).is_empty()


def test_cases_are_thinned_out_by_chance() -> None:
    assert len(ask_trending(draw(AFTER), RISEN, CaseSettings(most_cases=2))) == 2
