"""Courses lay out what a search must keep."""

from paths import Exclusion, FunnelDefinition, FunnelStep
from paths.funnels.search.courses import FOREVER, MINUTE, Span, list_courses

LOOK, BUY = FunnelStep("view_item"), FunnelStep("purchase")
MAYBE = FunnelStep("search", optional=True, after_minutes=1, within_minutes=30)


def test_there_is_a_course_for_each_choice_of_the_optional_steps() -> None:
    courses = list_courses(FunnelDefinition((LOOK, MAYBE, MAYBE, BUY)))
    assert [course.steps for course in courses] == [(0, 3), (0, 1, 3), (0, 2, 3), (0, 1, 2, 3)]


def test_times_are_microseconds_and_a_strict_tie_policy_asks_for_one_at_least() -> None:
    (_, course) = list_courses(FunnelDefinition((LOOK, MAYBE, BUY), window_hours=0.5, ties="strict"))
    assert (course.window, course.within, course.after) == (
        30 * MINUTE,
        (FOREVER, 30 * MINUTE, FOREVER),
        (1, MINUTE, 1),
    )


def test_an_exclusion_reaches_between_the_steps_of_its_range_that_are_taken() -> None:
    excluded = (Exclusion("refund", after_step=2), Exclusion("refund", after_step=1, before_step=2))
    short, full = list_courses(FunnelDefinition((LOOK, MAYBE, BUY, BUY), exclude=excluded))
    assert full.spans == (Span(0, 1, 3), Span(1, 0, 1))
    assert short.spans == (Span(0, 1, 2),)  # of steps 2 to 4 the last two are taken, of 1 to 2 only one


def test_a_course_is_plain_where_the_window_is_all_that_it_must_keep() -> None:
    (plain,) = list_courses(FunnelDefinition((LOOK, BUY)))
    assert plain.is_plain
    for step in (FunnelStep("purchase", within_minutes=5), FunnelStep("purchase", after_minutes=5)):
        assert not list_courses(FunnelDefinition((LOOK, step)))[0].is_plain
    (strict,) = list_courses(FunnelDefinition((LOOK, BUY), order="strict"))
    assert not strict.is_plain
