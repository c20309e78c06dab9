"""What is known of an invented world is found again in its logs, and nothing is found where nothing was planted."""

import numpy as np
import polars as pl
import pytest
from scipy.stats import chi2

from paths import AbandonmentSettings, count_abandonment, count_edges, trace_journeys
from recommend import BasketSettings, PairSettings, bought_baskets, count_pairs, rank_related
from tests.intake import pseudonym
from tests.world import read_world


@pytest.fixture(scope="module")
def world():
    return read_world()


def test_every_line_of_every_log_is_accounted_for(world):
    for file, kinds in world.truth["files"].items():
        if file in world.lines:
            assert world.lines[file] == kinds["lines"]


def test_people_and_robots_are_told_apart(world):
    robots = world.sessioned["robot"].is_not_null().sum()
    assert robots == world.truth["files"]["web/access.log.gz"]["kinds"]["robot"]


def test_resent_events_count_once(world):
    app = world.sessioned.filter(pl.col("channel") == "app")
    assert len(app) == world.truth["clicks"]["app"]


def test_sessions_are_the_visits_that_were_made(world):
    people = world.sessioned.filter(pl.col("robot").is_null())
    found = dict(people.group_by("channel").agg(pl.col("session_id").n_unique()).iter_rows())
    assert found == world.truth["visits"]


def test_next_click_shares_are_within_sampling_error(world):
    """Pearson's chi-square over all rows of all channels, cells of five and more expected clicks."""
    edges = count_edges(world.sessioned)
    statistic, freedom = 0.0, 0
    for (channel, source), row in edges.group_by("channel", "source"):
        expected_shares = world.truth["transitions"][channel][source]
        counts = dict(row.select("target", "clicks").iter_rows())
        assert set(counts) <= set(expected_shares), f"{channel} {source} leads where it never can"
        total = sum(counts.values())
        cells = [(counts.get(page, 0), total * share) for page, share in expected_shares.items() if total * share >= 5]
        statistic += sum((seen - expected) ** 2 / expected for seen, expected in cells)
        freedom += max(len(cells) - 1, 0)
    assert chi2.sf(statistic, freedom) > 1e-4


def test_the_planted_bundle_comes_first_in_also_bought(world):
    bundle = world.truth["stories"]["bundle"]
    pairs = count_pairs(bought_baskets(world.orders, BasketSettings()), PairSettings())
    lists = rank_related(pairs)
    for item, other in ((bundle["first"], bundle["second"]), (bundle["second"], bundle["first"])):
        ranking = lists.rank_targets(item)
        assert lists.targets[ranking.target[0]] == other
    strongest = pairs.sort(pl.max_horizontal("low_ab", "low_ba"), descending=True).row(0, named=True)
    assert {strongest["item_a"], strongest["item_b"]} == {bundle["first"], bundle["second"]}


def give_up(world):
    ends_at = world.sessioned["occurred_at"].max()
    return count_abandonment(trace_journeys(world.sessioned, AbandonmentSettings(), ends_at, world.products))


def test_the_planted_drop_off_comes_first_in_abandonment(world):
    planted = world.truth["stories"]["drop_off"]
    first, second, *_ = give_up(world).iter_rows(named=True)
    assert (first["channel"], first["stage"], first["last_page"]) == (
        planted["channel"],
        planted["stage"],
        planted["page"],
    )
    assert first["value_left"] > 1.5 * second["value_left"]


def test_a_clean_world_tells_no_story():
    clean = read_world(planted=False)
    pairs = count_pairs(bought_baskets(clean.orders, BasketSettings()), PairSettings())
    assert pairs["baskets"].max() < 20
    shares = give_up(clean).filter(pl.col("stage") == "delivery")["share"]
    assert shares.max() < 0.25


def test_customers_of_one_phone_are_one_person_on_every_channel(world):
    people = world.sessioned.filter(pl.col("customer_id").is_not_null())
    channels = people.group_by("customer_id").agg(pl.col("channel").n_unique().alias("channels"))
    phones = {pseudonym("customer", person["phone"]) for person in world.truth["people"]["customers"]}
    assert set(people["customer_id"]) <= phones
    assert np.mean(channels["channels"].to_numpy() > 1) > 0.1
