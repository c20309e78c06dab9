"""Commands that bring logs in: simulate, ingest, quarantine."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from echannel.commands.options import LAKE, ChannelOption, JsonOption, LakeOption, SettingsOption
from echannel.console import answers, notes, print_document, print_report, show_progress

if TYPE_CHECKING:
    from echannel.daily import Ledger


class LogFormat(StrEnum):
    """Log formats that `ingest` reads."""

    combined = "combined"
    common = "common"
    gateway = "gateway"
    ndjson = "ndjson"
    csv = "csv"
    parquet = "parquet"


def simulate(
    out: Annotated[Path, typer.Option("--out", help="Folder to write to.")],
    visits: Annotated[int, typer.Option("--visits", min=1, help="Visits to invent.")] = 24_000,
    seed: Annotated[int, typer.Option("--seed", help="Same seed, same bytes.")] = 1,
    json: JsonOption = False,
) -> None:
    """Invent an operator: logs of three channels, orders, a catalogue, settings, and the truth beside them."""
    from simulator import simulate as invent
    from simulator import write_simulation

    files = write_simulation(invent(visits=visits, seed=seed), out)
    if json:
        print_document({"files": [str(file) for file in files]})
    else:
        notes.print("\n".join(f"wrote {file}" for file in files))


def ingest(
    paths: Annotated[list[Path], typer.Argument(metavar="PATH...", help="Files or folders; plain, gzip or zstd.")],
    log_format: Annotated[LogFormat, typer.Option("--format", help="How the lines are written.")],
    channel: ChannelOption = None,
    mapping: Annotated[
        Path | None, typer.Option("--map", help="Mapping file: the log's columns to our fields.")
    ] = None,
    lake: LakeOption = LAKE,
    settings: SettingsOption = None,
    json: JsonOption = False,
) -> None:
    """Read logs into the lake; lines = events + quarantined + duplicates + ignored, always.

    A file is read whole or not at all; read twice, it changes nothing. The channel given is for lines that do not
    tell their own.
    """
    from echannel.daily import Intake, ingest_files
    from echannel.logs import find_files
    from echannel.settings import read_toml
    from echannel.workspace import open_workspace
    from ingest import read_mapping

    files = find_files(paths)
    space = open_workspace(lake, settings)
    columns = read_mapping(read_toml(mapping), str(mapping)) if mapping else None
    intake = Intake(
        space.lake,
        space.settings,
        space.site_map,
        space.pseudonym,
        log_format.value,
        channel and channel.value,
        columns,
    )
    with show_progress("reading", sum(file.stat().st_size for file in files)) as advance:
        ledger = ingest_files(files, intake, advance)
    if json:
        print_document(ledger)
    else:
        _print_ledger(ledger)


def quarantine(lake: LakeOption = LAKE, json: JsonOption = False) -> None:
    """Show the lines that could not become events: how many for each reason, with an example."""
    from echannel.exports import describe_report
    from echannel.reports import report_quarantine
    from lake import Lake

    report = report_quarantine(Lake(lake).scan("quarantine").collect())
    if json:
        print_document(describe_report(report))
    else:
        print_report(report)


def _print_ledger(ledger: "Ledger") -> None:
    """Print what became of every line, so that it can be added up."""
    from ingest import REASONS

    answers.print(ledger.sentence, soft_wrap=True)
    for reason, count in ledger.reasons.items():
        answers.print(f"  quarantined {count:,}: {reason}. {REASONS[reason]}", soft_wrap=True)
