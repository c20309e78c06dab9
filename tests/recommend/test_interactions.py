import msgspec
import pytest

from recommend import Interaction, InteractionSettings, weigh_interactions
from tests.drawing import at, draw

EVENTS = """
    visitor | customer | time    | name        | item
    d1      | ann      | 1 08:00 | view_item   | plan
    d2      | ann      | 2 08:00 | view_item   | plan
    d2      | ann      | 2 08:00 | add_to_cart |
    d2      | ann      | 2 08:01 | search      | plan
"""


def test_devices_of_one_customer_add_up_and_the_last_time_is_kept() -> None:
    weighed = weigh_interactions(draw(EVENTS), InteractionSettings(half_life_days=1), at("2 08:00"))
    assert Interaction.validate(weighed).rows() == [("ann", "plan", 1.5, at("2 08:00"))]


def test_what_has_faded_away_is_gone() -> None:
    weighed = weigh_interactions(draw(EVENTS), InteractionSettings(half_life_days=0.01), at("3 08:00"))
    assert weighed.is_empty()


def test_a_weight_of_0_leaves_the_event_out() -> None:
    assert weigh_interactions(draw(EVENTS), InteractionSettings(view_item=0), at("3 08:00")).is_empty()


def test_lazy_events_weigh_the_same() -> None:
    events = draw(EVENTS)
    settings, now = InteractionSettings(), at("3 08:00")
    assert weigh_interactions(events.lazy(), settings, now).equals(weigh_interactions(events, settings, now))


def test_the_sum_does_not_hang_on_the_order_of_events() -> None:
    drawn = "\n".join(f"ann | 1 {hour:02}:{hour:02} | view_item | plan" for hour in range(24))
    events = draw("visitor | time | name | item\n" + drawn)
    settings, now = InteractionSettings(half_life_days=0.37), at("3 08:00")
    weights = {weigh_interactions(rows, settings, now)["weight"][0] for rows in (events, events.reverse())}
    assert len(weights) == 1


def test_wrong_settings_are_refused_with_all_their_faults() -> None:
    with pytest.raises(ValueError, match=r"`view_item` is -1.*`half_life_days` is 0") as fault:
        InteractionSettings(view_item=-1, half_life_days=0)
    assert "give" in str(fault.value)


def test_an_unknown_setting_is_refused() -> None:
    with pytest.raises(msgspec.ValidationError, match="views"):
        msgspec.convert({"views": 1}, InteractionSettings)


def test_robots_have_no_interests() -> None:
    assert weigh_interactions(draw(EVENTS, robot="crawler"), InteractionSettings(), at("3 08:00")).is_empty()


def test_of_a_person_the_items_count_that_weigh_most() -> None:
    """i0 and i1 were looked at three times, i2 and i3 twice, i3 the later."""
    drawn = "\n".join(f"ann | 1 08:{minute:02} | view_item | i{minute % 4}" for minute in range(10))
    events = draw("visitor | time | name | item\n" + drawn + "\nbob | 1 08:00 | view_item | i3")
    weighed = weigh_interactions(events, InteractionSettings(most_items=3), at("1 08:10"))
    assert weighed.select("person_id", "item_id").rows() == [("ann", "i0"), ("ann", "i1"), ("ann", "i3"), ("bob", "i3")]
