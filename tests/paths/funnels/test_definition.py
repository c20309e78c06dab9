"""Funnels are read from the settings, and refused with all their faults at once."""

import tomllib

import msgspec
import pytest

from paths import FunnelDefinition, FunnelError, FunnelStep, name_funnels

SETTINGS = """
[funnels.order]
window_hours = 48
scope = "customer"
steps = [
  { name = "look", event = "view_item", page = "plan_detail" },
  { event = "add_to_cart" },
]
[funnels.cart]
name = "Into the cart"
steps = [{ event = "add_to_cart", item = "PL-01" }]
"""


def read(text: str) -> dict[str, FunnelDefinition]:
    return msgspec.convert(tomllib.loads(text)["funnels"], dict[str, FunnelDefinition])


def test_a_funnel_is_read_from_the_settings_and_named_after_its_place() -> None:
    funnels = name_funnels(read(SETTINGS))
    assert funnels["order"] == FunnelDefinition(
        name="order",
        window_hours=48,
        scope="customer",
        steps=(FunnelStep("view_item", name="look", page="plan_detail"), FunnelStep("add_to_cart")),
    )
    assert funnels["cart"].name == "Into the cart"
    assert [step.label for step in funnels["order"].steps] == ["look", "add_to_cart"]
    assert funnels["cart"].steps[0].conditions == {"name": "add_to_cart", "item_id": "PL-01"}


def test_all_faults_are_told_at_once_with_their_remedies() -> None:
    steps = (FunnelStep("view_itme"), FunnelStep("purchase", channel="tv"))
    with pytest.raises(FunnelError) as refusal:
        FunnelDefinition(steps, window_hours=0, scope="household", name="order")
    message = str(refusal.value)
    assert message.startswith("The funnel 'order' cannot be used: window_hours is 0: give a number of hours above 0")
    assert "scope is 'household': choose visitor, customer, session or cart." in message
    assert "Step 1 waits for an unknown event 'view_itme': did you mean view_item, " in message
    assert "Step 2 waits on an unknown channel 'tv': choose web, wap or app." in message


def test_a_funnel_without_steps_is_refused() -> None:
    with pytest.raises(FunnelError, match="has no steps: add some, like"):
        FunnelDefinition(())


def test_a_funnel_of_more_steps_than_can_be_counted_is_refused() -> None:
    with pytest.raises(FunnelError, match="has 41 steps: leave at most 40"):
        FunnelDefinition((FunnelStep("view_item"),) * 41)


@pytest.mark.parametrize("hours", [-1.0, float("nan"), float("inf"), 1e9])
def test_a_window_is_a_length_of_time(hours: float) -> None:
    with pytest.raises(FunnelError, match="window_hours is"):
        FunnelDefinition((FunnelStep("view_item"),), window_hours=hours)


def test_a_fault_in_the_settings_is_told_with_its_place() -> None:
    with pytest.raises(msgspec.ValidationError, match=r"has no steps.*\$\[...\]"):
        read("[funnels.order]\nsteps = []")


def test_an_unknown_key_is_refused() -> None:
    with pytest.raises(msgspec.ValidationError, match="window_hour"):
        read('[funnels.order]\nwindow_hour = 1\nsteps = [{event = "purchase"}]')


def test_an_event_like_no_other_is_answered_with_the_whole_vocabulary() -> None:
    with pytest.raises(FunnelError, match=r"did you mean add_payment_info, .* or view_promotion"):
        FunnelDefinition((FunnelStep("xyzzy"),))
