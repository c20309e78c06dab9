"""Commands about the keys that callers of the API show."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated

import typer

from echannel.commands.options import LAKE, JsonOption, LakeOption
from echannel.console import answers, notes, print_document

access = typer.Typer(no_args_is_help=True, help="Make, list and revoke the keys that callers of the API show.")

NameArgument = Annotated[
    str, typer.Argument(metavar="NAME", help="What the key is called: who holds it, and what for.")
]


class Opens(StrEnum):
    """What a key opens."""

    reports = "reports"
    funnels = "funnels"
    people = "people"


@access.command("add")
def add(
    name: NameArgument,
    scope: Annotated[list[Opens], typer.Option("--scope", help="What it opens; repeat for several.")],
    lake: LakeOption = LAKE,
    json: JsonOption = False,
) -> None:
    """Make a key and print it, once: only its hash is kept. A running server knows it at once.

    reports: read and ask for reports. funnels: change definitions of funnels. people: name the pseudonyms of those who
    were lost. With the first key published reports need one, too.
    """
    from api import add_key
    from echannel.places import find_access_file

    made = add_key(find_access_file(lake), name, [part.value for part in scope], f"{datetime.now(UTC):%Y-%m-%d}")
    if json:
        print_document({"name": name, "scopes": sorted({part.value for part in scope}), "key": made})
    else:
        answers.print(made, soft_wrap=True)
        notes.print(f"Keep it: it is told this once. Its hash is in {find_access_file(lake)}.", markup=False)


@access.command("list")
def list_keys(lake: LakeOption = LAKE, json: JsonOption = False) -> None:
    """List the keys' names, scopes and days, never a key."""
    from api import read_keys
    from echannel.places import find_access_file

    file = find_access_file(lake)
    told = [{"name": known.name, "scopes": known.scopes, "made_at": known.made_at} for known in read_keys(file)]
    if json:
        print_document({"file": str(file), "keys": told})
        return
    for known in read_keys(file):
        answers.print(f"{known.name}  {', '.join(known.scopes)}  made {known.made_at}")
    notes.print(f"{len(told)} in {file}", markup=False)


@access.command("revoke")
def revoke(name: NameArgument, lake: LakeOption = LAKE, json: JsonOption = False) -> None:
    """Revoke a key: a running server refuses it from the next question on."""
    from api import revoke_key
    from echannel.places import find_access_file

    revoke_key(find_access_file(lake), name)
    if json:
        print_document({"revoked": name})
    else:
        notes.print(f"{name} is revoked.", markup=False)
