"""Funnels are read from the settings, and refused with all their faults at once."""

import tomllib
from typing import Any

import msgspec
import pytest

from paths import Condition, EventFilter, Exclusion, FunnelDefinition, FunnelError, FunnelStep, name_funnels

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


FULL = """
[funnels.full]
order = "strict"
scope = "cart"
ties = "arrival"
hold = ["item_id", "channel"]
breakdown = "device"
attribution = "step 2"
steps = [
  { event = "view_item", where = [{ column = "price", at_least = 100, at_most = 200 }, { column = "region", is_not = "x" }] },
  { event = "search", any_of = [{ event = "share", page = "p" }], optional = true, within_minutes = 30, after_minutes = 1 },
  { event = "purchase", where = [{ column = "device", is_in = ["mobile", "tablet"] }] },
]
exclude = [{ event = "refund", after_step = 1, before_step = 2, category = "plan" }]
"""


def test_every_option_is_read_from_the_settings() -> None:
    funnel = read(FULL)["full"]
    assert funnel.held == ("item_id", "channel")
    assert funnel.steps[0].where == (
        Condition("price", at_least=100, at_most=200),
        Condition("region", is_not="x"),
    )
    assert [choice.event for choice in funnel.steps[1].choices] == ["search", "share"]
    assert funnel.exclude == (Exclusion("refund", category="plan", after_step=1, before_step=2),)
    assert FunnelStep(any_of=(EventFilter("search"), EventFilter("share"))).label == "search / share"


FAULTS: dict[str, tuple[dict[str, object], list[str]]] = {
    "words": (
        {"order": "random", "ties": "none", "attribution": "third"},
        [
            "order is 'random': choose ordered, strict or any.",
            "ties is 'none': choose either, arrival or strict.",
            "attribution is 'third': choose first, last or a step, like \"step 2\".",
        ],
    ),
    "columns": (
        {"hold": ("item", "price", "price"), "breakdown": "chanel"},
        [
            "hold names an unknown column 'item': did you mean item_id",
            "hold names 'price', which is not a column of text: choose event_id, ",
            "hold names a property twice: name it once.",
            "breakdown names an unknown column 'chanel': did you mean channel",
        ],
    ),
    "persons": ({"breakdown": "visitor_id"}, ["breakdown is 'visitor_id', which tells persons apart"]),
    "attribution without breakdown": ({"attribution": "last"}, ["and there is no breakdown: add one"]),
    "attribution beyond the steps": (
        {"attribution": "step 4", "breakdown": "channel"},
        ["attribution is 'step 4', and the steps are 1 to 3: choose one of them."],
    ),
    "ends that are optional": (
        {"steps": (FunnelStep("view_item", optional=True), FunnelStep("purchase", optional=True))},
        ["Step 1 is the first and cannot be optional", "Step 2 is the last and cannot be optional"],
    ),
    "too many optional steps": (
        {"steps": (FunnelStep("login"), *[FunnelStep("search", optional=True)] * 6, FunnelStep("login"))},
        ["6 steps are optional: leave at most 5."],
    ),
    "times between steps": (
        {
            "steps": (
                FunnelStep("view_item", within_minutes=5),
                FunnelStep("search", within_minutes=-1),
                FunnelStep("search", after_minutes=float("nan")),
                FunnelStep("search", within_minutes=1, after_minutes=2),
            )
        },
        [
            "Step 1 has within_minutes or after_minutes, and no step stands before it: leave them away.",
            "Step 2 has within_minutes -1: give a number of minutes above 0, like 30.",
            "Step 3 has after_minutes nan: give a number of minutes, like 1, or 0 for none.",
            "Step 4 may come only after 2 minutes and only within 1: let after be less.",
        ],
    ),
    "a window without room": (
        {
            "steps": (FunnelStep("view_item"), *[FunnelStep("search", after_minutes=40)] * 2),
            "window_hours": 1,
        },
        ["The least times between steps add up to 80 minutes, and the window has 60"],
    ),
    "empty steps": (
        {"steps": (FunnelStep(), FunnelStep(page="p", any_of=(EventFilter("search"), EventFilter())))},
        [
            'Step 1 is empty: name its event, like {event = "view_item"}, or events in any_of.',
            "Step 2 has filters and no event: name its event, or move the filters into any_of.",
            "Step 2, alternative 2 is empty: name its event.",
        ],
    ),
    "alternatives": (
        {"steps": (FunnelStep("search", any_of=(EventFilter("serch", channel="tv"),)),)},
        ["Step 1 waits for an unknown event 'serch': did you mean search", "unknown channel 'tv'"],
    ),
    "exclusions": (
        {
            "exclude": (
                Exclusion("refnd"),
                Exclusion("refund", after_step=2, before_step=2),
                Exclusion("refund", before_step=4),
                Exclusion(after_step=0),
            )
        },
        [
            "Exclusion 1 waits for an unknown event 'refnd': did you mean refund",
            "Exclusion 2 reaches from step 2 to step 2, which is no range: give two steps of 1 to 3, the first one first.",
            "Exclusion 3 reaches from step 1 to step 4, which is no range",
            'Exclusion 4 is empty: name its event, like {event = "remove_from_cart"}.',
            "Exclusion 4 reaches from step 0 to step 3, which is no range",
        ],
    ),
    "exclusions of a step inside their range": (
        {
            "exclude": (
                Exclusion("add_to_cart"),
                Exclusion("add_to_cart", page="p"),
            )
        },
        [
            "Exclusion 1 reaches from step 1 to step 3 and shuts out all that step 2 between them waits for, so that "
            "nobody could take it: let it reach only to step 2 or from there on, or give it filters that the step's "
            "events do not pass.",
        ],
    ),
    "any order": (
        {
            "order": "any",
            "ties": "strict",
            "steps": (FunnelStep("login"), FunnelStep("search", optional=True, within_minutes=5), FunnelStep("login")),
            "exclude": (Exclusion("refund", after_step=2),),
        },
        [
            "ties is 'strict', and in any order ties do not matter: leave ties away.",
            "Step 2 has within_minutes or after_minutes, and in any order no step stands before another",
            "A step is optional, and in any order every step may come or not: leave optional away.",
            "Exclusion 1 names steps, and in any order none comes first: leave after_step and before_step away.",
        ],
    ),
    "conditions": (
        {
            "steps": (
                FunnelStep(
                    "view_item",
                    where=(
                        Condition("prise", at_least=1),
                        Condition("price"),
                        Condition("price", is_in=("1",)),
                        Condition("region", at_most=2),
                        Condition("price", at_least=2, at_most=1),
                        Condition("price", at_least=float("nan")),
                        Condition("region", is_in=()),
                        Condition("price", at_least=1, is_not="x"),
                        Condition("occurred_at", is_not="x"),
                    ),
                ),
            )
        },
        [
            "Step 1, where names an unknown column 'prise': did you mean price",
            "Step 1, where tests nothing of 'price': give at_least, at_most, is_in or is_not.",
            "Step 1, where names 'price', which is not a column of text: choose event_id, ",
            "Step 1, where names 'region', which is not a column of numbers: choose price, quantity, ",
            "Step 1, where lets no value of 'price' pass: let at_least be at most at_most.",
            "Step 1, where compares 'price' with no number: give one.",
            "Step 1, where lets no value of 'region' pass: name some in is_in.",
            "Step 1, where names 'price', which is not a column of both text and numbers: test one.",
            "Step 1, where names 'occurred_at', which is not a column of text",
        ],
    ),
}
STEPS = (FunnelStep("view_item"), FunnelStep("add_to_cart"), FunnelStep("purchase"))


