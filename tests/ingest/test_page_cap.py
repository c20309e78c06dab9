import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest import OTHER_PAGE, cap_pages
from tests.drawing import draw, make_events


def cap(sessioned, most):
    return cap_pages(sessioned.lazy(), most).collect()


def test_the_pages_with_most_events_of_a_day_and_channel_keep_their_names():
    events = draw("""
        time    | channel | page
        08:00   | web     | home
        08:01   | web     | home
        08:02   | web     | bill
        08:03   | web     | aid
        08:04   | wap     | bill
        2 08:00 | web     | bill
        2 08:01 | web     |
    """)
    assert cap(events, 2).sort("line")["page"].to_list() == ["home", "home", OTHER_PAGE, "aid", "bill", "bill", None]


def test_within_the_cap_nothing_changes():
    events = draw("page\nhome\nbill")
    assert cap(events, 2).equals(events)


pages = st.lists(
    st.fixed_dictionaries({"page": st.sampled_from("abcdef"), "channel": st.sampled_from(["web", "app"])}),
    min_size=1, max_size=40,
)  # fmt: skip


@given(pages, st.integers(1, 5), st.randoms())
@settings(max_examples=50, deadline=None)
def test_no_day_shows_more_pages_and_order_does_not_matter(rows, most, random):
    events = make_events(rows)
    order = list(range(len(rows)))
    random.shuffle(order)
    capped, shuffled = cap(events, most), cap(events[order], most)
    assert capped.sort("line").equals(shuffled.sort("line"))
    shown = capped.filter(pl.col("page") != OTHER_PAGE).group_by("channel").agg(pl.col("page").n_unique())
    assert (shown["page"] <= most).all()
    assert len(capped) == len(events)
