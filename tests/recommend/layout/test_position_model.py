import doctest

import numpy as np
import polars as pl

import recommend.layout.position_model
from recommend import Attraction, Examination, Impression, PositionSettings, fit_positions
from tests.shown_pages import EXAMINATION, SLOTS, show_pages

SEEDS = range(20)


def test_examples() -> None:
    assert doctest.testmod(recommend.layout.position_model).failed == 0


def test_simulated_pages_give_examination_within_7_thousandths() -> None:
    """6 slots, 30 products, 20,000 pages, one adjacent pair swapped on 10 %; mean absolute error, over 20 worlds."""
    errors, plain = [], []
    for seed in SEEDS:
        slots = fit_positions(show_pages(seed).impressions, PositionSettings(), SLOTS).examination
        rates = (slots["clicked"] / slots["shown"]).to_numpy()
        errors.append(np.abs(slots["examination"].to_numpy() - EXAMINATION).mean())
        plain.append(np.abs(rates / rates[0] - EXAMINATION).mean())
    assert np.mean(errors) <= 0.007
    assert np.mean(plain) > 0.05, "click rates alone take the better products on top for the better place"


def test_the_intervals_hold_the_truth_in_about_19_of_20_cases() -> None:
    held = []
    for seed in SEEDS:
        pages = show_pages(seed, pages=4_000)
        model = fit_positions(pages.impressions, PositionSettings(), SLOTS)
        truth = model.attraction["item_id"].replace_strict(pages.attraction, return_dtype=pl.Float64)
        held += truth.is_between(model.attraction["low"], model.attraction["high"]).to_list()
        slots = model.examination.filter(~pl.col("reference"))
        held += pl.Series(EXAMINATION[1:]).is_between(slots["low"], slots["high"]).to_list()
    assert 0.94 <= np.mean(held) <= 0.99


def test_no_impressions_give_empty_tables_and_too_little_evidence() -> None:
    model = fit_positions(Impression.create_empty(), PositionSettings())
    assert Examination.validate(model.examination).is_empty()
    assert Attraction.validate(model.attraction).is_empty()
    assert (model.verdict, model.apart) == ("too little evidence", ())


def test_only_what_was_drawn_is_learnt_from_if_asked() -> None:
    rows = [("top", "a", 100, 50, 0.5), ("low", "a", 100, 25, 0.5), ("low", "a", 900, 900, 1.0)]
    told = pl.DataFrame(rows, schema=["slot", "item_id", "shown", "clicked", "propensity"], orient="row")
    model = fit_positions(Impression.cast(told), PositionSettings(randomised_only=True), ["top", "low"])
    assert dict(model.examination.select("slot", "examination").rows()) == {"top": 1.0, "low": 0.5}


def test_errors_of_items_are_those_of_the_whole_information() -> None:
    """Own clicks alone would give errors of 0.158 and 0.224."""
    rows = [
        ("top", "a", 100, 30, None),
        ("low", "a", 200, 10, None),
        ("top", "b", 50, 5, None),
        ("low", "b", 300, 15, None),
    ]
    told = pl.DataFrame(rows, schema=["slot", "item_id", "shown", "clicked", "propensity"], orient="row")
    model = fit_positions(Impression.cast(told), PositionSettings(), ["top", "low"])
    table = np.outer(model.examination["examination"], model.attraction["attraction"]) * [[200, 300], [100, 50]]
    whole = np.block([[np.diag(table.sum(axis=1)), table], [table.T, np.diag(table.sum(axis=0))]])
    errors = np.sqrt(np.diag(np.linalg.inv(np.delete(np.delete(whole, 1, 0), 1, 1))))[1:]
    np.testing.assert_allclose(
        np.log(model.attraction["high"] / model.attraction["attraction"]) / 1.959964, errors, rtol=1e-5
    )