@pytest.mark.parametrize(("options", "sentences"), FAULTS.values(), ids=FAULTS)
def test_each_fault_of_an_option_is_told_with_its_remedy(options: dict[str, Any], sentences: list[str]) -> None:
    with pytest.raises(FunnelError) as refusal:
        FunnelDefinition(**({"steps": STEPS, "name": "f"} | options))
    told = str(refusal.value)
    assert [sentence for sentence in sentences if sentence not in told] == []


def test_a_funnel_comes_through_json_as_it_is() -> None:
    funnel = read(FULL)["full"]
    assert msgspec.json.decode(msgspec.json.encode(funnel), type=FunnelDefinition) == funnel


DEAR = Condition("price", at_least=100)


@pytest.mark.parametrize(
    ("step", "exclusion", "refused"),
    [
        (FunnelStep("search"), Exclusion("search"), True),
        (FunnelStep("search", page="p"), Exclusion("search"), True),
        (FunnelStep("search", page="p"), Exclusion("search", page="p"), True),
        (FunnelStep("search", page="p"), Exclusion("search", where=(Condition("page", is_in=("p", "q")),)), True),
        (FunnelStep("search", page="p"), Exclusion("search", where=(Condition("page", is_not="q"),)), True),
        (FunnelStep("search", where=(DEAR,)), Exclusion("search", where=(Condition("price", at_least=50),)), True),
        (FunnelStep("search", any_of=(EventFilter("search", page="p"),)), Exclusion("search"), True),
        (FunnelStep("search", optional=True), Exclusion("search"), True),
        (FunnelStep("search"), Exclusion("refund"), False),
        (FunnelStep("search"), Exclusion("search", page="p"), False),
        (FunnelStep("search", page="q"), Exclusion("search", page="p"), False),
        (FunnelStep("search", page="q"), Exclusion("search", where=(Condition("page", is_not="q"),)), False),
        (FunnelStep("search", where=(DEAR,)), Exclusion("search", where=(Condition("price", at_least=200),)), False),
        (FunnelStep("search", where=(DEAR,)), Exclusion("search", where=(Condition("price", at_most=200),)), False),
        (FunnelStep("search", any_of=(EventFilter("share"),)), Exclusion("search"), False),
        (FunnelStep("search"), Exclusion("search", before_step=2), False),
        (FunnelStep("search"), Exclusion("search", after_step=2), False),
    ],
)
def test_an_exclusion_that_shuts_out_a_step_inside_its_range_is_refused(
    step: FunnelStep, exclusion: Exclusion, refused: bool
) -> None:
    steps = (FunnelStep("view_item"), step, FunnelStep("purchase"))
    if not refused:
        assert FunnelDefinition(steps, exclude=(exclusion,)).exclude == (exclusion,)
        return
    with pytest.raises(FunnelError, match="shuts out all that step 2 between them waits for"):
        FunnelDefinition(steps, exclude=(exclusion,))


def test_a_step_that_may_be_an_end_of_the_range_is_possible() -> None:
    first = (FunnelStep("login"), FunnelStep("view_item", optional=True), FunnelStep("search"), FunnelStep("purchase"))
    FunnelDefinition(first, exclude=(Exclusion("search", after_step=2),))
    FunnelDefinition(first[2:], order="any", exclude=(Exclusion("search"),))
