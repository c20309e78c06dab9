from datetime import UTC, date, datetime

import pytest

from simulator import APP_LOG, SHELF_LOG, WAP_LOG, WEB_LOG, Bundle, DropOff, Simulation, Stories, simulate

FEW = 300


def test_the_same_seed_gives_the_same_lines():
    one, other = simulate(FEW, seed=3), simulate(FEW, seed=3)
    for file in (WEB_LOG, WAP_LOG, APP_LOG, SHELF_LOG):
        assert list(one.lines(file)) == list(other.lines(file))
        assert list(one.lines(file)) == list(one.lines(file))
    assert one.documents == other.documents
    assert one.truth == other.truth


def test_another_seed_gives_other_lines():
    assert list(simulate(FEW, seed=3).lines(WAP_LOG)) != list(simulate(FEW, seed=4).lines(WAP_LOG))


def test_a_clean_run_tells_no_story(clean: Simulation):
    names = ("bundle", "drop_off", "checkout_bug", "payment_incident", "chain", "rivals", "slot_effect")
    assert clean.truth["stories"] == dict.fromkeys(names)


def test_other_stories_can_be_planted():
    stories = Stories(Bundle("BB-01", "VA-09", share=0.9), DropOff("app", "payment", "payment", 0.8))
    simulation = simulate(FEW, seed=3, stories=stories)
    assert simulation.truth["transitions"]["app"]["payment"]["(exit)"] == 0.8
    assert simulation.truth["transitions"]["wap"]["delivery"]["(exit)"] < 0.2
    assert simulation.truth["stories"]["bundle"]["second"] == "VA-09"


def test_the_first_day_begins_at_midnight_in_shanghai():
    starts_at = simulate(FEW, seed=3, start=date(2027, 1, 9)).operator.starts_at
    assert datetime.fromtimestamp(starts_at / 1000, UTC).isoformat() == "2027-01-08T16:00:00+00:00"


def test_the_channels_share_the_lines_about_nine_to_six_to_five(planted: Simulation):
    lines = [planted.truth["files"][file]["lines"] for file in (WEB_LOG, WAP_LOG, APP_LOG)]
    assert [round(count / sum(lines), 1) for count in lines] == pytest.approx([0.5, 0.3, 0.2], abs=0.101)
    assert 7 < sum(lines) / 3_000 < 10


@pytest.mark.parametrize("visits", [30, 60])
@pytest.mark.parametrize("seed", range(5))
def test_small_runs_work(visits, seed):
    simulation = simulate(visits, seed=seed, days=2)
    assert sum(len(list(simulation.lines(file))) for file in (WEB_LOG, WAP_LOG, APP_LOG)) > visits
    assert simulation.truth["visits"]


@pytest.mark.parametrize(("visits", "days"), [(29, 28), (100, 1)])
def test_too_little_is_refused(visits, days):
    with pytest.raises(ValueError, match="30 visits and 2 days"):
        simulate(visits, days=days)
