"""Reports: every table that a person reads, for the shell, the page and the exports."""

from collections.abc import Callable

from echannel.reports.abandonment import (
    report_abandonment,
    report_departures,
    report_drop_off,
    report_page_risks,
    report_stories,
)
from echannel.reports.differences import report_differences
from echannel.reports.document import Desk
from echannel.reports.flows import report_flows, report_steps
from echannel.reports.goals import report_detours, report_keystones
from echannel.reports.landmarks import report_communities, report_landmarks
from echannel.reports.measured import measure_funnel
from echannel.reports.next_click import report_next_click
from echannel.reports.page_ways import report_page
from echannel.reports.paths import report_contexts, report_paths
from echannel.reports.people import list_links
from echannel.reports.quarantine import list_quarantine, report_quarantine
from echannel.reports.questions import ANSWERS, Question, check_question, choose_funnel, publish_funnel
from echannel.reports.sales import report_also_bought, report_also_viewed, report_rules
from echannel.reports.upkeep import report_evaluation, report_robots
from echannel.reports.walks import report_overview
from echannel.reports.ways import report_path_search, report_path_sessions, report_top_paths
from serving import Report

__all__ = [
    "ANSWERS",
    "PATH_REPORTS",
    "REPORTS",
    "Desk",
    "Question",
    "check_question",
    "choose_funnel",
    "list_links",
    "list_quarantine",
    "measure_funnel",
    "report_evaluation",
    "report_quarantine",
    "write_reports",
]

REPORTS: dict[str, Callable[[Desk], Report]] = {
    "overview": report_overview,
    "stories": report_stories,
    "abandonment": report_abandonment,
    "departures": report_departures,
    "drop-off": report_drop_off,
    "page-risks": report_page_risks,
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
    "also-viewed": report_also_viewed,
    "also-bought": report_also_bought,
    "rules": report_rules,
    "robots": report_robots,
}
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
    """Write every report: the overview, the funnels, the others."""
    overview, *others = (make(desk) for make in REPORTS.values())
    funnels = [report for name in desk.settings.funnels for report in publish_funnel(desk, name)]
    return [overview, *funnels, *others]
