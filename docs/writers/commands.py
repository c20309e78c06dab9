"""Commands: one page each, from the very application that runs them."""

from enum import Enum
from typing import Any

import typer

from docs.writers.command_examples import EXAMPLES
from docs.writers.docstrings import read_docstring
from docs.writers.markdown import write_code, write_list, write_page, write_table
from echannel.commands import app

PROGRAM = "echannel"


def list_commands() -> dict[str, Any]:
    """List every command by its full name, those of groups as `group command`."""
    return dict(_walk(typer.main.get_command(app), ""))


def write_commands() -> dict[str, str]:
    """Write each command's page, by its path."""
    return {
        f"docs/commands/{name.replace(' ', '-')}.md": _write_page(name, command)
        for name, command in list_commands().items()
    }


def _walk(command: Any, name: str) -> list[tuple[str, Any]]:
    inner = getattr(command, "commands", None)
    if inner is None:
        return [(name, command)]
    return [found for part, child in inner.items() for found in _walk(child, f"{name} {part}".strip())]


def _write_page(name: str, command: Any) -> str:
    arguments = [part for part in command.params if part.param_type_name == "argument"]
    options = [part for part in command.params if part.param_type_name == "option" and part.name != "help"]
    example = EXAMPLES[name]
    ends = (f"[{int(end)}](../exit-codes.md) {end.name.lower().replace('_', ' ')}" for end in example.ends)
    rows = [[f"`{_name(part)}`", _name_values(part), _name_default(part), part.help or ""] for part in command.params]
    return write_page(
        f"{PROGRAM} {name}",
        read_docstring(command.callback),
        write_code(" ".join([PROGRAM, name, *(["[OPTIONS]"] if options else []), *map(_show, arguments)]), "text"),
        write_table(["argument or option", "values", "default", "meaning"], rows),
        f"## Examples\n\n{write_code(chr(10).join(example.lines), 'sh')}",
        f"## Ends with\n\n{write_list(ends)}",
    )


def _name(part: Any) -> str:
    return str(part.metavar or part.name.upper()) if part.param_type_name == "argument" else ", ".join(part.opts)


def _show(argument: Any) -> str:
    return _name(argument) if argument.required else f"[{_name(argument)}]"


def _name_values(part: Any) -> str:
    """Name what may be given: the choices, or the kind of value."""
    kind = part.type_descriptor.annotation
    if isinstance(kind, type) and issubclass(kind, Enum):
        return ", ".join(f"`{choice.value}`" for choice in kind)
    if getattr(part, "is_flag", False):
        return "flag"
    limits = [f"from {part.min}" if part.min is not None else "", f"to {part.max}" if part.max is not None else ""]
    return " ".join(filter(None, [{"Path": "path", "int": "whole number"}.get(kind.__name__, "text"), *limits]))


def _name_default(part: Any) -> str:
    """Name what holds where nothing is given; the variable that may hold it comes first."""
    if part.required:
        return "required"
    value = part.default.value if isinstance(part.default, Enum) else part.default
    shown = "" if value in (None, False) else f"`{value}`"
    return ", else ".join(filter(None, [f"`${part.envvar}`" if part.envvar else "", shown])) or "–"
