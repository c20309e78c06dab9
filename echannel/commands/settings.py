"""The command that shows the settings in force."""

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
        answers.print(msgspec.toml.encode(_drop_nulls(in_force)).decode(), markup=False)


def _drop_nulls(tree: object) -> object:
    """Leave out what is not set: TOML has no null."""
    if isinstance(tree, dict):
        return {key: _drop_nulls(value) for key, value in tree.items() if value is not None}
    return [_drop_nulls(value) for value in tree] if isinstance(tree, list) else tree
