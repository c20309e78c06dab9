from dataclasses import replace

import numpy as np
import pytest

from simulator import PLANTED, Incident, Simulation, Stories, simulate
from simulator.chains import CHANNELS, PAGE
from simulator.columns import DAY_MS
from simulator.names import name_agent, name_kind

BUG = Incident("checkout", "cart", first_day=3, days=2, channel="web", device="mobile", exit_share=1.0)


def find_met(simulation: Simulation, incident: Incident) -> np.ndarray:
    """Mark the clicks on the failing page while it fails, told anew."""
    clicks, starts_at = simulation.clicks, simulation.operator.starts_at
    day = (clicks.at - starts_at) // DAY_MS
    kinds = [
        name_kind(CHANNELS[channel], device)
        for channel, device in zip(clicks.channel.tolist(), clicks.device.tolist(), strict=True)
    ]
    return (
        (clicks.page == PAGE[incident.page])
        & (day >= incident.first_day)
        & (day < incident.first_day + incident.days)
        & np.array([incident.channel in (None, CHANNELS[channel]) for channel in clicks.channel.tolist()])
        & np.array([incident.device in (None, kind) for kind in kinds])
    )


def test_everybody_who_meets_a_page_that_fails_for_all_leaves_there():
    world = simulate(2_000, seed=3, days=7, stories=Stories(checkout_bug=BUG))
    met = find_met(world, BUG)
    last = np.append(world.clicks.is_first[1:], True)
    assert met.sum() > 5
    assert last[met].all()
    elsewhere = find_met(world, replace(BUG, channel=None, device=None)) & ~met
    assert elsewhere.sum() > 20
    assert last[elsewhere].mean() < 0.2


def test_nothing_else_changes_before_the_incident():
    clean, broken = (simulate(500, seed=3, stories=stories) for stories in (Stories(), Stories(checkout_bug=BUG)))
    assert np.array_equal(clean.visits.starts_at, broken.visits.starts_at)
    assert broken.clicks.at.size <= clean.clicks.at.size


@pytest.mark.parametrize("incident", PLANTED.incidents, ids=lambda incident: incident.page)
def test_most_leave_from_a_planted_incident_and_few_on_other_days(incident):
    world = simulate(6_000, seed=3)
    met, last = find_met(world, incident), np.append(world.clicks.is_first[1:], True)
    always = find_met(world, replace(incident, first_day=0, days=world.operator.days))
    assert last[met].mean() == pytest.approx(incident.exit_share, abs=0.15)
    assert last[always & ~met].mean() < 0.2


def test_the_truth_tells_the_dates(planted: Simulation):
    told = planted.truth["stories"]
    assert (told["checkout_bug"]["first_day"], told["checkout_bug"]["last_day"]) == ("2026-03-09", "2026-03-17")
    assert (told["payment_incident"]["first_day"], told["payment_incident"]["channel"]) == ("2026-03-21", None)


@pytest.mark.parametrize("device", range(12))
def test_the_kind_of_a_device_is_what_its_browser_says(device):
    agent, kind = name_agent(device), name_kind("web", device)
    assert (kind == "mobile") == ("iPad" not in agent and ("Mobile" in agent))
    assert (kind == "tablet") == ("iPad" in agent)


def test_a_gateway_tells_no_kind_of_device():
    assert name_kind("wap", 7) is None
