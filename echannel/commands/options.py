"""Options that several commands share."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from serving import Language


class Channel(StrEnum):
    """The three channels."""

    web = "web"
    wap = "wap"
    app = "app"


LAKE = Path("lake")
LakeOption = Annotated[Path, typer.Option("--lake", help="Folder of the lake.", envvar="ECHANNEL_LAKE")]
SettingsOption = Annotated[Path | None, typer.Option("--settings", help="Settings file; by default ./echannel.toml.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON document on standard output, nothing else.")]
OutOption = Annotated[
    Path | None,
    typer.Option("--out", help="File to write to, whole or not at all; by default standard output. Needed for xlsx."),
]
LangOption = Annotated[
    Language | None,
    typer.Option("--lang", help="Language of headings, notes, words and reasons; else [serve] language."),
]
ChannelOption = Annotated[Channel | None, typer.Option("--channel", help="web, wap or app.")]
