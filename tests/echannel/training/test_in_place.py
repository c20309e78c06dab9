"""What is published stays where the new would lose to it, and is gone on from where nothing changed."""

import shutil
from datetime import UTC, datetime

import msgspec
import numpy as np
import pytest

from echannel.people.published import change_people
from echannel.training.decisions import Record
from echannel.training.in_place import read_in_place
from echannel.training.publishing import train_and_publish
from echannel.workspace import Workspace
from ingest import SiteMap
from lake import Lake
from recommend import AlsSettings
from serving import load_snapshot, publish_snapshot, read_current, read_manifest
from tests.echannel.training.circles import choose_settings, open_space, walk_circles
from tests.intake import pseudonym

NOW = datetime(2026, 3, 12, tzinfo=UTC)
ALS = choose_settings(models=("als",))
WORSE = choose_settings(models=("als",), als=AlsSettings(factors=1, regularization=1000.0))


@pytest.fixture(scope="module")
def first_day(tmp_path_factory):
    space = open_space(tmp_path_factory.mktemp("circles") / "lake", walk_circles(range(9)), ALS)
    train_and_publish(space, NOW)
    return space.lake.folder


@pytest.fixture
def space(first_day, tmp_path):
    """Train on the first day."""
    shutil.copytree(first_day, tmp_path / "lake")
    return Workspace(Lake(tmp_path / "lake"), ALS, SiteMap(), pseudonym)


def look(space):
    folder = space.serving_folder / read_current(space.serving_folder)
    return load_snapshot(folder), msgspec.convert(read_manifest(folder).evaluation, Record)


def test_on_the_first_day_a_model_need_only_beat_what_is_popular(space):
    _, record = look(space)
    decision = record.decisions[-1]
    assert (decision.question, decision.model, decision.settings) == ("for_you", "als", "new")
    assert decision.against_popular.verdict == "better"
    assert decision.against_in_place is None
    assert record.recipes["for_you"]["for_you"]["als"]["factors"] == 8


def test_the_same_lake_and_settings_give_the_same_snapshot_to_the_byte(space):
    first = read_current(space.serving_folder)
    assert train_and_publish(space, NOW).model_version == first


def test_new_settings_that_lose_to_those_in_place_are_not_published(space):
    published = train_and_publish(space._replace(settings=WORSE), NOW)
    decision = published.judgement.decisions[-1]
    assert (decision.settings, decision.against_in_place.verdict) == ("in place", "worse")
    assert decision.against_in_place.high < 0
    snapshot, record = look(space)
    assert snapshot.for_you.factors.shape[1] == 8
    assert record.recipes["for_you"]["for_you"]["als"]["factors"] == 8


def test_new_settings_that_do_not_lose_are_published_and_then_in_place(space):
    other = choose_settings(models=("als",), als=AlsSettings(factors=8, regularization=2.0))
    decision = train_and_publish(space._replace(settings=other), NOW).judgement.decisions[-1]
    assert decision.settings == "new"
    assert decision.against_in_place.verdict in ("better", "not shown")
    before = read_in_place(space.serving_folder, other)
    assert before.snapshot.for_you.regularization == 2.0
    assert not before.differs("for_you", other)
    assert before.differs("for_you", ALS)


def test_a_new_day_goes_on_from_the_factors_in_place_and_changed_settings_do_not(space):
    before = look(space)[0].for_you
    train_and_publish(open_space(space.lake.folder, walk_circles(range(10)), ALS), NOW)
    warm = look(space)[0].for_you
    same, other = read_in_place(space.serving_folder, ALS), choose_settings(als=AlsSettings(factors=8, seed=1))
    assert same.choose_start(ALS) is same.snapshot
    assert same.choose_start(other) is None
    assert not np.array_equal(warm.factors, before.factors)
    assert np.corrcoef(warm.factors.ravel(), before.factors.ravel())[0, 1] > 0.9, "a fresh start turns every factor"


def test_who_was_erased_is_not_gone_on_from(space):
    gone = look(space)[0].histories.persons[0]
    change_people(space.serving_folder, lambda person: None if person == gone else person)
    before = read_in_place(space.serving_folder, ALS)
    assert before.people_changed
    assert before.choose_start(ALS) is None
    assert before.recipes, "what it is made of is still compared with"


def test_what_cannot_be_read_is_said_and_replaced(space):
    broken = "for_you.factors.npy"
    (space.serving_folder / read_current(space.serving_folder) / broken).write_bytes(b"x")
    published = train_and_publish(space, NOW)
    assert broken in published.notices[0]
    assert published.judgement.decisions[-1].settings == "new"
    assert look(space)[0].for_you is not None


def test_settings_of_another_version_are_said_and_left_aside(space):
    folder = space.serving_folder
    snapshot, record = look(space)
    recipes = {**record.recipes, "for_you": {"for_you": {"magic": 1}}}
    strange = msgspec.to_builtins(msgspec.structs.replace(record, recipes=recipes))
    publish_snapshot(folder, snapshot, made_at="x", evaluation=strange)
    before = read_in_place(folder, ALS)
    assert "magic" in before.fault
    assert not before.differs("for_you", WORSE)
