import doctest

import numpy as np
import polars as pl
import pytest

import evaluation.comparison
from evaluation import AlsoBoughtCase, ComparisonSettings, Score, compare_models
from evaluation.comparison import bound_difference

RIGHT, WRONG = ["a"], ["z"]


def cases(units: list[str]) -> pl.DataFrame:
    every = len(units)
    rows = {"unit": units, "relevant": [["a"]] * every, "channel": ["web"] * every, "items": [["b"]] * every}
    return AlsoBoughtCase.validate(pl.DataFrame(rows, schema=AlsoBoughtCase.create_empty().schema))


def judge(model: list[list[str]], popular: list[list[str]], units: list[str]) -> dict[str, object]:
    answers = {"popular": popular, "pairs": model}
    scores = Score.validate(compare_models("also_bought", answers, cases(units), {"a", "b"}, ComparisonSettings()))
    return scores.row(by_predicate=pl.col("model") == "pairs", named=True)


def test_examples() -> None:
    assert doctest.testmod(evaluation.comparison).failed == 0


def test_a_model_that_is_right_more_often_is_better_and_one_less_often_worse() -> None:
    units = [f"u{n}" for n in range(40)]
    often, seldom = [RIGHT] * 30 + [WRONG] * 10, [RIGHT] * 10 + [WRONG] * 30
    better, worse = judge(often, seldom, units), judge(seldom, often, units)
    assert (better["difference"], better["verdict"]) == (0.5, "better")
    assert (worse["difference"], worse["verdict"]) == (-0.5, "worse")
    assert 0 < better["low"] < 0.5 < better["high"] < 1


def test_as_many_wins_as_losses_show_nothing() -> None:
    units = [f"u{n}" for n in range(40)]
    assert judge([RIGHT, WRONG] * 20, [WRONG, RIGHT] * 20, units)["verdict"] == "not shown"


def test_the_cases_of_one_person_are_no_separate_evidence() -> None:
    model, popular = [RIGHT] * 60 + [WRONG] * 40, [WRONG] * 60 + [RIGHT] * 40
    alone = judge(model, popular, [f"u{n}" for n in range(100)])
    bundled = judge(model, popular, [f"u{n // 10}" for n in range(100)])
    assert (alone["units"], bundled["units"]) == (100, 10)
    assert alone["difference"] == bundled["difference"] == pytest.approx(0.2)
    assert bundled["high"] - bundled["low"] > 2 * (alone["high"] - alone["low"])


def test_fewer_than_ten_people_prove_nothing() -> None:
    for many, verdict in ((9, "not shown"), (10, "better")):
        units = [f"u{n}" for n in range(many)]
        assert judge([RIGHT] * many, [WRONG] * many, units)["verdict"] == verdict


def test_where_nothing_differs_ten_people_are_wrong_no_oftener_than_promised() -> None:
    chance, settings = np.random.default_rng(1), ComparisonSettings(resamples=200)
    intervals = [bound_difference(chance.normal(size=10), np.arange(10), settings) for _ in range(400)]
    assert np.mean([not low <= 0 <= high for low, high in intervals]) < 0.08


def test_the_interval_is_as_wide_as_theory_says() -> None:
    differences = np.random.default_rng(5).normal(0.1, 1, size=2000)
    interval = bound_difference(differences, np.arange(2000), ComparisonSettings(resamples=2000))
    reach = 1.96 * differences.std() / np.sqrt(2000)
    assert interval.low == pytest.approx(differences.mean() - reach, abs=0.005)
    assert interval.high == pytest.approx(differences.mean() + reach, abs=0.005)


def test_the_best_model_comes_first_and_all_its_figures_are_told() -> None:
    answers = {"popular": [["z", "a"]] * 4, "pairs": [["a", "z"]] * 4, "nothing": [[]] * 4}
    scores = compare_models("also_bought", answers, cases(list("uvwx")), {"a", "b"}, ComparisonSettings(k=2))
    assert scores["model"].to_list() == ["pairs", "popular", "nothing"]
    best = scores.row(1, named=True)
    assert (best["hit_rate"], best["mrr"], best["recall"], best["precision"], best["map"]) == (1, 0.5, 1, 0.5, 0.5)
    assert (best["coverage"], best["cases"], best["verdict"]) == (0.5, 4, "baseline")


def test_two_runs_give_the_same_table() -> None:
    answers = {"popular": [WRONG, RIGHT, WRONG], "pairs": [RIGHT, WRONG, RIGHT]}
    one, other = (compare_models("t", answers, cases(list("abc")), {"a"}, ComparisonSettings()) for _ in range(2))
    assert one.equals(other)


def test_no_cases_give_no_rows() -> None:
    assert compare_models("t", {"popular": []}, cases([]), {"a"}, ComparisonSettings()).is_empty()


def test_a_missing_baseline_is_refused_with_a_way_out() -> None:
    with pytest.raises(ValueError, match=r"The baseline `popular` gave no answers to also_bought.*one of pairs"):
        compare_models("also_bought", {"pairs": []}, cases([]), {"a"}, ComparisonSettings())


def test_wrong_settings_are_refused_with_all_their_faults() -> None:
    with pytest.raises(ValueError, match=r"`metric` is auc: give one of hit_rate.*`k` is 0.*`confidence` is 1"):
        ComparisonSettings(metric="auc", k=0, confidence=1)
