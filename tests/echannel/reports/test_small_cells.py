import polars as pl

from echannel.reports.bundles import hide_met
from echannel.reports.small_cells import hide_small_cells


def test_what_tells_of_one_to_nine_is_empty_and_nobody_and_ten_are_told():
    table = pl.DataFrame({"item": ["a", "b", "c", "d"], "people": [0, 1, 9, 10], "share": [0.0, 0.1, 0.9, 1.0]})
    hidden = hide_small_cells(table, {"people": ("share",)})
    assert hidden.rows() == [("a", 0, 0.0), ("b", None, None), ("c", None, None), ("d", 10, 1.0)]


def test_what_hangs_on_two_counts_is_empty_where_either_is_small():
    table = pl.DataFrame({"all": [30, 30, 30], "rest": [20, 3, 20], "some": [10, 27, 4], "share": [0.3, 0.9, 0.1]})
    hidden = hide_small_cells(table, {"rest": ("share",), "some": ("share",)})
    assert hidden["share"].to_list() == [0.3, None, None]
    assert hidden["all"].to_list() == [30, 30, 30]


def test_the_rehearsal_of_bundles_tells_nothing_that_leads_to_fewer_than_ten_people():
    names = ("people", "people_all", "share_seen", "held", "given_away", "takers_needed")
    told = (90, 12, 0.13, True, 9.0, 3)
    few = [(90, 9, 0.1, False, 7.0, 2), (12, 10, 0.8, True, 1.0, 1), (8, 1, 0.1, False, 1.0, 1)]
    hidden = hide_met(pl.DataFrame([told, *few], schema=names, orient="row")).select(names).rows()
    nothing = (None,) * 5
    assert hidden == [told, (90, *nothing), (12, *nothing), (None, *nothing)]
