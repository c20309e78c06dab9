from recommend import rank_popular
from tests.drawing import draw


def test_equal_items_stand_in_the_order_of_their_names_and_the_rest_is_cut() -> None:
    events = draw("""
        visitor | time  | name      | item
        ann     | 08:00 | view_item | c
        ann     | 08:01 | view_item | b
        ann     | 08:02 | purchase  | a
    """)
    popular = rank_popular(events, most=2)
    assert popular.targets[popular.rank_targets("web").target].tolist() == ["a", "b"]


def test_passing_by_an_item_in_a_list_is_no_interest() -> None:
    assert len(rank_popular(draw("item | name\nplan | view_item_list\nplan | page_view")).keys) == 0
