"""The options of a funnel's steps, as a product owner understands them."""

import pytest

from paths import Condition, EventFilter, Exclusion, FunnelStep
from tests.drawing import at
from tests.levels import BUY, CART, LOOK, come_how_far, measure


class TestTimesBetweenSteps:
    def test_a_step_may_have_a_window_of_its_own_from_the_step_before(self) -> None:
        drawn = """
            visitor | time     | name
            quick   | 08:00    | view_item
            quick   | 08:30    | add_to_cart
            slow    | 08:00    | view_item
            slow    | 08:30:01 | add_to_cart
        """
        assert come_how_far(drawn, LOOK, FunnelStep("add_to_cart", within_minutes=30)) == {"quick": 2, "slow": 1}

    def test_who_comes_before_the_least_time_is_up_has_to_come_again(self) -> None:
        drawn = """
            visitor | time     | name
            hasty   | 08:00    | view_item
            hasty   | 08:00:59 | add_to_cart
            again   | 08:00    | view_item
            again   | 08:00:30 | add_to_cart
            again   | 08:01    | add_to_cart
        """
        assert come_how_far(drawn, LOOK, FunnelStep("add_to_cart", after_minutes=1)) == {"hasty": 1, "again": 2}

    def test_who_has_no_time_left_for_the_next_step_is_lost_though_the_window_is_open(self) -> None:
        steps = (LOOK, FunnelStep("add_to_cart", within_minutes=30), BUY)
        drawn = """
            visitor | time  | name
            early   | 08:00 | view_item
            late    | 08:45 | view_item
            cart    | 07:00 | view_item
            cart    | 07:10 | add_to_cart
        """
        levels = measure(drawn, *steps, ends="09:00")
        assert dict(levels.select("entrant", "status").iter_rows()) == {"early": "lost", "late": "open", "cart": "open"}

    def test_a_window_that_has_no_room_for_the_least_time_is_over(self) -> None:
        steps = (LOOK, FunnelStep("purchase", after_minutes=30))
        levels = measure("time | name\n08:00 | view_item", *steps, window_hours=1, ends="09:00")
        assert levels["status"].item() == "open"
        levels = measure("time | name\n08:00 | view_item", *steps, window_hours=1, ends="09:00:01")
        assert levels["status"].item() == "lost"


class TestOptionalSteps:
    STEPS = (LOOK, FunnelStep("view_cart", optional=True), CART, BUY)

    def test_who_skips_one_goes_on_and_has_no_time_for_it(self) -> None:
        levels = measure(
            """
            visitor | time  | name
            skips   | 08:00 | view_item
            skips   | 08:10 | add_to_cart
            takes   | 08:00 | view_item
            takes   | 08:05 | view_cart
            takes   | 08:10 | add_to_cart
            stays   | 08:00 | view_item
            stays   | 08:05 | view_cart
            """,
            *self.STEPS,
        )
        assert dict(levels.select("entrant", "level").iter_rows()) == {"skips": 3, "stays": 2, "takes": 3}
        reached = dict(levels.select("entrant", "reached_at").iter_rows())
        assert reached["skips"] == [at("08:00"), None, at("08:10")]
        assert reached["takes"] == [at("08:00"), at("08:05"), at("08:10")]

    def test_an_event_that_two_of_them_wait_for_takes_the_earlier_one(self) -> None:
        steps = (LOOK, FunnelStep("search", optional=True), FunnelStep("search", optional=True), BUY)
        levels = measure("time | name\n08:00 | view_item\n08:01 | search\n08:02 | purchase", *steps)
        assert levels["reached_at"].to_list() == [[at("08:00"), at("08:01"), None, at("08:02")]]

    def test_the_time_to_the_next_step_runs_from_the_one_that_was_taken(self) -> None:
        steps = (LOOK, FunnelStep("view_cart", optional=True), FunnelStep("add_to_cart", within_minutes=10))
        drawn = """
            visitor | time  | name
            takes   | 08:00 | view_item
            takes   | 08:08 | view_cart
            takes   | 08:16 | add_to_cart
            skips   | 08:00 | view_item
            skips   | 08:16 | add_to_cart
        """
        assert come_how_far(drawn, *steps) == {"takes": 3, "skips": 1}


