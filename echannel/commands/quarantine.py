"""The command that shows lines which could not become events, and reads them again."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from echannel.commands.logs import Encoding, print_ledger
from echannel.commands.options import LAKE, JsonOption, LakeOption, SettingsOption
from echannel.console import print_document, print_report
from echannel.exits import Exit, Stop


def quarantine(
    reason: Annotated[str | None, typer.Option("--reason", help="Only lines with this reason.")] = None,
    source: Annotated[str | None, typer.Option("--source", help="Only lines of this file, topic or batch.")] = None,
    limit: Annotated[
        int | None, typer.Option("--limit", min=1, help="List lines, at most so many, instead of counting them.")
    ] = None,
    replay: Annotated[bool, typer.Option("--replay", help="Read the lines again by today's rules.")] = False,
    mapping: Annotated[
        Path | None, typer.Option("--map", help="With --replay: mapping file; by default the one they were read by.")
    ] = None,
    encoding: Annotated[
        Encoding | None, typer.Option("--encoding", help="With --replay: how undecodable lines are written.")
    ] = None,
    log_format: Annotated[
        str | None, typer.Option("--format", help="With --replay: format; by default the one they were read in.")
    ] = None,
    lake: LakeOption = LAKE,
    settings: SettingsOption = None,
    json: JsonOption = False,
) -> None:
    """Show the lines that could not become events: how many for each reason, with an example; or read them again.

    Read again by a mended mapping, site map or encoding, lines become the events that they would have been, and
    nothing is doubled; what still fails stays, with its new reason.
    """
    if replay:
        from echannel.replay import Choice, replay_quarantine
        from echannel.workspace import open_workspace

        written = encoding.value if encoding else None
        choice = Choice(reason, source, str(mapping) if mapping else None, written, log_format)
        ledger = replay_quarantine(open_workspace(lake, settings), choice, datetime.now(UTC))
        print_document(ledger) if json else print_ledger(ledger)
        return
    if mapping or encoding or log_format:
        raise Stop(Exit.WRONG_USE, "--map, --encoding and --format need --replay", "quarantine", "Add --replay.")
    _show(lake, reason, source, limit, json)


def _show(folder: Path, reason: str | None, source: str | None, limit: int | None, json: bool) -> None:
    from echannel.exports import describe_report
    from echannel.reports import list_quarantine, report_quarantine
    from lake import Lake

    lines = Lake(folder).scan("quarantine")
    for name, wanted in (("reason", reason), ("source", source)):
        lines = lines.filter(**{name: wanted}) if wanted else lines
    report = list_quarantine(lines, limit) if limit else report_quarantine(lines)
    print_document(describe_report(report)) if json else print_report(report)
