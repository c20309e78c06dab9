"""Sessions match however many pages there are, however long they are, and whatever their names."""

import polars as pl
import pytest

from paths import search_paths
from tests.drawing import make_events


def find(walks: list[list[str]], pattern: str) -> list[str]:
    rows = (
        {"session_id": f"s{number}", "visitor_id": f"v{number}", "page": page}
        for number, walk in enumerate(walks)
        for page in walk
    )
    return search_paths(make_events(rows), pattern).sessions["session_id"].to_list()


def test_kinds_of_pages_beyond_an_alphabet_take_the_next() -> None:
    """Eleven wild names tell 2,048 pages apart: more kinds than there are signs of one or two bytes."""
    pages = ["".join(f"{chr(97 + bit)}{(number >> bit) & 1}" for bit in range(11)) for number in range(2_048)]
    pattern = " -> ".join(["entry", pages[2_047], *(f'[^"*{chr(97 + bit)}1*"]' for bit in range(11)), "exit"])
    good = [pages[2_047 - (1 << bit)] for bit in range(11)]
    assert find([[pages[2_047], *good], [pages[2_047], *good[1:], good[0]], pages], pattern) == ["s0"]


def test_names_that_look_like_expressions_are_names() -> None:
    assert find([["a.b", "[x]"], ["aXb", "x"]], 'a.b -> "[x]"') == ["s0"]


def test_a_long_session_is_searched_in_one_go() -> None:
    walk = ["a", "b"] * 20_000
    assert find([walk], "a -> b -> ** -> b -> exit") == ["s0"]
    assert find([walk], "b -> b") == []


def test_the_nearest_names_are_told_among_many() -> None:
    walk = [f"/item/{number}" for number in range(3_000)]
    with pytest.raises(ValueError, match=r"no page is called '/itm/1234'; did you mean /item/1234"):
        find([walk], "/itm/1234")


def test_msnbc_is_searched_as_by_pythons_own_expressions(data_dir) -> None:  # type: ignore[no-untyped-def]
    """The first 20,000 of 989,818 users, 17 categories; Python's re on letters is the other engine."""
    import re
    import zipfile
    from itertools import groupby

    (file,) = (data_dir / "msnbc").glob("*.zip")
    with zipfile.ZipFile(file) as packed:
        text = packed.read(packed.namelist()[0]).decode("ascii")
    walks = [line.split() for line in text.splitlines() if line[:1].isdigit()][:20_000]
    letters = ["".join(chr(64 + int(page)) for page, _ in groupby(walk)) for walk in walks]
    rows = pl.DataFrame({"session_id": range(len(walks)), "page": walks}).explode("page")
    frame = rows.select(
        pl.col("session_id").cast(pl.String), "page",
        step=pl.int_range(1, pl.len() + 1).over("session_id"), channel=pl.lit("web"), name=pl.lit("page_view"),
        person_id=pl.lit("v"), robot=pl.lit(None, pl.String), occurred_at=pl.lit(0).cast(pl.Datetime("us", "UTC")),
    )  # fmt: skip
    for pattern, expression in {
        "1 -> [^2]* -> 14": "A[^B]*N",
        "entry -> 1 -> ** -> 1 -> exit": "^A.*A$",
        "[6 7]{2,4} -> exit": "[FG]{2,4}$",
        "1 -> 2? -> [^1 2 3]+ -> 4": "AB?[^ABC]+D",
    }.items():
        found = search_paths(frame.lazy(), pattern).counts.row(0, named=True)  # type: ignore[arg-type]
        assert found["matched"] == sum(bool(re.search(expression, line)) for line in letters) > 0
