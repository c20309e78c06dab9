"""Noise that is no story: days that differ by themselves, people who come again and again, logs that were copied."""

from collections.abc import Iterator
from datetime import timedelta

import numpy as np
import polars as pl
import pytest

from ingest import Sessioned
from paths import AbandonmentSettings, StorySettings, find_stories
from simulator import simulate
from tests.drawing import DAY_ONE, make_events
from tests.world import read_simulation

DAYS = 28
RUNS = range(20)
Visit = tuple[int, str, int, bool]
"""The day, who came, which time that day, and whether they left from the page."""


def look(visits: Iterator[Visit]) -> pl.DataFrame:
    """Let people look at one page, and leave or go on to another; an hour lies between the visits of a day."""
    rows = []
    for day, visitor, time, leaves in visits:
        begins = DAY_ONE + timedelta(days=day, hours=time)
        pages = ["help"] if leaves else ["help", "home"]
        rows += [
            {"visitor_id": visitor, "page": page, "occurred_at": begins + timedelta(minutes=minute)}
            for minute, page in enumerate(pages)
        ]
    return make_events(rows)


def tell(events: pl.DataFrame) -> pl.DataFrame:
    ends = DAY_ONE + timedelta(days=DAYS + 3)
    return find_stories(Sessioned.cast(events), AbandonmentSettings(), ends, StorySettings())


def draw_days(seed: int, mean: float = 0.3, alike: float = 0.06) -> np.ndarray:
    """Draw each day's share of people who leave; `alike` is the correlation between two people of one day."""
    return np.random.default_rng(seed).beta(mean * (1 / alike - 1), (1 - mean) * (1 / alike - 1), DAYS)


def come_once(seed: int, shares: np.ndarray, a_day: int = 60) -> Iterator[Visit]:
    """Let other people come each day, who leave with that day's share."""
    random = np.random.default_rng(seed)
    for day, share in enumerate(shares):
        for number in range(a_day):
            yield day, f"{day}-{number}", 0, bool(random.random() < share)


def stay_a_week(seed: int) -> Iterator[Visit]:
    """Let twelve people come every day of a week, and twelve others in the next; each always does the same."""
    random = np.random.default_rng(seed)
    for week in range(DAYS // 7):
        for number in range(12):
            leaves = bool(random.random() < 0.3)
            yield from ((7 * week + day, f"{week}-{number}", 0, leaves) for day in range(7))


def come_often(seed: int, are_three: bool) -> Iterator[Visit]:
    """Let three people (or thirty others each day) come thirty times a day in one week, and always leave."""
    yield from come_once(seed, np.full(DAYS, 0.3), a_day=20)
    for day in range(7, 14):
        for number in range(30):
            who = f"often-{number % 3}" if are_three else f"other-{day}-{number}"
            yield day, who, number // 3, True


def copy_log(events: pl.DataFrame, copies: int) -> pl.DataFrame:
    ids = pl.col("event_id", "visitor_id", "session_id", "person_id")
    return pl.concat(events.with_columns(ids + f"-{copy}") for copy in range(copies))


def test_a_page_whose_exits_vary_from_day_to_day_tells_a_story_in_one_run_of_twenty_at_most() -> None:
    assert sum(tell(look(come_once(seed, draw_days(seed)))).height > 0 for seed in RUNS) <= 1


def test_people_who_come_every_day_and_always_do_the_same_tell_a_story_in_one_run_of_twenty_at_most() -> None:
    assert sum(tell(look(stay_a_week(seed))).height > 0 for seed in RUNS) <= 1


@pytest.mark.parametrize("a_day", [2, 8])
def test_a_log_copied_under_new_visitors_tells_a_story_in_one_run_of_twenty_at_most(a_day: int) -> None:
    shares = np.full(DAYS, 0.3)
    runs = (copy_log(look(come_once(seed, shares, a_day)), copies=18) for seed in RUNS)
    assert sum(tell(events).height > 0 for events in runs) <= 1


@pytest.mark.parametrize("seed", range(2))
def test_a_whole_world_copied_under_new_visitors_tells_no_story_on_its_rare_pages_either(seed: int) -> None:
    """On most days nobody comes to these, so that only the other pages can tell that all is counted many times."""
    world = read_simulation(simulate(visits=500, seed=seed, planted=False)).sessioned
    assert tell(copy_log(world, copies=18)).is_empty()


def test_three_people_are_no_story_however_often_they_come_but_as_many_others_are() -> None:
    assert tell(look(come_often(1, are_three=True))).is_empty()
    others = tell(look(come_often(1, are_three=False)))
    assert others.select("page", "first_day", "last_day").rows() == [
        ("help", (DAY_ONE + timedelta(days=7)).date(), (DAY_ONE + timedelta(days=13)).date())
    ]


def test_a_person_counts_once_a_day_with_the_last_of_their_visits() -> None:
    again = [
        (day, f"{day}-{number}", time, time < 3) for day in range(5, 9) for number in range(20) for time in range(4)
    ]
    stays = [(day, f"{day}-{number}", 0, number == 0) for day in range(DAYS) for number in range(20)]
    assert tell(look(iter([*again, *(visit for visit in stays if not 5 <= visit[0] < 9)]))).is_empty()
    leaves = [(day, who, time, time == 3) for day, who, time, _ in again]
    story = tell(look(iter([*leaves, *(visit for visit in stays if not 5 <= visit[0] < 9)])))
    assert story.select("came", "left").rows() == [(80, 80)]


@pytest.mark.parametrize("seed", range(3))
def test_a_fault_is_named_with_its_days_however_much_the_other_days_vary(seed: int) -> None:
    shares = draw_days(seed, mean=0.15)
    shares[10:15] = 0.95
    story, *others = tell(look(come_once(seed, shares))).iter_rows(named=True)
    assert others == []
    assert (story["page"], story["first_day"].day, story["last_day"].day) == ("help", 12, 16)
    assert story["low"] > 0.4
