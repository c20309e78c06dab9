from pathlib import Path

import numpy as np
import pytest

from recommend import EaseSettings, Interaction, NothingToLearnError, TooManyItemsError, rank_ease
from recommend.taste import ease, neighbours
from serving import rank_from_items
from tests.recommend.taste.care import care, measure_lists, read_movies, read_ties

TALKERS = [(f"talker{who}", item) for who in range(6) for item in ("call", "minutes", "sim")]
SURFERS = [(f"surfer{who}", item) for who in range(6) for item in ("data", "router", "sim")]


def test_an_item_speaks_for_those_of_its_taste_and_against_the_others() -> None:
    ties = read_ties(rank_ease(care(*TALKERS, *SURFERS), EaseSettings(regularization=1)))
    assert ties["call", "minutes"] > 0.4
    assert ties["call", "data"] < 0
    assert abs(ties["call", "router"]) < ties["call", "sim"]


def test_a_newcomer_gets_what_their_items_speak_for() -> None:
    lists = rank_ease(care(*TALKERS, *SURFERS), EaseSettings(regularization=1))
    pool = rank_from_items(lists, ["router"], [1.0], most=2)
    assert [str(lists.targets[code]) for code in pool.target] == ["data", "sim"]


def test_the_lists_carry_the_counts_of_people() -> None:
    row = rank_ease(care(*TALKERS, *SURFERS), EaseSettings(regularization=1)).rank_targets("sim")
    assert (row.alone, row.together.tolist()) == (12, [6, 6, 6, 6])


def test_only_the_strongest_weights_stay_those_against_among_them() -> None:
    every = read_ties(rank_ease(care(*TALKERS, *SURFERS), EaseSettings(regularization=1)))
    two = read_ties(rank_ease(care(*TALKERS, *SURFERS), EaseSettings(regularization=1, most=2)))
    for key in ("call", "sim"):
        sizes = sorted((abs(weight) for (item, _), weight in every.items() if item == key), reverse=True)
        assert sorted((abs(two[pair]) for pair in two if pair[0] == key), reverse=True) == sizes[:2]


def test_cutting_the_work_into_blocks_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    chance = np.random.default_rng(1)
    rows = care(*[(str(who), str(item)) for who, item in chance.integers(40, size=(400, 2))])
    whole = read_ties(rank_ease(rows, EaseSettings(most=5)))
    monkeypatch.setattr(neighbours, "BLOCK_CELLS", 40 * 7)
    assert read_ties(rank_ease(rows, EaseSettings(most=5))) == whole


def test_more_items_than_it_can_hold_are_refused_with_a_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    assert ease.MOST_ITEMS == 10_000
    monkeypatch.setattr(ease, "MOST_ITEMS", 4)
    rank_ease(care(*TALKERS), EaseSettings())
    with pytest.raises(TooManyItemsError, match=r"asked for 5 items.*800 MB.*RP3β or ALS"):
        rank_ease(care(*TALKERS, *SURFERS), EaseSettings())


def test_one_item_has_no_other() -> None:
    lists = rank_ease(care(("ann", "plan")), EaseSettings())
    assert (lists.keys.tolist(), len(lists.target)) == (["plan"], 0)


def test_nothing_to_learn_from_is_said_with_a_way_out() -> None:
    with pytest.raises(NothingToLearnError, match="ingest logs"):
        rank_ease(Interaction.create_empty(), EaseSettings())


def test_wrong_settings_are_refused_with_all_their_faults() -> None:
    with pytest.raises(ValueError, match=r"`regularization` is 0.*above 0.*`most` is 0: give 1"):
        EaseSettings(regularization=0, most=0)


def test_movielens_keeps_its_floor(data_dir: Path) -> None:
    """A quality floor: nDCG@10 over people, 75 % of each film's ratings known, seen films removed; measured 0.484."""
    movies = read_movies(data_dir)
    assert measure_lists(rank_ease(movies.known, EaseSettings()), movies) > 0.47
