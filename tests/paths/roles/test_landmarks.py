"""Landmarks follow their settings and their formulas."""

import polars as pl
import pytest

from paths import Edge, LandmarkSettings, PageRole, rank_landmarks


def make_edges(*rows: tuple[str, str, int], channel: str = "web") -> pl.DataFrame:
    virtual = (pl.col("source") == "(entry)") | (pl.col("target") == "(exit)")
    frame = pl.DataFrame(rows, schema=["source", "target", "clicks"], orient="row")
    return Edge.validate(
        frame.with_columns(
            channel=pl.lit(channel),
            sessions=pl.lit(1),
            share_out=pl.col("clicks") / pl.col("clicks").sum().over("source"),
            share_in=pl.col("clicks") / pl.col("clicks").sum().over("target"),
            share_of_all=pl.col("clicks") / pl.col("clicks").sum(),
            median_seconds=pl.when(~virtual).then(1.0),
            p95_seconds=pl.when(~virtual).then(1.0),
            lift=pl.lit(1.0),
        ),
        cast=True,
    )


STAR = [
    ("(entry)", "home", 100),
    *[("home", page, 50) for page in "abcd"],
    *[(page, "home", 40) for page in "abc"],
    *[(page, "(exit)", 10) for page in "abc"],
    ("d", "(exit)", 50),
    ("home", "home", 7),
    ("home", "(exit)", 20),
]


def tell_roles(settings: LandmarkSettings | None = None) -> dict[str, str | None]:
    roles = PageRole.validate(rank_landmarks(Edge.cast(make_edges(*STAR)), settings))
    return dict(roles.select("page", "role").iter_rows())


def test_a_star_has_a_hub_in_the_middle_and_a_dead_end_where_everyone_leaves() -> None:
    assert tell_roles() == {"home": "hub", "a": None, "b": None, "c": None, "d": "dead_end"}


def test_visits_ways_and_exits_are_counted_without_virtual_pages_and_repeats() -> None:
    roles = rank_landmarks(Edge.cast(make_edges(*STAR)))
    home = roles.row(by_predicate=pl.col("page") == "home", named=True)
    assert (home["visits"], home["ways_in"], home["ways_out"]) == (227, 3, 4)
    assert home["exit_share"] == pytest.approx(20 / 227)


def test_pagerank_is_shared_out_among_a_channels_pages() -> None:
    both = pl.concat([make_edges(*STAR), make_edges(*STAR[:2], ("a", "(exit)", 50), channel="app")])
    roles = rank_landmarks(Edge.cast(both))
    assert roles.group_by("channel").agg(pl.col("pagerank").sum().round(9)).sort("channel").rows() == [
        ("app", 1.0),
        ("web", 1.0),
    ]


def test_pagerank_of_a_round_trip_is_known() -> None:
    roles = rank_landmarks(Edge.cast(make_edges(("(entry)", "a", 1), ("a", "b", 2), ("b", "a", 1), ("b", "(exit)", 1))))
    ranks = dict(roles.select("page", "pagerank").iter_rows())
    assert ranks["a"] == pytest.approx((0.15 + 0.85 * ranks["b"]), abs=1e-5)


def test_betweenness_tells_the_page_that_all_ways_lead_through() -> None:
    roles = rank_landmarks(Edge.cast(make_edges(*STAR)))
    assert dict(roles.select("page", "betweenness").iter_rows())["home"] == pytest.approx(9 / 12)


@pytest.mark.parametrize(
    ("settings", "roles"),
    [
        (LandmarkSettings(min_visits=228), set()),
        (LandmarkSettings(min_visits=227), {"hub"}),
        (LandmarkSettings(hub_factor=4.9), {"dead_end"}),
        (LandmarkSettings(hub_ways=4), {"dead_end"}),
        (LandmarkSettings(hub_ways=3), {"hub", "dead_end"}),
    ],
)
def test_the_settings_say_what_a_landmark_is(settings: LandmarkSettings, roles: set[str]) -> None:
    assert set(tell_roles(settings).values()) - {None} == roles


def test_no_edges_have_no_landmarks() -> None:
    assert rank_landmarks(Edge.create_empty()).height == 0


def test_an_exit_share_that_may_be_chance_makes_no_dead_end() -> None:
    edges = [("(entry)", "a", 60), ("a", "b", 40), ("a", "(exit)", 20), ("b", "(exit)", 16), ("b", "a", 24)]
    roles = rank_landmarks(Edge.cast(make_edges(*edges)), LandmarkSettings(hub_ways=9))
    (b,) = roles.filter(page="b").iter_rows(named=True)
    assert b["exit_share"] > 36 / 100 > b["exit_share_low"]
    assert b["role"] is None
