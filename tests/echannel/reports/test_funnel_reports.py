"""The reports on one funnel, as the shell and the snapshot show them."""

import json
import re
from pathlib import Path

import pytest

from serving import load_snapshot, read_current
from tests.shell import run

BROKEN_DOWN = """
[funnels.order]
breakdown = "channel"
steps = [
  {event = "view_item", name = "look"},
  {event = "search", optional = true},
  {event = "add_to_cart", name = "cart"},
  {event = "purchase", name = "buy"},
]
[funnels.any]
order = "any"
steps = [{event = "view_item"}, {event = "add_to_cart"}]
[funnels.basket]
scope = "cart"
order = "strict"
steps = [{event = "add_to_cart"}, {event = "purchase"}]
[funnels.one]
steps = [{event = "view_item"}]
[funnels.nobody]
breakdown = "device"
steps = [{event = "view_item", page = "no such page"}, {event = "add_to_cart"}, {event = "purchase"}]
[funnels.person]
scope = "customer"
steps = [{event = "view_item"}, {event = "add_to_cart"}]
"""
SUBJECTS = ("funnel", "funnel-times", "funnel-histogram", "funnel-trend", "funnel-separation")


@pytest.fixture
def settings(operator: Path, tmp_path: Path) -> Path:
    file = tmp_path / "echannel.toml"
    file.write_text(BROKEN_DOWN)
    return file


def ask(lake: Path, settings: Path, *words: object) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = run("report", *words, "--lake", lake, "--json", settings=settings).document["rows"]
    return rows


def test_a_funnel_that_is_broken_down_tells_the_whole_and_each_segment(lake: Path, settings: Path) -> None:
    told = run("report", "funnel", "order", "--lake", lake, "--json", settings=settings).document
    assert told["entrants"] == sum(segment["entrants"] for segment in told["segments"])
    assert {segment["segment"] for segment in told["segments"]} == {"app", "wap", "web"}
    for part in (told, *told["segments"]):
        assert part["entrants"] == part["converted"] + part["lost"] + part["open"]
    assert [step["may_skip"] for step in told["steps"]] == ["no", "yes", "no", "no"]


@pytest.mark.parametrize("name", ["order", "any", "basket", "one", "nobody"])
@pytest.mark.parametrize("subject", SUBJECTS)
def test_every_report_is_written_of_every_kind_of_funnel(lake: Path, settings: Path, name: str, subject: str) -> None:
    assert run("report", subject, name, "--lake", lake, settings=settings).out
    told = run("report", subject, name, "--lake", lake, "--json", settings=settings)
    assert told.document
    assert not {"NaN", "Infinity", "-Infinity"} & set(re.findall(r"-?\w+", told.out))


def test_weeks_and_days_count_the_same_entrants(lake: Path, settings: Path) -> None:
    days, weeks = (ask(lake, settings, "funnel-trend", "order", "--by", by) for by in ("day", "week"))
    assert len(weeks) < len(days)
    assert sum(row["entrants"] for row in days) == sum(row["entrants"] for row in weeks)


def test_two_segments_and_two_periods_can_be_compared(lake: Path, settings: Path) -> None:
    segments = ask(lake, settings, "funnel-comparison", "order", "--groups", "app", "web")
    assert [row["name"] for row in segments] == ["search", "cart", "buy", "buy"]
    spans = ("2026-03-02..2026-03-08", "2026-03-09..2026-03-15")
    periods = ask(lake, settings, "funnel-comparison", "order", "--groups", *spans)
    entered = ask(lake, settings, "funnel-trend", "order", "--by", "week")
    whole = [row["settled"] for row in entered if row["segment"] == "(all)"]
    assert [periods[-1]["entrants_a"], periods[-1]["entrants_b"]] == whole[:2]


def test_where_nobody_entered_nobody_is_lost_and_nothing_is_proven(lake: Path, settings: Path) -> None:
    assert ask(lake, settings, "funnel-lost", "nobody") == []
    empty = ("2020-01-01..2020-01-02", "2026-03-02..2026-03-08")
    asked = ("report", "funnel-comparison", "order", "--groups", *empty, "--lake", lake, "--json")
    told = run(*asked, settings=settings).document
    assert told["note"].startswith("2020-01-01..2020-01-02: 0 entrants, ")
    assert {(row["share_a"], row["low"], row["high"], row["p_value"]) for row in told["rows"]} == {(None, -1, 1, 1)}


def test_the_lost_are_listed_by_pseudonym_in_every_form(lake: Path, settings: Path, operator: Path) -> None:
    orders = (operator / "orders.csv").read_text().splitlines()
    place = orders[0].split(",").index("phone")
    phones = {line.split(",")[place] for line in orders[1:]}
    for form in ("table", "json", "csv", "html"):
        told = run("report", "funnel-lost", "person", "--format", form, "--lake", lake, settings=settings).out
        assert len(told) > 1_000
        assert not [phone for phone in phones if phone in told]


def test_the_lost_are_listed_for_a_step(lake: Path, settings: Path) -> None:
    steps = run("report", "funnel", "order", "--lake", lake, "--json", settings=settings).document["steps"]
    rows = ask(lake, settings, "funnel-lost", "order", "--step", 3)
    assert len(rows) == steps[2]["lost"] > 0
    moments = [str(row["last_reached_at"]) for row in rows]
    assert moments == sorted(moments, reverse=True)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("funnel", "order", "--by", "week"), "it takes no --by. --by is for funnel-trend"),
        (("paths", "--step", "2"), "--step is for funnel-separation and funnel-lost"),
        (("funnel-comparison", "order"), "two groups are needed"),
        (
            ("funnel-comparison", "order", "--groups", "app", "tv"),
            "nobody of the segment 'tv' entered. Those who did: app",
        ),
        (("funnel-comparison", "any", "--groups", "app", "web"), "the funnel 'any' has no segments"),
        (("funnel-comparison", "order", "--groups", "2026-03-09..2026-03-02", "app"), "ends before it begins"),
        (("funnel-comparison", "order", "--groups", "2026-02-30..2026-03-02", "app"), "is no period"),
        (("funnel-lost", "order", "--step", "4"), "Choose of 1 look, 2 search, 3 cart"),
        (("funnel-lost", "any", "--step", "0"), "Choose of 1 1/2"),
        (("funnel-times", "nothing"), "there is no funnel 'nothing'"),
        (("funnel-times",), "a funnel's name is needed"),
    ],
)
def test_what_cannot_be_answered_is_refused_with_advice(
    lake: Path, settings: Path, words: tuple[str, ...], said: str
) -> None:
    failed = run("report", *words, "--lake", lake, settings=settings, code=2)
    assert said in " ".join(failed.err.split())


def test_the_snapshot_has_every_report_on_each_funnel_but_no_list_of_people(lake: Path) -> None:
    serving = lake / "serving"
    reports = load_snapshot(serving / read_current(serving)).reports
    assert {f"{subject}-order" for subject in SUBJECTS} <= set(reports)
    assert not [name for name in reports if "lost" in name]
    for name in reports:
        if name.startswith("funnel"):
            assert "entrant" not in [column["name"] for column in json.loads(reports[name])["columns"]]