class TestAlternativesAndFilters:
    def test_one_of_several_events_is_enough(self) -> None:
        step = FunnelStep("add_to_cart", any_of=(EventFilter("begin_checkout", channel="app"),), name="wants it")
        drawn = """
            visitor | time  | name           | channel
            cart    | 08:00 | view_item      | web
            cart    | 08:01 | add_to_cart    | web
            app     | 08:00 | view_item      | app
            app     | 08:01 | begin_checkout | app
            wap     | 08:00 | view_item      | wap
            wap     | 08:01 | begin_checkout | wap
        """
        assert come_how_far(drawn, LOOK, step) == {"cart": 2, "app": 2, "wap": 1}

    @pytest.mark.parametrize(
        ("condition", "pass_it"),
        [
            (Condition("price", at_least=100), {"dear", "dearest"}),
            (Condition("price", at_least=50, at_most=100), {"cheap", "dear"}),
            (Condition("system", is_in=("iOS", "Android")), {"cheap", "dear"}),
            (Condition("system", is_not="iOS"), {"dear"}),
        ],
    )
    def test_a_property_passes_a_test_and_an_unknown_one_none(self, condition: Condition, pass_it: set[str]) -> None:
        drawn = """
            visitor | name      | price | system
            cheap   | view_item | 50    | iOS
            dear    | view_item | 100   | Android
            dearest | view_item | 200   |
            unknown | view_item |       |
        """
        assert come_how_far(drawn, FunnelStep("view_item", where=(condition,))).keys() == pass_it


class TestExclusions:
    DRAWN = """
        visitor | time  | name             | price
        ann     | 08:00 | view_item        |
        ann     | 08:01 | add_to_cart      |
        ann     | 08:02 | remove_from_cart | 9
        ann     | 08:03 | purchase         |
        bob     | 08:00 | view_item        |
        bob     | 08:01 | remove_from_cart | 9
        bob     | 08:02 | add_to_cart      |
        bob     | 08:03 | purchase         |
    """

    def test_one_between_two_steps_breaks_the_chain_there(self) -> None:
        between = Exclusion("remove_from_cart", after_step=2, before_step=3)
        assert come_how_far(self.DRAWN, exclude=(between,)) == {"ann": 2, "bob": 3}

    def test_anywhere_between_the_first_and_the_last_step_by_default(self) -> None:
        assert come_how_far(self.DRAWN, exclude=(Exclusion("remove_from_cart"),)) == {"ann": 2, "bob": 1}

    def test_it_has_filters_like_a_step(self) -> None:
        dear = Exclusion("remove_from_cart", where=(Condition("price", at_least=10),))
        assert come_how_far(self.DRAWN, exclude=(dear,)) == {"ann": 3, "bob": 3}

    def test_another_chain_of_the_entrant_may_still_get_there(self) -> None:
        drawn = self.DRAWN + "    ann | 08:04 | add_to_cart |\n    ann | 08:05 | purchase |"
        between = Exclusion("remove_from_cart", after_step=2, before_step=3)
        assert come_how_far(drawn, exclude=(between,)) == {"ann": 3, "bob": 3}

    def test_at_the_very_moment_of_a_step_it_is_not_between(self) -> None:
        drawn = """
            visitor | time  | name
            first   | 08:00 | view_item
            first   | 08:00 | remove_from_cart
            first   | 08:01 | add_to_cart
            last    | 08:00 | view_item
            last    | 08:01 | remove_from_cart
            last    | 08:01 | add_to_cart
        """
        assert come_how_far(drawn, LOOK, CART, exclude=(Exclusion("remove_from_cart"),)) == {"first": 2, "last": 2}

    def test_it_stops_those_too_whose_events_of_one_moment_may_share_out_the_steps(self) -> None:
        drawn = """
            visitor | time  | name             | page
            stopped | 08:00 | view_item        | p
            stopped | 08:00 | view_item        | q
            stopped | 08:01 | view_item        | q
            stopped | 08:01 | remove_from_cart |
            stopped | 08:02 | add_to_cart      |
            goes_on | 08:00 | view_item        | p
            goes_on | 08:00 | view_item        | q
            goes_on | 08:00 | remove_from_cart |
            goes_on | 08:01 | view_item        | q
            goes_on | 08:02 | add_to_cart      |
        """
        steps = (LOOK, FunnelStep("view_item", page="p"), CART)
        levels = come_how_far(drawn, *steps, exclude=(Exclusion("remove_from_cart", after_step=2),))
        assert levels == {"stopped": 2, "goes_on": 3}

    def test_who_was_stopped_is_lost_though_the_window_is_open(self) -> None:
        levels = measure(self.DRAWN, exclude=(Exclusion("remove_from_cart"),), ends="08:10")
        assert levels["status"].to_list() == ["lost", "lost"]
