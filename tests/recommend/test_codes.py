import polars as pl

from recommend.codes import code_names


def test_names_are_numbered_in_their_order_wherever_they_stand() -> None:
    coded = code_names(pl.Series(["étui", "plan", "pack", "plan"]))
    assert coded.names.to_list() == ["pack", "plan", "étui"]
    assert coded.codes.tolist() == [2, 1, 0, 1]


def test_names_seen_elsewhere_take_no_number() -> None:
    code_names(pl.Series(["a", "b", "c"]))
    assert code_names(pl.Series(["c"])).codes.tolist() == [0]


def test_no_names_give_no_codes() -> None:
    coded = code_names(pl.Series([], dtype=pl.String))
    assert (coded.names.len(), coded.codes.tolist()) == (0, [])
