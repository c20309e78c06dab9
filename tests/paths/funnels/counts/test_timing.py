"""Times are those of the chain that was taken."""

from paths import FunnelDefinition, FunnelStep, FunnelTime, bin_times, time_funnel
from paths.funnels.counts.histogram import EDGES
from tests.levels import BY_CHANNEL, ORDER, STEPS, draw_levels

LEVELS = """
    entrant | segment | entered | then  | status
    a       | app     | 1 08:00 | 1 11  | converted
    b       | app     | 1 08:00 | 2 22  | converted
    c       | web     | 1 08:00 | 3 33  | converted
    d       | web     | 1 08:00 | 4     | lost
"""


def test_quartiles_of_the_whole_way_and_of_each_step() -> None:
    table = FunnelTime.validate(time_funnel(draw_levels(LEVELS), ORDER))
    assert table.drop("funnel", "segment").rows() == [
        ("whole", 1, 3, 3, 990.0, 1320.0, 1650.0),
        ("step", 1, 2, 4, 105.0, 150.0, 195.0),  # who was lost later counts here
        ("step", 2, 3, 3, 900.0, 1200.0, 1500.0),
    ]


def test_segments_have_their_own_times() -> None:
    table = time_funnel(draw_levels(LEVELS), BY_CHANNEL).filter(stretch="whole")
    assert dict(table.select("segment", "median").iter_rows()) == {"(all)": 1320.0, "app": 990.0, "web": 1980.0}


def test_a_skipped_step_makes_a_stretch_of_its_own() -> None:
    funnel = FunnelDefinition(name="order", steps=(STEPS[0], FunnelStep("search", optional=True), STEPS[2]))
    table = time_funnel(
        draw_levels("entrant | entered | then | status \n a | 1 08:00 | - 10 | converted", funnel), funnel
    )
    assert table.select("stretch", "from_step", "to_step", "median").rows() == [
        ("whole", 1, 3, 600.0),
        ("step", 1, 3, 600.0),
    ]


def test_nobody_took_any_time() -> None:
    nobody = draw_levels("entrant | entered | status")
    assert time_funnel(nobody, ORDER).is_empty()
    assert bin_times(nobody, ORDER).is_empty()


def test_a_funnel_of_one_step_has_no_way() -> None:
    one = FunnelDefinition(name="order", steps=STEPS[:1])
    levels = draw_levels("entrant | entered | status \n a | 1 08:00 | converted", one)
    assert time_funnel(levels, one).is_empty()


def test_bins_begin_with_their_edge_and_empty_ones_between_are_shown() -> None:
    table = bin_times(
        draw_levels("""
            entrant | entered | then  | status
            a       | 1 08:00 | 1 10  | converted
            b       | 1 08:00 | 1 19  | converted
            c       | 1 08:00 | 1 60  | converted
        """),
        ORDER,
    ).filter(stretch="whole")
    assert table.select("from_seconds", "to_seconds", "entrants", "share").rows() == [
        (600, 1200, 2, 2 / 3),
        (1200, 1800, 0, 0.0),
        (1800, 3600, 0, 0.0),
        (3600, 7200, 1, 1 / 3),
    ]


def test_the_last_bin_has_no_end() -> None:
    minutes = int(EDGES[-1]) // 60 + 1
    table = bin_times(draw_levels(f"entrant | entered | then | status \n a | 1 08:00 | 1 {minutes} | converted"), ORDER)
    assert table.filter(stretch="whole")["to_seconds"].to_list() == [None]


def test_edges_grow_about_evenly_in_the_logarithm() -> None:
    ratios = EDGES[2:] / EDGES[1:-1]
    assert (ratios.min(), ratios.max()) == (1.5, 3)
