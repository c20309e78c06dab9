"""The command that plans pages: what stands where."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from echannel.commands.options import LAKE, JsonOption, LakeOption, LangOption, OutOption, SettingsOption
from serving import Language

if TYPE_CHECKING:
    from echannel.plans.layout import LayoutDraft


class LayoutPart(StrEnum):
    """Which table of a page's plan."""

    plan = "plan"
    worth = "worth"
    slots = "slots"
    products = "products"
    left_out = "left-out"
    trial = "trial"


class LayoutFormat(StrEnum):
    """How a page's plan is written."""

    table = "table"
    json = "json"
    csv = "csv"
    xlsx = "xlsx"
    html = "html"


def layout(
    page: Annotated[str, typer.Argument(help="The page, as the site map names it.")],
    part: Annotated[
        LayoutPart | None,
        typer.Option("--part", help="One table of it; else all where the format holds several, the plan in csv, html."),
    ] = None,
    plan_format: Annotated[LayoutFormat, typer.Option("--format", help="How it is written.")] = LayoutFormat.table,
    out: OutOption = None,
    lang: LangOption = None,
    lake: LakeOption = LAKE,
    settings: SettingsOption = None,
    json: JsonOption = False,
) -> None:
    """Plan what stands where on a page (页面规划), beside today's, with interval, evidence and what was left out.

    Says "not identified" or "too little evidence" where that is the truth, and plans nothing then.
    """
    from echannel.exports import export_report, write_workbook
    from echannel.outlet import check_outlet
    from echannel.plans.layout import draft_layout
    from echannel.reports import LAYOUT_PARTS
    from echannel.training.tables import read_tables
    from echannel.workspace import open_workspace

    form = "json" if json else plan_format.value
    check_outlet(out, form)
    space = open_workspace(lake, settings)
    language = lang or space.settings.serve.language
    draft = draft_layout(read_tables(space.lake, space.settings), space.settings, page)
    if part is not None or form in ("csv", "html"):
        export_report(LAYOUT_PARTS[part.value if part else "plan"](draft), form, out, language=language)
    elif form == "xlsx":
        write_workbook([write(draft) for write in LAYOUT_PARTS.values()], out, language)
    else:
        _write_whole(draft, form, out, language)


def _write_whole(draft: "LayoutDraft", form: str, out: Path | None, language: Language) -> None:
    """Write all tables of a plan: one document, or what a person sees at once."""
    from echannel.console import print_report
    from echannel.exports import describe_report
    from echannel.outlet import open_screen, write_document
    from echannel.reports import LAYOUT_PARTS

    if form == "json":
        reports = {name.replace("-", "_"): write(draft) for name, write in LAYOUT_PARTS.items()}
        told = {name: describe_report(report, language) for name, report in reports.items()}
        found = draft.plan.exploration
        explore = None if found is None else {"pages": found.pages, "share": found.share}
        head = {
            "page": draft.plan.page,
            "verdict": draft.plan.verdict,
            "why": draft.plan.why.en if draft.plan.why else None,
        }
        write_document({**head, "exploration": explore, **told}, out)
        return
    first, *others = (write(draft) for write in LAYOUT_PARTS.values())
    with open_screen(out) as screen:
        for report in (first, *(other for other in others if other.rows)):
            print_report(report, screen=screen, language=language)
