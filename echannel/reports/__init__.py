"""Reports: every table that a person reads, for the shell, the page and the exports."""

from collections.abc import Callable, Iterator

import msgspec

from echannel.reports.abandonment import (
    report_abandonment,
    report_departures,
    report_drop_off,
    report_page_risks,
    report_stories,
)
from echannel.reports.bundles import BUNDLE_PARTS, report_bundles
from echannel.reports.channels import report_cross_channel
from echannel.reports.differences import report_differences
from echannel.reports.document import Desk
from echannel.reports.flows import report_flows, report_steps
from echannel.reports.goals import report_detours, report_keystones
from echannel.reports.landmarks import report_communities, report_landmarks
from echannel.reports.layout import LAYOUT_PARTS
from echannel.reports.measured import measure_funnel
from echannel.reports.next_click import report_next_click
from echannel.reports.page_ways import report_page
from echannel.reports.paths import report_contexts, report_paths
from echannel.reports.people import list_links
from echannel.reports.quarantine import list_quarantine, report_quarantine
from echannel.reports.questions import ANSWERS, Question, check_question, choose_funnel, publish_funnel
from echannel.reports.refusal import write_refusal
from echannel.reports.sales import report_also_bought, report_also_viewed, report_rules
from echannel.reports.sequences import report_sequences
from echannel.reports.stickiness import report_stickiness
from echannel.reports.trends import report_trending
from echannel.reports.trials import report_trial
from echannel.reports.upkeep import report_evaluation, report_robots, report_stickiness_effect
from echannel.reports.walks import report_overview
from echannel.reports.ways import report_path_search, report_path_sessions, report_top_paths
from recommend import TooManySetsError
from serving import Report, Text

__all__ = [
    "ANSWERS",
    "BUNDLE_PARTS",
    "CHAPTERS",
    "LAYOUT_PARTS",
    "PATH_REPORTS",
    "REPORTS",
    "UPKEEP",
    "Desk",
    "Question",
    "check_question",
    "choose_funnel",
    "list_links",
    "list_quarantine",
    "measure_funnel",
    "report_evaluation",
    "report_quarantine",
    "report_stickiness_effect",
    "report_trial",
    "write_reports",
]

OVERVIEW = Text("At a glance", "概览")
FUNNELS = Text("Funnels", "转化漏斗")
GIVING_UP = Text("Giving up", "放弃与流失")
CLICK_PATHS = Text("Click paths", "点击路径")
PRODUCTS = Text("Products", "商品")
UPKEEP = Text("Data and models", "数据与模型")

CHAPTERS: dict[Text, dict[str, Callable[[Desk], Report]]] = {
    OVERVIEW: {"overview": report_overview, "stories": report_stories},
    FUNNELS: {},
    GIVING_UP: {
        "abandonment": report_abandonment,
        "departures": report_departures,
        "drop-off": report_drop_off,
        "page-risks": report_page_risks,
    },
    CLICK_PATHS: {
        "paths": report_paths,
        "contexts": report_contexts,
        "steps": report_steps,
        "flows": report_flows,
        "path-differences": report_differences,
        "top-paths": report_top_paths,
        "landmarks": report_landmarks,
        "communities": report_communities,
        "keystones": report_keystones,
        "detours": report_detours,
        "next-click": report_next_click,
    },
    PRODUCTS: {
        "also-viewed": report_also_viewed,
        "also-bought": report_also_bought,
        "trending": report_trending,
        "sequences": report_sequences,
        "stickiness": report_stickiness,
        "cross-channel": report_cross_channel,
        "rules": report_rules,
        "bundles": report_bundles,
    },
    UPKEEP: {"robots": report_robots},
}
"""Reports as they stand on the page; the funnels are those of the settings."""
REPORTS = {name: make for chapter in CHAPTERS.values() for name, make in chapter.items()}
"""Reports by the name that `echannel report` takes, beside those on one funnel."""
PATH_REPORTS: dict[str, Callable[[Desk, str], Report]] = {
    "page": report_page,
    "flows": report_flows,
    "path-differences": report_differences,
    "path-search": report_path_search,
    "path-sessions": report_path_sessions,
}
"""Reports that take a page, a start or end page, two groups, or a pattern."""


def write_reports(desk: Desk) -> list[Report]:
    """Write every report, chapter by chapter; one that has too much to count says so in its place."""
    return [
        msgspec.structs.replace(report, chapter=title)
        for title, chapter in CHAPTERS.items()
        for report in (
            _write_funnels(desk) if title is FUNNELS else (_write(name, make, desk) for name, make in chapter.items())
        )
    ]


def _write(name: str, make: Callable[[Desk], Report], desk: Desk) -> Report:
    try:
        return make(desk)
    except TooManySetsError as fault:
        return write_refusal(name, fault)


def _write_funnels(desk: Desk) -> Iterator[Report]:
    return (report for name in desk.settings.funnels for report in publish_funnel(desk, name))
