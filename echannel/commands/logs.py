"""Commands that bring logs in: simulate, ingest."""

from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import msgspec
import typer
from rich.markup import escape

from echannel.commands.options import LAKE, Channel, ChannelOption, JsonOption, LakeOption, SettingsOption
from echannel.console import answers, notes, print_document, show_progress

if TYPE_CHECKING:
    from echannel.daily import Ledger
    from echannel.sources import SourceSettings


class Encoding(StrEnum):
    """Encodings that `ingest` reads."""

    utf8 = "utf-8"
    gbk = "gbk"
    gb18030 = "gb18030"
    big5 = "big5"


def simulate(
    out: Annotated[Path, typer.Option("--out", help="Folder to write to.")],
    visits: Annotated[int, typer.Option("--visits", min=1, help="Visits to invent.")] = 24_000,
    seed: Annotated[int, typer.Option("--seed", help="Same seed, same bytes.")] = 1,
    json: JsonOption = False,
) -> None:
    """Invent an operator: logs of three channels, orders, a catalogue, settings, and the truth beside them."""
    from echannel.outlet import check_folder
    from simulator import simulate as invent
    from simulator import write_simulation

    check_folder(out)
    files = write_simulation(invent(visits=visits, seed=seed), out)
    if json:
        print_document({"files": [str(file) for file in files]})
    else:
        notes.print("\n".join(f"wrote {file}" for file in files), markup=False)


FormatOption = Annotated[
    str, typer.Option("--format", help="How the lines are written: a name, a log_format string, or auto.")
]
MapOption = Annotated[Path | None, typer.Option("--map", help="Mapping file: the log's columns to our fields.")]
EncodingOption = Annotated[Encoding, typer.Option("--encoding", help="How the text is written.")]
ZoneOption = Annotated[
    str | None, typer.Option("--zone", help="Time zone of times without an offset, such as Asia/Shanghai.")
]
FinishedOption = Annotated[
    bool, typer.Option("--finished", help="No file will grow: read a last line that has no line break.")
]


def ingest(
    paths: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[PATH]...",
            help="Files, folders or quoted patterns (** too), plain, gzip or zstd; - for standard input. "
            "Without any: what trackers sent, and the sources of the settings.",
        ),
    ] = None,
    log_format: FormatOption = "auto",
    channel: ChannelOption = None,
    mapping: MapOption = None,
    encoding: EncodingOption = Encoding.utf8,
    zone: ZoneOption = None,
    finished: FinishedOption = False,
    lake: LakeOption = LAKE,
    settings: SettingsOption = None,
    json: JsonOption = False,
) -> None:
    """Read what is new in logs into the lake; lines = events + quarantined + duplicates + ignored, always.

    Files may grow, be rotated, renamed and packed between runs: each line is read once. A last line without a line
    break waits while its file may grow. The channel given is for lines that do not tell their own.
    """
    from echannel.daily import ingest_sources
    from echannel.drain import count_spooled, drain_spool
    from echannel.intake import Ledger, choose_configured, choose_paths, count_bytes, plan_intake
    from echannel.settings import find_settings
    from echannel.workspace import open_workspace

    space, now = open_workspace(lake, settings), datetime.now(UTC)
    if paths:
        source = _describe_source(log_format, channel, mapping, encoding, zone)
        chosen = choose_paths(paths, msgspec.structs.replace(plan_intake(space, source, now), finished=finished))
    else:
        found = find_settings(settings)
        chosen = choose_configured(space, now, found.parent if found else Path())
    with show_progress("reading", count_bytes(chosen) + (0 if paths else count_spooled(space))) as advance:
        ledger = Ledger() if paths else drain_spool(space, now, advance)
        ledger.add(ingest_sources(chosen, advance))
    if json:
        print_document(ledger)
    else:
        print_ledger(ledger)


def _describe_source(
    log_format: str, channel: Channel | None, mapping: Path | None, encoding: Encoding, zone: str | None
) -> "SourceSettings":
    """Describe how the paths of the command line are read, as the settings would."""
    from echannel.sources import SourceSettings

    given: dict[str, object] = {"path": (), "format": log_format, "encoding": encoding.value, "zone": zone}
    given |= {"channel": channel and channel.value, "map": mapping and str(mapping)}
    return msgspec.convert(given, SourceSettings)


def print_ledger(ledger: "Ledger") -> None:
    """Print what became of every line, so that it can be added up."""
    from ingest import REASONS

    for notice in ledger.notices:
        notes.print(f"[yellow]![/] {escape(notice)}", soft_wrap=True)
    answers.print(ledger.sentence, soft_wrap=True)
    for reason, count in ledger.reasons.items():
        answers.print(f"  quarantined {count:,}: {reason}. {REASONS[reason]}", soft_wrap=True)
