"""Showings: what logs tell of what was shown where, and what came of it."""

import polars as pl
import pytest

from ingest import Order
from recommend import Impression, Showing, Showings, ShowingSettings, collect_showings, count_showings
from tests.drawing import at, draw

PAGE = """
    visitor | time  | name           | page | slot | position | item | recommendation_id | propensity | robot
    ann     | 08:00 | view_item_list | home | hot  |        1 | A    | r1                | 0.9        |
    ann     | 08:00 | view_item_list | home | hot  |        2 | B    | r1                | 0.1        |
    ann     | 08:01 | select_item    | home | hot  |        2 | B    | r1                |            |
"""


def draw_orders(*sales: tuple[str, str, str]) -> pl.DataFrame:
    rows = [{"person_id": person, "item_id": item, "ordered_at": at(time)} for person, item, time in sales]
    told = pl.DataFrame(
        rows, schema={"person_id": pl.String, "item_id": pl.String, "ordered_at": pl.Datetime("us", "UTC")}
    )
    return Order.cast(told.with_columns(order_id=pl.lit("o1"), channel=pl.lit("web"), quantity=1, price=None))  # fmt: skip


def collect(events: str, *sales: tuple[str, str, str]) -> Showings:
    found = collect_showings(draw(events), draw_orders(*sales), ShowingSettings())
    Showing.validate(found.table)
    return found


def tell(found: Showings, *columns: str) -> list[tuple[object, ...]]:
    return found.table.select("slot", "item_id", *columns).rows()


def left_out(found: Showings) -> dict[str, int]:
    return {reason: count for reason, count in found.left_out.items() if count}


def test_a_click_belongs_to_the_showing_of_its_visit_answer_item_and_place() -> None:
    found = collect(PAGE)
    assert tell(found, "propensity", "clicked") == [("hot:1", "A", 0.9, False), ("hot:2", "B", 0.1, True)]
    assert left_out(found) == {}


@pytest.mark.parametrize(("time", "bought"), [("08:01", True), ("2 08:01", True), ("2 08:02", False), ("08:00", False)])
def test_an_order_within_a_day_after_the_click_came_of_it(time: str, bought: bool) -> None:
    found = collect(PAGE, ("ann", "B", time), ("ann", "A", time), ("bob", "B", "08:02"))
    assert tell(found, "bought") == [("hot:1", "A", False), ("hot:2", "B", bought)]


def test_an_order_comes_of_the_last_click_before_it_and_counts_once() -> None:
    """The product is clicked on in three answers, and ordered once after the second and once after the third."""
    day = PAGE + "".join(PAGE.partition("robot\n")[2].replace("r1", f"r{n}").replace("08:", f"{n}:") for n in (10, 12))
    assert collect(day, ("ann", "B", "11:00")).table.filter("bought")["recommendation_id"].to_list() == ["r10"]
    twice = collect(day, ("ann", "B", "11:00"), ("ann", "B", "13:00"), ("ann", "B", "13:00")).table.filter("bought")
    assert twice["recommendation_id"].to_list() == ["r10", "r12"]
    late = collect(day, ("ann", "B", "13:00"), ("ann", "B", "14:00")).table
    assert (late["clicked"].sum(), late["bought"].sum()) == (3, 1)


def test_of_two_showings_clicked_on_at_once_one_sold() -> None:
    both = PAGE + PAGE.partition("robot\n")[2].replace("r1", "r2")
    assert collect(both, ("ann", "B", "09:00")).table["bought"].sum() == 1


def test_two_clicks_on_one_showing_and_a_beacon_sent_again_count_once() -> None:
    again = PAGE + """
    ann     | 08:02 | select_item    | home | hot  |        2 | B    | r1                |            |
    ann     | 08:03 | view_item_list | home | hot  |        2 | B    | r1                | 0.5        |
    """  # fmt: skip
    found = collect(again)
    assert tell(found, "propensity", "clicked") == tell(collect(PAGE), "propensity", "clicked")
    assert left_out(found) == {"shown again": 1, "clicked again": 1}


