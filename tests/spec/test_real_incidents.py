"""The incidents planted in somebody else's made-up shop are found by the commands that an operator would run."""

from pathlib import Path

import pytest

from tests.shell import run

EXAMPLES = Path(__file__).parents[2] / "examples"


@pytest.fixture(scope="module")
def stories(data_dir, tmp_path_factory):
    lake = tmp_path_factory.mktemp("shop") / "lake"
    log = data_dir / "retentioneering_ecom/ecom.csv.gz"
    run("ingest", log, "--format", "csv", "--map", EXAMPLES / "retentioneering.toml", "--lake", lake)
    return run("report", "stories", "--lake", lake, "--json", ECHANNEL_SESSIONS__ZONE="UTC").document["rows"]


def test_just_the_two_planted_incidents_stand_out(stories):
    where = [(story["page"], story["stage"], story["channel"], story["device"]) for story in stories]
    assert where == [
        ("payment_details", "payment", "web", "(all)"),
        ("shipping_details", "delivery", "web", "mobile"),
    ]


def test_the_payment_incident_is_dated_and_sized(stories):
    """Planted from 19 May to 7 June; the 18th and the 8th are as good by these counts."""
    payment, _ = stories
    assert (payment["first_day"], payment["last_day"]) == ("2024-05-18", "2024-06-06")
    assert payment["earliest_day"] <= "2024-05-19" < "2024-06-07" <= payment["latest_day"]
    assert payment["low"] == pytest.approx(0.250, abs=0.001)
    assert payment["chance"] < 0.0001


def test_the_mobile_checkout_bug_is_dated_and_sized(stories):
    """Planted from 9 April to 9 May: some fifty people on phones came to the form in that month.

    From 9 to 11 April nobody came, and the three of 9 May all went on: no count can tell that the fault was there.
    """
    _, bug = stories
    assert (bug["first_day"], bug["last_day"]) == ("2024-04-14", "2024-05-02")
    assert (bug["earliest_day"], bug["latest_day"]) == ("2024-04-09", "2024-05-08")
    assert bug["low"] == pytest.approx(0.297, abs=0.001)
    assert bug["chance"] < 0.05
