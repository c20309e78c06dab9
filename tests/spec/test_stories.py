"""Stories, as a product owner understands them: where and when far more people gave up than usual."""

from collections.abc import Callable
from datetime import date, timedelta

import dataframely as dy
import polars as pl
import pytest

from ingest import Sessioned
from paths import AbandonmentSettings, Story, StorySettings, find_stories
from tests.drawing import DAY_ONE, make_events

DAYS, A_DAY = 20, 20
Fails = Callable[[int, int, str, str], bool]


def sell(
    fails: Fails, share: Callable[[int], float] = lambda day: 0.5, visitors: int = A_DAY
) -> dy.DataFrame[Sessioned]:
    """Let people buy on WAP and in the app, half and half, on phones and tablets; tell who fails to pay."""
    rows = []
    for day in range(DAYS):
        for number in range(visitors):
            channel = "wap" if number < share(day) * visitors else "app"
            device = "phone" if number % 4 else "tablet"
            begins = DAY_ONE + timedelta(days=day, minutes=30 * number)
            pays = not fails(day, number, channel, device)
            for minute, (name, page) in enumerate(
                [("add_to_cart", "cart"), ("add_payment_info", "pay"), *([("purchase", "done")] if pays else [])]
            ):
                rows.append({"visitor_id": f"{day}-{number}", "channel": channel, "device": device, "name": name,
                             "page": page, "item_id": "P1", "occurred_at": begins + timedelta(minutes=minute)})  # fmt: skip
    return make_events(rows)


def tell(events: dy.DataFrame[Sessioned], **wishes: float) -> pl.DataFrame:
    stories = find_stories(events, AbandonmentSettings(), DAY_ONE + timedelta(days=DAYS + 3), StorySettings(**wishes))
    return Story.validate(stories)


def day(number: int) -> date:
    return (DAY_ONE + timedelta(days=number)).date()


def test_days_on_which_far_more_gave_up_than_usual_are_named_with_page_stage_channel_and_dates() -> None:
    stories = tell(
        sell(lambda day, number, channel, _: (day + number) % 10 == 0 or (channel == "wap" and 5 <= day < 9))
    )
    told = stories.select("page", "stage", "channel", "device", "first_day", "last_day", "against")
    assert told.row(0) == ("pay", "payment", "wap", None, day(5), day(8), "other days")
    assert stories.height == 1
    assert stories["usual"][0] == pytest.approx(0.1)
    assert stories["low"][0] > 0.6


def test_a_fault_of_one_kind_of_device_names_the_device() -> None:
    stories = tell(
        sell(lambda day, number, channel, device: (day + number) % 10 == 1 or (device == "tablet" and 5 <= day < 9))
    )
    assert set(stories["device"]) == {"tablet"}
    assert set(stories["channel"]) == {"wap", "app"}


def test_a_fault_of_all_channels_is_one_story_of_all_channels() -> None:
    stories = tell(sell(lambda day, number, *_: (day + number) % 10 == 0 or 5 <= day < 9))
    assert stories.select("channel", "device", "first_day", "last_day").rows() == [(None, None, day(5), day(8))]
    assert stories["findings"][0] > 1


def test_two_faults_at_different_times_are_two_stories() -> None:
    stories = tell(sell(lambda day, number, *_: (day + number) % 10 == 0 or day in (3, 4, 14, 15)))
    assert sorted(stories["first_day"]) == [day(3), day(14)]


def test_a_channel_that_always_does_far_worse_than_the_others_is_a_story_of_the_whole_run() -> None:
    stories = tell(
        sell(lambda day, number, channel, _: (day + number) % 10 == 0 or (channel == "wap" and number % 2 == 0))
    )
    told = stories.select("page", "stage", "channel", "first_day", "last_day", "against")
    assert told.rows() == [("pay", "payment", "wap", day(0), day(DAYS - 1), "other channels")]


def test_channels_that_differ_a_bit_are_no_story() -> None:
    events = sell(lambda day, number, channel, _: number % 20 == (0 if channel == "wap" else 15), visitors=40)
    assert tell(events).is_empty()


def test_more_visits_of_a_channel_that_always_does_worse_are_no_story() -> None:
    """Half of WAP gives up, a tenth of the app; on some days WAP has nine in ten visits instead of one in ten."""
    events = sell(
        lambda day, number, channel, _: number % 2 == 0 if channel == "wap" else number % 10 == 9,
        share=lambda day: 0.9 if 5 <= day < 9 else 0.1,
        visitors=40,
    )
    assert tell(events, least_gap=0.9).is_empty()


def test_an_excess_below_what_was_set_is_no_story() -> None:
    events = sell(lambda day, number, *_: (day + number) % 10 == 0 or (5 <= day < 9 and number // 4 % 2 == 0))
    assert tell(events).height == 1
    assert tell(events, least_excess=0.6).is_empty()


def test_a_few_visits_prove_nothing() -> None:
    assert tell(sell(lambda day, *_: day == 5, visitors=1)).is_empty()


def test_nobody_makes_no_story() -> None:
    assert tell(make_events([])).is_empty()


def test_an_event_of_1970_is_a_day_like_any_other() -> None:
    events = sell(lambda day, number, *_: (day + number) % 10 == 0 or 5 <= day < 9)
    lost = make_events([{"occurred_at": DAY_ONE.replace(year=1970), "name": "add_to_cart", "page": "cart"}])
    stories = tell(Sessioned.cast(pl.concat([events, lost])))
    assert stories.select("first_day", "last_day").rows() == [(day(5), day(8))]


def test_the_days_are_those_of_the_zone_that_was_set() -> None:
    events = sell(lambda day, number, *_: (day + number) % 10 == 0 or 5 <= day < 9, visitors=40)
    ends = DAY_ONE + timedelta(days=DAYS + 3)
    told = find_stories(events, AbandonmentSettings(), ends, StorySettings(), "Pacific/Kiritimati")
    assert told["last_day"][0] == day(9)


def test_wrong_settings_are_told_all_at_once() -> None:
    with pytest.raises(ValueError, match=r"false_stories is 0: .* least_visits is 0:"):
        StorySettings(false_stories=0, least_visits=0)
