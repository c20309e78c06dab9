"""Commands that plan: what to sell together."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from echannel.reports import Desk

from echannel.commands.options import LAKE, JsonOption, LakeOption, LangOption, OutOption, SettingsOption
from echannel.exits import Exit, Stop
from serving import Language

SHOWN = 10
"""Bundles that a person sees at once, and rows left out; the workbook has all."""

plan = typer.Typer(help="Plan promotions from what the lake holds, with the evidence.", no_args_is_help=True)


class BundlePart(StrEnum):
    """Which table of a bundle plan."""

    plan = "plan"
    evidence = "evidence"
    left_out = "left-out"
    rehearsal = "rehearsal"


class PlanFormat(StrEnum):
    """How a plan is written."""

    table = "table"
    json = "json"
    csv = "csv"
    xlsx = "xlsx"
    html = "html"
    tmf620 = "tmf620"


@plan.command("bundles")
def bundles(
    part: Annotated[
        BundlePart | None,
        typer.Option("--part", help="One table of it; else all where the format holds several, the plan in csv, html."),
    ] = None,
    rehearse: Annotated[
        bool, typer.Option("--rehearse", help="The rehearsal alone: planned from earlier orders, shown later ones.")
    ] = False,
    plan_format: Annotated[PlanFormat, typer.Option("--format", help="How it is written.")] = PlanFormat.table,
    out: OutOption = None,
    lang: LangOption = None,
    lake: LakeOption = LAKE,
    settings: SettingsOption = None,
    json: JsonOption = False,
) -> None:
    """Plan what to sell together (捆绑促销规划): at which discount or at none, with evidence, left-outs and rehearsal.

    The price of a bundle is the same for everybody.
    """
    from echannel.exports import export_report
    from echannel.outlet import check_outlet
    from echannel.reports import BUNDLE_PARTS, Desk
    from echannel.training.tables import read_tables
    from echannel.workspace import open_workspace

    asked = BundlePart.rehearsal if rehearse else part
    if rehearse and part not in (None, BundlePart.rehearsal):
        raise Stop(Exit.WRONG_USE, "both name a table", f"--rehearse --part {part}", "Give one of them.")
    form = "json" if json else plan_format.value
    check_outlet(out, form)
    space = open_workspace(lake, settings)
    language = lang or space.settings.serve.language
    desk = Desk(read_tables(space.lake, space.settings), space.settings)
    if form == "tmf620":
        _write_offerings(desk, out)
    elif asked is not None or form in ("csv", "html"):
        export_report(BUNDLE_PARTS[asked.value if asked else "plan"](desk), form, out, language=language)
    else:
        _write_whole(desk, form, out, language)


def _write_whole(desk: "Desk", form: str, out: Path | None, language: Language) -> None:
    """Write all tables of a plan: a sheet each, one document, or what a person sees at once."""
    from echannel.console import print_cards, print_report
    from echannel.exports import describe_report, write_workbook
    from echannel.outlet import open_screen, write_document
    from echannel.reports import BUNDLE_PARTS

    if form == "xlsx":
        write_workbook([make(desk) for make in BUNDLE_PARTS.values()], out, language)
        return
    whole, left_out, rehearsal = (BUNDLE_PARTS[part](desk) for part in ("plan", "left-out", "rehearsal"))
    if form == "json":
        further = {"left_out": describe_report(left_out, language), "rehearsal": describe_report(rehearsal, language)}
        write_document(describe_report(whole, language) | further, out)
        return
    with open_screen(out) as screen:
        print_cards(whole, SHOWN, screen, language)
        for report in (left_out, rehearsal):
            if report.rows:
                print_report(report, SHOWN, screen, language)


def _write_offerings(desk: "Desk", out: Path | None) -> None:
    import msgspec

    from echannel.outlet import write_text
    from echannel.plans.offerings import write_offerings

    draft = desk.bundle_draft
    drafts = write_offerings(draft.plan, draft.products, desk.tables.ends_at, desk.settings.bundles.currency)
    write_text(msgspec.json.format(msgspec.json.encode(drafts), indent=2).decode() + "\n", out)
