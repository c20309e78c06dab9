import numpy as np
import pytest

from simulator import PLANTED, Stories, simulate
from simulator.chains import CHANNELS, ENTRY, EXIT, PAGES, build_transitions, next_page
from simulator.columns import NONE
from tests.simulator.conftest import VISITS


@pytest.mark.parametrize("channel", CHANNELS)
@pytest.mark.parametrize("drop_off", [None, PLANTED.drop_off])
def test_each_row_is_a_distribution_without_a_way_back_to_itself(channel, drop_off):
    rows = build_transitions(channel, drop_off)
    assert set(rows) == {ENTRY, *PAGES}
    for source, row in rows.items():
        assert sum(row.values()) == pytest.approx(1, abs=1e-9)
        assert min(row.values()) > 0
        assert source not in row
        assert set(row) <= {*PAGES, EXIT}


def test_the_broken_page_sends_most_people_away_on_its_channel_only():
    assert build_transitions("wap", PLANTED.drop_off)["delivery"][EXIT] == 0.75
    assert build_transitions("wap")["delivery"][EXIT] < 0.2
    assert build_transitions("web", PLANTED.drop_off) == build_transitions("web")


def test_the_walks_keep_to_the_probabilities():
    """Told of a run in which nothing fails for some days only.

    Every share measured lies within five standard errors of the truth, and no other way is taken.

    Pearson's chi-square over all rows together lies within four standard errors of its mean, its degrees of freedom.
    """
    lasting = simulate(VISITS, seed=7, stories=Stories(PLANTED.bundle, PLANTED.drop_off))
    clicks = lasting.clicks
    names = np.array([*PAGES, EXIT])
    ends = np.append(clicks.is_first[1:], True)
    target = np.where(ends, len(PAGES), np.append(clicks.page[1:], NONE))
    chi_square = freedom = 0.0
    for number, channel in enumerate(CHANNELS):
        for source, row in lasting.operator.transitions[channel].items():
            here = clicks.channel == number
            if source == ENTRY:
                went = names[clicks.page[here & clicks.is_first]]
            else:
                went = names[target[here & (clicks.page == PAGES.index(source))]]
            assert set(went) <= set(row)
            freedom += len(row) - 1
            for page, share in row.items():
                error = np.sqrt(share * (1 - share) / len(went))
                difference = (went == page).mean() - share
                assert abs(difference) < 5 * error, (channel, source, page)
                chi_square += len(went) * difference**2 / share
    assert abs(chi_square - freedom) < 4 * np.sqrt(2 * freedom)


def test_next_page_stops_at_the_end_of_a_visit():
    from simulator.chains import Chains

    chains = Chains(np.array([0, 2, 3], dtype=np.int32), np.array([0, 3, 5], dtype=np.int32))
    assert next_page(chains).tolist() == [3, NONE, NONE]
