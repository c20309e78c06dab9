import numpy as np

from simulator import Simulation
from simulator.chains import PAGE
from simulator.columns import DAY_MS, HOUR_MS, MINUTE_MS, NONE, SECOND_MS


def test_clicks_of_one_visit_lie_less_than_25_minutes_apart_and_visits_of_a_device_more_than_31(planted: Simulation):
    clicks = planted.clicks
    order = np.lexsort((clicks.at, clicks.device, clicks.channel))
    gap = np.diff(clicks.at[order])
    same_device = (np.diff(clicks.device[order]) == 0) & (np.diff(clicks.channel[order]) == 0)
    same_visit = np.diff(clicks.visit[order]) == 0
    assert gap[same_device & same_visit].min() >= 2 * SECOND_MS
    assert gap[same_device & same_visit].max() < 25 * MINUTE_MS
    assert gap[same_device & ~same_visit].min() > 31 * MINUTE_MS
    assert 15 * SECOND_MS < np.median(gap[same_device & same_visit]) < 25 * SECOND_MS


def test_visits_fall_into_the_days_asked_for(planted: Simulation):
    starts, first = planted.visits.starts_at, planted.operator.starts_at
    assert starts.min() >= first
    assert starts.max() < first + 28 * DAY_MS + 2 * HOUR_MS
    assert len(np.unique((starts - first) // DAY_MS)) == 28


def test_pages_that_ask_for_a_login_know_who_is_there(planted: Simulation):
    clicks = planted.clicks
    asks = np.isin(clicks.page, [PAGE["checkout"], PAGE["order_done"], PAGE["account"], PAGE["bill"]])
    since_checkout = clicks.page == PAGE["order_done"]
    assert clicks.logged_in[asks & ~since_checkout].all()
    assert clicks.logged_in[since_checkout].all()


def test_a_cart_is_taken_up_by_the_same_person_on_the_same_device_within_a_day(planted: Simulation):
    visits = planted.visits
    later = np.flatnonzero(visits.resumes != NONE)
    earlier = visits.resumes[later]
    assert len(later) > 10
    assert (visits.user[later] == visits.user[earlier]).all()
    assert (visits.channel[later] == visits.channel[earlier]).all()
    pause = visits.starts_at[later] - visits.starts_at[earlier]
    assert pause.min() > 31 * MINUTE_MS
    assert pause.max() < 24 * HOUR_MS
