"""Commands about people: whose a device is, the keys of their pseudonyms, and their erasure."""

import sys
from typing import TYPE_CHECKING, Annotated, Literal

import msgspec
import typer

from echannel.commands.options import LAKE, JsonOption, LakeOption, SettingsOption
from echannel.console import answers, notes, print_document, print_report
from echannel.exits import Exit, Stop

if TYPE_CHECKING:
    from echannel.people.identity import Links

identity = typer.Typer(no_args_is_help=True, help="Show and undo whose device is whose.")
keys = typer.Typer(no_args_is_help=True, help="Show and change the keys of people's pseudonyms.")
PersonArgument = Annotated[
    str, typer.Argument(metavar="PERSON", help="Phone number, login, device or cookie, as the logs have it.")
]


@identity.command("show")
def show_identity(
    person: Annotated[str | None, typer.Argument(help="Phone number, login, device or cookie; all by default.")] = None,
    lake: LakeOption = LAKE,
    settings: SettingsOption = None,
    json: JsonOption = False,
) -> None:
    """Show which devices belong to which customers, since when, and which are kept apart and why."""
    from echannel.people.identity import read_links, refresh_identity
    from echannel.workspace import open_workspace

    space = open_workspace(lake, settings)
    refresh_identity(space.lake)
    named = [space.pseudonym(kind, person) for kind in ("visitor", "customer")] if person else None
    _print_links(read_links(space.lake, named), space.settings.zone, json)


@identity.command("undo")
def undo(
    person: PersonArgument, lake: LakeOption = LAKE, settings: SettingsOption = None, json: JsonOption = False
) -> None:
    """Undo for good that a device is a customer's, by naming either: its anonymous past is nobody's again."""
    from echannel.people.identity import undo_identity
    from echannel.workspace import open_workspace

    space = open_workspace(lake, settings)
    undone = undo_identity(space.lake, [space.pseudonym(kind, person) for kind in ("visitor", "customer")])
    if undone.is_empty():
        raise Stop(Exit.NOTHING_TO_DO, "no device is known of them", str(lake), "Check how the logs write them.")
    _print_links(undone, space.settings.zone, json)


@keys.command("show")
def show_keys(lake: LakeOption = LAKE, json: JsonOption = False) -> None:
    """Show the keys' ids and days, never a key."""
    from echannel.people.keys import find_key, read_keys

    told = [{"id": key.id, "made_at": key.made_at} for key in read_keys(find_key(lake))]
    if json:
        print_document({"file": str(find_key(lake)), "keys": told})
        return
    for key in told:
        answers.print(f"{key['id']}  made {key['made_at']}")
    notes.print(f"in {find_key(lake)}; the last one is in use on top of the others", markup=False)


@keys.command("rotate")
def rotate(lake: LakeOption = LAKE, settings: SettingsOption = None, json: JsonOption = False) -> None:
    """Put a new key on top of the others and hash on every pseudonym in the lake; stop the server before.

    No raw value is needed, logs that are read again are known again, and old versions leave the disk. Recommendations
    for people wait for the next `train`. Cut short, run it again: until then nobody reads or serves.
    """
    from echannel.people.keys import find_key
    from echannel.people.rotation import rotate_keys

    latest = rotate_keys(lake, settings)[-1]
    if json:
        print_document({"file": str(find_key(lake)), "id": latest.id, "made_at": latest.made_at})
    else:
        notes.print(
            f"{latest.id} is in use. Run `echannel train`, start the server, and keep a copy of {find_key(lake)}."
        )


def erase(
    person: PersonArgument,
    visitor: Annotated[bool, typer.Option("--visitor", help="PERSON is a device or cookie, not a customer.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    lake: LakeOption = LAKE,
    settings: SettingsOption = None,
    json: JsonOption = False,
) -> None:
    """Erase a customer, or a device: from all tables and their old versions, the spool and what is published.

    Devices that were the customer's alone go with their anonymous past. Reading the same logs again does not bring
    them back; what they do from now on is somebody new's. Models forget them at the next `train`. There is no way back.
    """
    from echannel.people.erasure import erase_person
    from echannel.workspace import open_workspace

    space = open_workspace(lake, settings)
    kind: Literal["customer", "visitor"] = "visitor" if visitor else "customer"
    if not yes and not _ask(f"Erase this {kind} from {lake} for good?"):
        raise Stop(Exit.REFUSED, "nothing was erased", str(lake), "Answer y, or pass --yes.")
    removed = erase_person(space, kind, person)
    if json:
        print_document(removed)
        return
    for place, count in msgspec.structs.asdict(removed).items():
        if place != "notices":
            answers.print(f"{place:>12} {count:>9,}")
    for notice in removed.notices:
        notes.print(f"[yellow]![/] {notice}", soft_wrap=True)


def _ask(question: str) -> bool:
    """Ask whoever watches; where nobody does, the answer is no."""
    return sys.stdin.isatty() and typer.confirm(question, err=True)


def _print_links(links: "Links", zone: str, json: bool) -> None:
    from echannel.exports import describe_report
    from echannel.reports import list_links

    report = list_links(links, zone)
    if json:
        print_document(describe_report(report))
    else:
        print_report(report)
