"""The search of settings: on earlier days, the same in every run, kept until somebody changes what it began from."""

from datetime import UTC, datetime

import msgspec
import polars as pl

from echannel.training.decisions import Record
from echannel.training.in_place import apply_search
from echannel.training.publishing import train_and_publish
from echannel.training.search import search_settings
from recommend import AlsSettings
from serving import read_current, read_manifest
from tests.echannel.training.circles import choose_settings, lay_out, open_space, walk_circles

NOW = datetime(2026, 3, 12, tzinfo=UTC)
POOR = choose_settings(models=("als",), als=AlsSettings(factors=8, regularization=1000.0))


def test_better_settings_are_found_and_every_trial_is_told():
    found = search_settings(lay_out(walk_circles()), POOR)
    assert found.chosen["for_you"]["als"]["regularization"] == 1.0
    values = {trial["regularization"]: trial["ndcg"] for trial in found.trials}
    assert values[1.0] == max(values.values()) > values[1000.0]


def test_two_searches_find_the_same():
    assert search_settings(lay_out(walk_circles()), POOR) == search_settings(lay_out(walk_circles()), POOR)


def test_the_days_that_the_gate_judges_by_are_not_looked_at():
    events = walk_circles()
    last = events.with_columns(
        item_id=pl.when(pl.col("occurred_at").dt.day() >= 10).then(pl.lit("other")).otherwise("item_id")
    )
    assert search_settings(lay_out(events), POOR).trials == search_settings(lay_out(last), POOR).trials


def test_every_model_is_searched():
    found = search_settings(lay_out(walk_circles()), choose_settings())
    assert [trial["model"] for trial in found.trials] == sorted(trial["model"] for trial in found.trials)
    assert {trial["model"] for trial in found.trials} == {"als", "ease", "rp3beta"}


def test_what_was_found_holds_for_later_builds_until_somebody_changes_the_settings(tmp_path):
    space = open_space(tmp_path / "lake", walk_circles(), POOR)
    searched = train_and_publish(space, NOW, search=True)
    again = train_and_publish(space, NOW)
    folder = space.serving_folder / read_current(space.serving_folder)
    record = msgspec.convert(read_manifest(folder).evaluation, Record)
    assert again.model_version == searched.model_version
    assert record.recipes["for_you"]["for_you"]["als"]["regularization"] == 1.0
    assert apply_search(POOR, record.search).for_you.als.regularization == 1.0
    changed = choose_settings(models=("als",), als=AlsSettings(factors=4, regularization=1000.0))
    assert apply_search(changed, record.search) == changed


def test_more_rounds_are_taken_only_where_they_are_worth_their_time():
    few = choose_settings(models=("als",))
    found = search_settings(lay_out(walk_circles()), few)
    values = {trial["iterations"]: trial["ndcg"] for trial in found.trials if trial["regularization"] == 1.0}
    assert set(values) == {4, 5}
    assert values[5] <= values[4] * 1.01
    assert found.chosen["for_you"]["als"]["iterations"] == 4