def test_a_click_without_its_showing_is_left_out_and_counted() -> None:
    lost = PAGE + """
    ann     | 08:02 | select_item    | home | hot  |        4 | D    | r1                |            |
    ann     | 08:02 | select_item    | home | hot  |        2 | B    | r2                |            |
    bob     | 08:02 | select_item    | home | hot  |        2 | B    | r1                |            |
    """  # fmt: skip
    found = collect(lost)
    assert (tell(found), left_out(found)) == (tell(collect(PAGE)), {"clicked but never shown": 3})


def test_of_a_page_half_seen_only_what_was_seen_counts() -> None:
    half = "\n".join(line for line in PAGE.splitlines() if "|        1 |" not in line)
    assert tell(collect(half), "clicked") == [("hot:2", "B", True)]


def test_showings_and_clicks_of_robots_are_left_out_and_counted() -> None:
    robots = PAGE + """
    bot     | 08:02 | view_item_list | home | hot  |        1 | A    | r9                |            | crawler
    bot     | 08:02 | select_item    | home | hot  |        1 | A    | r9                |            | crawler
    """  # fmt: skip
    assert (tell(collect(robots)), left_out(collect(robots))) == (tell(collect(PAGE)), {"by robots": 2})


def test_a_list_that_tells_no_place_is_no_showing() -> None:
    placeless = PAGE + "ann | 08:02 | view_item_list | home | | | C | r1 | |"
    assert (tell(collect(placeless)), left_out(collect(placeless))) == (
        tell(collect(PAGE)),
        {"shown without a place": 1},
    )


def test_a_click_without_a_place_takes_the_one_that_its_item_had_and_no_other() -> None:
    placeless = PAGE.replace("select_item    | home | hot  |        2", "select_item    | home |      |         ")
    assert tell(collect(placeless), "clicked") == [("hot:1", "A", False), ("hot:2", "B", True)]
    twice = placeless + "ann | 08:00 | view_item_list | home | hot | 3 | B | r1 | |"
    assert left_out(collect(twice)) == {"clicked but never shown": 1}


def test_a_click_whose_beacon_came_before_its_showing_counts_all_the_same() -> None:
    early = PAGE.replace("08:01", "07:59")
    assert tell(collect(early), "clicked") == tell(collect(PAGE), "clicked")


def test_another_visit_to_the_same_answer_is_another_showing() -> None:
    found = collect(PAGE + PAGE.partition("propensity | robot\n")[2].replace("08:0", "12:0"))
    assert len(found.table) == 4


def test_promotions_are_showings_too_and_a_place_may_be_a_slot_or_a_position_alone() -> None:
    found = collect("""
        visitor | time  | name             | page | slot   | position | item
        ann     | 08:00 | view_promotion   | home | banner |          | A
        ann     | 08:01 | select_promotion | home | banner |          | A
        ann     | 08:02 | view_item_list   | home |        |        3 | B
    """)
    assert tell(found, "clicked", "recommendation_id") == [("3", "B", False, "(none)"), ("banner", "A", True, "(none)")]


def test_showings_of_a_page_are_counted_by_place_item_and_propensity() -> None:
    found = collect(
        PAGE + PAGE.partition("propensity | robot\n")[2].replace("08:00", "12:00").replace("08:01", "12:01")
    )
    counted = Impression.validate(count_showings(found.table, "home"))
    assert counted.select("slot", "item_id", "propensity", "shown", "clicked").rows() == [
        ("hot:1", "A", 0.9, 2, 0), ("hot:2", "B", 0.1, 2, 2),
    ]  # fmt: skip
    assert count_showings(found.table, "elsewhere").is_empty()


def test_no_events_give_no_showings_and_hours_of_nothing_are_refused() -> None:
    assert collect_showings(draw(PAGE).clear(), draw_orders(), ShowingSettings()).table.is_empty()
    with pytest.raises(ValueError, match="`bought_hours` is 0"):
        ShowingSettings(bought_hours=0)


def test_the_order_of_the_log_does_not_matter() -> None:
    events = draw(PAGE + "ann | 08:03 | view_item_list | home | hot | 2 | B | r1 | 0.5 |")
    there, back = (
        collect_showings(rows, draw_orders(), ShowingSettings()).table for rows in (events, events.reverse())
    )
    assert there.equals(back)
