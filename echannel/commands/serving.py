"""Commands that keep running: serve, demo."""

from pathlib import Path
from typing import Annotated

import typer

from echannel.commands.options import LAKE, LakeOption, SettingsOption
from echannel.console import print_document
from echannel.exits import Exit, Stop


def serve(
    host: Annotated[str | None, typer.Option("--host", help="Address to listen on; 127.0.0.1 by default.")] = None,
    port: Annotated[int | None, typer.Option("--port", min=0, max=65535, help="Port; 0 takes a free one.")] = None,
    workers: Annotated[int | None, typer.Option("--workers", min=1, help="Processes on the one port.")] = None,
    lake: LakeOption = LAKE,
    settings: SettingsOption = None,
    json: Annotated[bool, typer.Option("--json", help="Print host and port as JSON once it listens.")] = False,
) -> None:
    """Answer over HTTP from the published snapshot, and take over each new one as it comes; take in trackers' events.

    This process knows arrays only: no polars, no model library is loaded.
    """
    from msgspec.structs import replace

    from api import ServeSettings, run
    from echannel.clerk.command import write_clerk_command
    from echannel.drainer import drain_beside
    from echannel.people.keys import open_pseudonym
    from echannel.places import find_access_file, find_serving_folder, find_spool_folder
    from echannel.settings import convert_section, find_settings, read_document

    file = find_settings(settings)
    section = convert_section(read_document(file), "serve", ServeSettings, str(file or "the environment"))
    given = {name: value for name, value in (("host", host), ("port", port), ("workers", workers)) if value is not None}
    chosen = replace(section, **given)
    pseudonym = open_pseudonym(lake)
    try:
        with drain_beside(lake, file, chosen.collector.drain_seconds):
            run(
                chosen,
                find_serving_folder(lake),
                pseudonym,
                spool_folder=find_spool_folder(lake),
                access_file=find_access_file(lake),
                clerk_command=write_clerk_command(lake, file, chosen.clerk),
                on_listening=_announce if json else None,
            )
    except OSError as fault:
        where = f"{chosen.host}:{chosen.port}"
        raise Stop(Exit.WRONG_USE, f"cannot listen there: {fault.strerror}", where, "Choose another --port.") from None


def _announce(host: str, port: int) -> None:
    print_document({"host": host, "port": port})


def demo(
    out: Annotated[Path, typer.Option("--out", help="Folder for the invented operator and its lake.")] = Path("demo"),
    visits: Annotated[int, typer.Option("--visits", min=100, help="Visits to invent.")] = 24_000,
    seed: Annotated[int, typer.Option("--seed", help="Same seed, same operator.")] = 1,
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="Port; 0 takes a free one.")] = 8080,
    once: Annotated[
        bool, typer.Option("--once", envvar="ONCE", help="Ask the server, print one JSON document, and end.")
    ] = False,
) -> None:
    """Go the whole way: invent an operator, read its logs, report, train, evaluate, serve."""
    from echannel.demo import show_demo

    show_demo(out, visits, seed, port, once)
