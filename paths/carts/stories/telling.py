"""Telling: pages and stages where far more people gave up than usual, with where, when, and how surely."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import dataframely as dy
import msgspec
import polars as pl

from ingest import STAGES, Sessioned
from paths.carts.journeys import AbandonmentSettings
from paths.carts.stories.attempts import list_page_attempts, list_stage_attempts
from paths.carts.stories.cells import count_days, cut_cells
from paths.carts.stories.findings import Finding, compare_channel, hold_mix, judge_periods
from paths.carts.stories.merging import merge_findings
from paths.carts.stories.scans import find_usual_spread, scan_cell

AGAINST = ("other days", "other channels")


class StorySettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What makes a story of people who give up."""

    false_stories: float = 0.05
    """Share of the runs without any story in which one may be told by chance. One in twenty, as is the custom."""
    least_excess: float = 0.1
    """Lower bound of the excess over other days, below which it is no story. Weekends and campaigns move shares too."""
    least_gap: float = 0.2
    """The same over other channels, which always differ somewhat."""
    least_visits: int = 30
    """Arrivals at a stage or page, over the whole run, below which it is not looked at. A person counts once a day."""
    most_pages: int = 200
    """Pages looked at, the busiest."""

    def __post_init__(self) -> None:
        faults = list(_find_faults(self))
        if faults:
            raise ValueError(f"Stories cannot be looked for: {'; '.join(faults)}.")


def _find_faults(settings: StorySettings) -> Iterator[str]:
    for name in ("false_stories", "least_excess", "least_gap"):
        if not 0 < getattr(settings, name) < 1:
            yield f"{name} is {getattr(settings, name):g}: give a share above 0 and below 1, like 0.1"
    for name in ("least_visits", "most_pages"):
        if getattr(settings, name) < 1:
            yield f"{name} is {getattr(settings, name)}: give 1 or more, like 100"


class Story(dy.Schema):
    """One place and time at which far more people gave up than usual."""

    page = dy.String(nullable=True, description="The page, or the one that most of those who gave up saw last")
    stage = dy.String(nullable=True, description="page, cart, delivery or payment; null for pages of no stage")
    channel = dy.String(nullable=True, description="web, wap or app; null for all channels together")
    device = dy.String(nullable=True, description="Kind of device; null for all")
    first_day = dy.Date(nullable=False, description="The first day, in the operator's time zone")
    last_day = dy.Date(nullable=False, description="The last day")
    earliest_day = dy.Date(nullable=False, description="The earliest day that it may have begun on as well")
    latest_day = dy.Date(nullable=False, description="The latest day that it may have ended on as well")
    against = dy.String(nullable=False, description="What it is compared with: other days, or other channels")
    came = dy.Int64(
        nullable=False, min=1, description="Arrivals at the stage or on the page: a person counts once a day"
    )
    left = dy.Int64(
        nullable=False,
        min=1,
        description="Of those: gave up at the stage, or ended their session on the page, the last time that day",
    )
    share = dy.Float64(nullable=False, min=0, max=1, description="Left, of those who came")
    usual = dy.Float64(nullable=False, min=0, max=1, description="The same on the other days, or channels")
    excess = dy.Float64(nullable=False, min=0, max=1, description="Share less the usual one")
    low = dy.Float64(nullable=False, min=0, max=1, description="Lower 95 % bound of the excess (Newcombe)")
    high = dy.Float64(nullable=False, min=0, max=1, description="Upper 95 % bound of the excess (Newcombe)")
    chance = dy.Float64(
        nullable=False, min=0, max=1, description="At most this share of runs without a story would tell any such one"
    )
    findings = dy.Int64(nullable=False, min=1, description="Findings of the same days nearby that it stands for")

    @dy.rule()
    def days_are_in_order(cls) -> pl.Expr:
        """The last day is not before the first."""
        return cls.last_day.col >= cls.first_day.col

    @dy.rule()
    def against_is_known(cls) -> pl.Expr:
        """It is compared with other days or other channels."""
        return cls.against.col.is_in(AGAINST)

    @dy.rule()
    def stage_is_known(cls) -> pl.Expr:
        """The stage, where there is one, comes before the purchase."""
        return cls.stage.col.is_in(STAGES[:-1])


