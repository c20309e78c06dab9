"""The command that tries a policy on the log of another."""

from pathlib import Path
from typing import Annotated

import typer

from echannel.commands.options import JsonOption, SettingsOption
from echannel.exits import Exit, Stop


def evaluate_policy(
    log: Annotated[Path, typer.Argument(help="What was shown, with propensities: CSV or Parquet.")],
    candidate: Annotated[
        Path, typer.Argument(help="The other policy: its probabilities, or the log of where it ran; CSV or Parquet.")
    ],
    column: Annotated[
        list[str] | None,
        typer.Option("--column", help="What the files call a column, as clicked=click; repeat for several."),
    ] = None,
    settings: SettingsOption = None,
    json: JsonOption = False,
) -> None:
    """Tell what another way of choosing what to show would have had (离线策略评估), with interval and verdict."""
    from echannel.console import print_document, print_report
    from echannel.exports import describe_report
    from echannel.plans.policy import try_policy
    from echannel.reports import report_trial
    from echannel.settings import find_settings
    from echannel.tree import read_settings

    names = dict(_part(text) for text in column or [])
    report = report_trial(try_policy(log, candidate, names, read_settings(find_settings(settings)).off_policy))
    if json:
        print_document(describe_report(report))
    else:
        print_report(report)


def _part(text: str) -> tuple[str, str]:
    ours, sign, theirs = text.partition("=")
    if not (ours and sign and theirs):
        raise Stop(Exit.WRONG_USE, f"{text} names no column", "--column", "Write it as clicked=click.")
    return ours, theirs
