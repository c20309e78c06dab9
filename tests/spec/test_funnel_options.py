"""The order, the ties, what is held and how a funnel is broken down, as a product owner understands them."""

import pytest

from paths import EventFilter, Exclusion, FunnelStep
from tests.drawing import at
from tests.levels import CART, LOOK, come_how_far, measure


class TestStrict:
    def test_another_event_breaks_the_chain_and_it_may_start_again(self) -> None:
        drawn = """
            visitor | time  | name
            ann     | 08:00 | view_item
            ann     | 08:01 | search
            ann     | 08:02 | add_to_cart
            bob     | 08:00 | view_item
            bob     | 08:01 | search
            bob     | 08:02 | view_item
            bob     | 08:03 | add_to_cart
        """
        assert come_how_far(drawn, order="strict") == {"ann": 1, "bob": 2}

    def test_a_reload_of_the_step_just_taken_is_no_other_event(self) -> None:
        drawn = """
            visitor | time  | name
            ann     | 08:00 | view_item
            ann     | 08:01 | view_item
            ann     | 08:02 | add_to_cart
            ann     | 08:03 | add_to_cart
            ann     | 08:04 | purchase
        """
        assert come_how_far(drawn, order="strict") == {"ann": 3}

    def test_going_back_a_step_breaks_the_chain(self) -> None:
        drawn = """
            visitor | time  | name
            ann     | 08:00 | view_item
            ann     | 08:01 | add_to_cart
            ann     | 08:02 | view_item
            ann     | 08:03 | purchase
        """
        assert come_how_far(drawn, order="strict") == {"ann": 2}

    def test_events_of_one_moment_stand_as_it_suits_the_chain(self) -> None:
        drawn = """
            visitor | time  | name
            before  | 08:00 | search
            before  | 08:00 | view_item
            before  | 08:01 | add_to_cart
            between | 08:00 | view_item
            between | 08:01 | search
            between | 08:01 | add_to_cart
            between | 08:02 | purchase
        """
        assert come_how_far(drawn, order="strict") == {"before": 2, "between": 2}  # the search was before, or after

    def test_robots_break_nothing_as_they_are_not_there(self) -> None:
        drawn = """
            visitor | time  | name        | robot
            ann     | 08:00 | view_item   |
            ann     | 08:01 | search      | probe
            ann     | 08:02 | add_to_cart |
        """
        assert come_how_far(drawn, order="strict") == {"ann": 2}

    def test_who_broke_off_has_no_time_left_but_whose_chain_is_whole_has(self) -> None:
        levels = measure(
            """
            visitor | time  | name
            broken  | 08:00 | view_item
            broken  | 08:01 | search
            whole   | 08:00 | view_item
            """,
            order="strict",
            ends="09:00",
        )
        assert dict(levels.select("entrant", "status").iter_rows()) == {"broken": "lost", "whole": "open"}


class TestAnyOrder:
    def test_whichever_comes_first(self) -> None:
        levels = measure(
            """
            visitor | time    | name
            ann     | 08:10   | purchase
            ann     | 08:00   | add_to_cart
            ann     | 08:20   | view_item
            bob     | 08:00   | purchase
            bob     | 3 08:00 | view_item
            """,
            order="any",
        )
        assert levels["level"].to_list() == [3, 1]
        assert levels["reached_at"].to_list()[0] == [at("08:00"), at("08:10"), at("08:20")]
        assert levels["entered_at"].to_list() == [at("08:00"), at("08:00")]

    def test_one_event_still_serves_one_step(self) -> None:
        anything = FunnelStep("view_item", any_of=(EventFilter("purchase"),), name="anything")
        drawn = """
            visitor | time  | name
            one     | 08:00 | view_item
            two     | 08:00 | view_item
            two     | 08:00 | purchase
            three   | 08:00 | view_item
            three   | 08:01 | view_item
        """
        assert come_how_far(drawn, anything, LOOK, order="any") == {"one": 1, "two": 2, "three": 2}

    @pytest.mark.parametrize("shared", [False, True])
    def test_the_last_moment_of_the_window_counts_and_until_then_an_entrant_is_open(self, shared: bool) -> None:
        other = FunnelStep("search", any_of=(EventFilter("view_item"),) if shared else ())
        drawn = """
            visitor | time         | name
            in_time | 08:00        | view_item
            in_time | 2 08:00      | search
            late    | 08:00        | view_item
            late    | 2 08:00:01   | search
            waits   | 2 09:00      | view_item
            gone    | 2 08:59:59   | view_item
        """
        levels = measure(drawn, LOOK, other, order="any", ends="3 09:00")
        assert dict(levels.select("entrant", "level").iter_rows()) == {"in_time": 2, "late": 1, "waits": 1, "gone": 1}
        status = dict(levels.select("entrant", "status").iter_rows())
        assert status == {"in_time": "converted", "late": "lost", "waits": "open", "gone": "lost"}

    @pytest.mark.parametrize("shared", [False, True])
    def test_what_is_excluded_at_the_moment_of_a_step_is_not_between(self, shared: bool) -> None:
        other = FunnelStep("search", any_of=(EventFilter("view_item"),) if shared else ())
        drawn = """
            visitor | time  | name
            first   | 08:00 | view_item
            first   | 08:00 | refund
            first   | 08:01 | search
            last    | 08:00 | view_item
            last    | 08:01 | refund
            last    | 08:01 | search
            between | 08:00 | view_item
            between | 08:01 | refund
            between | 08:02 | search
        """
        levels = come_how_far(drawn, LOOK, other, order="any", exclude=(Exclusion("refund"),))
        assert levels == {"first": 2, "last": 2, "between": 1}

    def test_an_excluded_event_between_parts_what_came_before_from_what_came_after(self) -> None:
        drawn = """
            visitor | time  | name
            ann     | 08:00 | view_item
            ann     | 08:01 | refund
            ann     | 08:02 | add_to_cart
            ann     | 08:03 | purchase
        """
        assert come_how_far(drawn, order="any", exclude=(Exclusion("refund"),)) == {"ann": 2}