def find_stories(
    sessioned: dy.LazyFrame[Sessioned] | dy.DataFrame[Sessioned],
    abandonment: AbandonmentSettings,
    data_ends_at: datetime,
    settings: StorySettings,
    zone: str = "UTC",
) -> dy.DataFrame[Story]:
    """Find where and when far more people gave up than usual; the strongest evidence first. Often there is none.

    Days are those of `zone`.

    Looked at are arrivals at each stage (was the journey given up right there?) and on each page (did the session end
    there?), a person once a day, in cells: all channels, each channel, each kind of device of a channel.

    * Other days: in each cell the days in a row that stand out the most, by the Bernoulli scan statistic (Kulldorff,
      1997); found days are taken out and the cell is scanned again. A cell of several channels or devices must also
      stand out with each of its parts held to its own usual share, so that a change of the mix is no story.
    * Other channels: each channel over the whole run against the same stage or page on the others.

    The earliest and latest day bound all periods that explain the counts nearly as well (likelihood interval, 95 %);
    the middle one of those is told. `chance` bounds the chance of any such finding in a run without stories: the exact
    tail, times the periods looked at, times the cells of its kind, times two kinds (Boole's inequality). Where the days
    of a cell, or its people over all of their days, vary surely more than if every arrival were a coin of its own, the
    greater tail of the quasi-likelihood F-test with that spread counts; the days of no cell are taken to vary less than
    those of the middle one. The chance must be at most `false_stories`, and the lower bound of the excess at least
    `least_excess`, or `least_gap` against other channels. The interval is Newcombe's (1998), of counts divided by the
    spread, for the days as if they had been known beforehand: days that were picked make the excess look somewhat
    greater than it is.

    Findings on overlapping days, of the same or neighbouring stages, where one's channel and device hold the other's,
    are one story: the strongest is told, of equals the most specific.
    """
    quiet = timedelta(hours=abandonment.quiet_hours)
    kinds = (
        list_stage_attempts(sessioned, quiet, data_ends_at, zone),
        list_page_attempts(sessioned, settings.most_pages, zone),
    )
    tables = [kind.collect() for kind in kinds]
    found = [finding for table in tables for finding in _look_around(table, settings, len(kinds))]
    rows = [_tell_story(*story) for story in merge_findings(found)]
    return Story.cast(pl.DataFrame(rows, schema=list(Story.column_names()), orient="row", infer_schema_length=None))


def _look_around(attempts: pl.DataFrame, settings: StorySettings, kinds: int) -> Iterator[Finding]:
    """Look at all cells of one kind, over some days and over all of them."""
    counted = count_days(attempts)
    cells = cut_cells(counted, settings.least_visits)
    comparable = set(counted.filter(pl.col("channel").n_unique().over("place") > 1)["place"])
    of_channels = [cell for cell in cells if cell.channel and cell.device is None and cell.place in comparable]
    tests = kinds * (len(cells) + len(of_channels))
    most_chance = settings.false_stories / max(tests, 1)
    scans = [scan_cell(cell, most_chance) for cell in cells]
    usual = find_usual_spread(scans)
    for scan in scans:
        for finding in judge_periods(scan, attempts, usual, most_chance):
            if min(finding.excess[1], hold_mix(finding, counted)) >= settings.least_excess:
                yield finding.among(tests, attempts)
    for cell in of_channels:
        for finding in compare_channel(cell, counted, attempts, usual, most_chance):
            if finding.excess[1] >= settings.least_gap:
                yield finding.among(tests, attempts)


def _tell_story(finding: Finding, findings: int) -> tuple[object, ...]:
    came, left = finding.came, finding.left
    usual = finding.others_left / max(finding.others_came, 1)
    where = (finding.page, finding.stage, finding.cell.channel, finding.cell.device)
    days = (finding.first_day, finding.last_day, finding.earliest_day, finding.latest_day, finding.against)
    return *where, *days, came, left, left / came, usual, *finding.excess, finding.chance, findings
