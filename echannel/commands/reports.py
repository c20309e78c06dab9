"""The command that shows reports."""

from enum import StrEnum
from typing import Annotated

import typer

from echannel.commands.options import LAKE, JsonOption, LakeOption, LangOption, OutOption, SettingsOption
from echannel.exits import Exit, Stop

NAME = (
    "The funnel's name in the settings; for page the page; for flows the page they start from (home) or lead to "
    "(to:order_done); for path-differences what tells two groups apart (bought, device=mobile, since=2026-05-19, "
    "2026-05-19..2026-06-07); for path-search and path-sessions the pattern ('product -> [^cart]* -> exit')."
)


class Subject(StrEnum):
    """What a report is about."""

    overview = "overview"
    funnel = "funnel"
    funnel_times = "funnel-times"
    funnel_histogram = "funnel-histogram"
    funnel_trend = "funnel-trend"
    funnel_comparison = "funnel-comparison"
    funnel_separation = "funnel-separation"
    funnel_lost = "funnel-lost"
    stories = "stories"
    abandonment = "abandonment"
    departures = "departures"
    drop_off = "drop-off"
    page_risks = "page-risks"
    paths = "paths"
    contexts = "contexts"
    steps = "steps"
    flows = "flows"
    page = "page"
    path_differences = "path-differences"
    top_paths = "top-paths"
    path_search = "path-search"
    path_sessions = "path-sessions"
    landmarks = "landmarks"
    communities = "communities"
    keystones = "keystones"
    detours = "detours"
    next_click = "next-click"
    also_viewed = "also-viewed"
    also_bought = "also-bought"
    trending = "trending"
    sequences = "sequences"
    stickiness = "stickiness"
    cross_channel = "cross-channel"
    rules = "rules"
    bundles = "bundles"
    robots = "robots"


class By(StrEnum):
    """How long a period of a trend is."""

    day = "day"
    week = "week"


class ReportFormat(StrEnum):
    """How a report is written."""

    table = "table"
    json = "json"
    csv = "csv"
    xlsx = "xlsx"
    html = "html"
    graphml = "graphml"
    graph = "graph"


def report(
    subject: Annotated[Subject, typer.Argument(help="What it is about.")],
    name: Annotated[str | None, typer.Argument(help=NAME)] = None,
    by: Annotated[By | None, typer.Option(help="For funnel-trend: a row a day, the default, or a week.")] = None,
    groups: Annotated[
        tuple[str, str] | None,
        typer.Option(help="For funnel-comparison: two segments, or two periods of entry days FROM..TO."),
    ] = None,
    step: Annotated[
        int | None,
        typer.Option(help="For funnel-lost: where they were lost; for funnel-separation: from where on; 1 by default."),
    ] = None,
    report_format: Annotated[ReportFormat, typer.Option("--format", help="How it is written.")] = ReportFormat.table,
    out: OutOption = None,
    lang: LangOption = None,
    lake: LakeOption = LAKE,
    settings: SettingsOption = None,
    json: JsonOption = False,
) -> None:
    """Show where customers walk, where they give up, what they click next and what they buy together."""
    from echannel.exports import export_report
    from echannel.graphs import FORMATS, export_graph
    from echannel.outlet import check_outlet
    from echannel.reports import (
        ANSWERS,
        PATH_REPORTS,
        REPORTS,
        Desk,
        Question,
        check_question,
        choose_funnel,
        measure_funnel,
    )
    from echannel.training.tables import read_tables
    from echannel.workspace import open_workspace

    form = "json" if json else report_format.value
    check_outlet(out, form)
    asked, question = subject.value, Question(by.value if by else None, groups, step)
    space = open_workspace(lake, settings)
    funnels = space.settings.funnels
    funnel = choose_funnel(funnels, asked, name) if asked in ANSWERS else None
    check_question(asked, question, funnels[funnel] if funnel is not None else None)
    desk = Desk(read_tables(space.lake, space.settings), space.settings)
    if form in FORMATS:
        _refuse_other_graphs(subject, report_format)
        export_graph(desk, form, out)
        return
    if funnel is not None:
        written = ANSWERS[asked](measure_funnel(desk, funnel), question)
    else:
        written = PATH_REPORTS[asked](desk, name or "") if asked in PATH_REPORTS else REPORTS[asked](desk)
    language = lang or space.settings.serve.language
    export_report(written, form, out, funnel if asked == "funnel" else None, language=language)


def _refuse_other_graphs(subject: Subject, form: ReportFormat) -> None:
    if subject is not Subject.paths:
        raise Stop(
            Exit.WRONG_USE,
            f"{subject.value} is a table, not a graph",
            f"--format {form.value}",
            "Ask for the graph itself: echannel report paths --format graphml.",
        )
