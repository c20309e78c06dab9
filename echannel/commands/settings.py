"""The command that shows the settings in force."""

from collections.abc import Iterator

import msgspec

from echannel.commands.options import JsonOption, SettingsOption
from echannel.console import answers, print_document


def settings(file: SettingsOption = None, json: JsonOption = False) -> None:
    """Show every setting in force: the file's, the environment's, and the defaults of the rest."""
    from echannel.settings import find_settings
    from echannel.tree import read_settings

    found = find_settings(file)
    in_force = msgspec.to_builtins(read_settings(found))
    if json:
        print_document(in_force)
    else:
        answers.print(f"# {found or 'no settings file: defaults and environment'}")
        for path, value in _flatten(in_force):
            answers.print(f"{path} = {msgspec.json.encode(value).decode()}", soft_wrap=True)


def _flatten(tree: dict[str, object], path: str = "") -> Iterator[tuple[str, object]]:
    """List the leaves of the tree, each under its path."""
    for key, value in tree.items():
        if isinstance(value, dict) and value:
            yield from _flatten(value, f"{path}{key}.")
        else:
            yield f"{path}{key}", value