class TestTies:
    DRAWN = """
        visitor | time  | name
        forth   | 08:00 | view_item
        forth   | 08:00 | add_to_cart
        back    | 08:00 | add_to_cart
        back    | 08:00 | view_item
        apart   | 08:00 | view_item
        apart   | 08:01 | add_to_cart
    """

    @pytest.mark.parametrize(
        ("ties", "levels"),
        [
            ("either", {"forth": 2, "back": 2, "apart": 2}),
            ("arrival", {"forth": 2, "back": 1, "apart": 2}),
            ("strict", {"forth": 1, "back": 1, "apart": 2}),
        ],
    )
    def test_events_of_one_moment(self, ties: str, levels: dict[str, int]) -> None:
        assert come_how_far(self.DRAWN, LOOK, CART, ties=ties) == levels

    def test_the_devices_own_clock_tells_what_came_first_before_the_line_does(self) -> None:
        drawn = """
            time  | device_at | name        | line
            08:00 | 08:00:02  | add_to_cart | 1
            08:00 | 08:00:01  | view_item   | 2
        """
        assert come_how_far(drawn, LOOK, CART, ties="arrival") == {"v": 2}


class TestHold:
    def test_a_chain_runs_within_one_product(self) -> None:
        drawn = """
            visitor | time  | name        | item
            ann     | 08:00 | view_item   | P1
            ann     | 08:01 | add_to_cart | P2
            bob     | 08:00 | view_item   | P1
            bob     | 08:01 | view_item   | P2
            bob     | 08:02 | add_to_cart | P2
            cat     | 08:00 | view_item   |
            cat     | 08:01 | add_to_cart |
        """
        assert come_how_far(drawn, LOOK, CART, hold="item_id") == {"ann": 1, "bob": 2}

    def test_several_properties_may_be_held(self) -> None:
        drawn = """
            visitor | time  | name        | item | channel
            ann     | 08:00 | view_item   | P1   | web
            ann     | 08:01 | add_to_cart | P1   | app
            bob     | 08:00 | view_item   | P1   | app
            bob     | 08:01 | add_to_cart | P1   | app
        """
        assert come_how_far(drawn, LOOK, CART, hold=("item_id", "channel")) == {"ann": 1, "bob": 2}

    def test_who_still_has_time_with_any_product_is_open(self) -> None:
        drawn = """
            time    | name        | item
            1 08:00 | view_item   | P1
            1 08:01 | add_to_cart | P1
            2 07:00 | view_item   | P2
        """
        levels = measure(drawn, hold="item_id", ends="2 09:00")
        assert levels.select("level", "status").rows() == [(2, "open")]


class TestBreakdown:
    DRAWN = """
        visitor | time  | name        | channel
        ann     | 08:00 | view_item   | web
        ann     | 08:01 | add_to_cart | wap
        ann     | 08:02 | purchase    | app
        bob     | 08:00 | view_item   | wap
    """

    @pytest.mark.parametrize(
        ("attribution", "segments"),
        [("first", ["web", "wap"]), ("last", ["app", "wap"]), ("step 2", ["wap", None])],
    )
    def test_the_attribution_says_whose_value_counts(self, attribution: str, segments: list[str | None]) -> None:
        levels = measure(self.DRAWN, breakdown="channel", attribution=attribution)
        assert levels["segment"].to_list() == segments

    def test_numbers_are_written_out_and_unknown_values_are_null(self) -> None:
        drawn = """
            visitor | name      | quantity
            ann     | view_item | 2
            bob     | view_item |
        """
        assert measure(drawn, LOOK, breakdown="quantity")["segment"].to_list() == ["2", None]

    def test_a_step_that_was_skipped_has_no_value(self) -> None:
        steps = (LOOK, FunnelStep("search", optional=True), CART)
        levels = measure(self.DRAWN, *steps, breakdown="channel", attribution="step 2")
        assert levels["segment"].to_list() == [None, None]

    def test_it_is_the_value_of_the_event_that_took_the_step_not_of_another_one_of_its_moment(self) -> None:
        drawn = """
            time  | name        | channel
            08:00 | search      | wap
            08:00 | view_item   | web
            08:00 | add_to_cart | app
        """
        for attribution, segment in (("first", "web"), ("last", "app")):
            levels = measure(drawn, LOOK, CART, breakdown="channel", attribution=attribution)
            assert levels["segment"].to_list() == [segment]
