"""Settings: every key of the tree, with default, unit and reason as its room tells them."""

import json
from collections.abc import Iterator
from typing import NamedTuple, get_args, get_origin

import msgspec

from docs.writers.docstrings import read_attributes, read_docstring
from docs.writers.markdown import write_page, write_table
from echannel.sources import SourceSettings
from echannel.tree import Settings
from paths import Condition, EventFilter, Exclusion
from recommend import Material, PageSettings, PageSlot, Pin
from serving import Boost, ListPin

INTRODUCTION = """\
Settings come from `echannel.toml` in the folder where a command runs, or from the file that `--settings` or
`ECHANNEL_SETTINGS` names; then from the environment: `ECHANNEL_SESSIONS__PAUSE_MINUTES=20` sets `pause_minutes` of
`[sessions]`. A key that nobody knows is an error. [echannel.example.toml](../echannel.example.toml) lists them all;
`echannel settings` shows those in force. `ECHANNEL_LAKE` names the lake's folder.
"""


class Section(NamedTuple):
    """One section of the settings file."""

    name: str
    kind: type[msgspec.Struct]
    value: object
    """Its defaults; an example where there are none."""
    is_example: bool = False
    """Whether there is no such section unless somebody writes one."""


EXAMPLES: dict[str, msgspec.Struct] = {
    "sources": SourceSettings("/var/log/nginx/access.log*"),
    "layout.pages": PageSettings(category_caps={"handset": 2}),
}
"""What may stand in a section of which there is none by default."""
EXAMPLES_OF: dict[type[msgspec.Struct], msgspec.Struct] = {
    Boost: Boost("brand=Acme"),
    ListPin: ListPin("PL-12"),
    Condition: Condition("price", at_least=100),
    EventFilter: EventFilter("select_item"),
    Exclusion: Exclusion("remove_from_cart"),
    PageSlot: PageSlot("top:1"),
    Pin: Pin("top:1", "HS-07"),
    Material: Material(category="handset"),
}
"""What may stand in a list that is empty by default."""


def list_sections() -> list[Section]:
    """List the sections in the order of the tree, inner ones after outer ones; lists of one kind once."""
    sections = list(_walk("", Settings, Settings()))
    first = {section.kind: section.name for section in reversed(sections)}
    return [each for each in sections if not each.name.endswith("[]") or first[each.kind] == each.name]


def list_keys(section: Section) -> list[str]:
    """List the keys of a section that hold a value, and no section of their own."""
    return [field.name for field in msgspec.structs.fields(section.kind) if not _is_section(field.type)]


def write_settings() -> str:
    """Write the page of all settings."""
    parts = [
        f"## `{_show_place(section.name)}`\n\n{read_docstring(section.kind)}\n\n{_write_keys(section)}"
        for section in list_sections()
        if list_keys(section)
    ]
    return write_page("Settings", INTRODUCTION, *parts)


def show_value(value: object) -> str:
    """Show a value as TOML writes it; nothing where it is not set."""
    if isinstance(value, dict) and value:
        return f"{{ {', '.join(f'{key} = {show_value(inner)}' for key, inner in value.items())} }}"
    return "" if value is None else json.dumps(value, ensure_ascii=False)


def _walk(name: str, kind: type[msgspec.Struct], value: object) -> Iterator[Section]:
    yield Section(name, kind, value)
    for field in msgspec.structs.fields(kind):
        inner = getattr(value, field.name)
        place = f"{name}.{field.name}".lstrip(".")
        if isinstance(inner, msgspec.Struct):
            yield from _walk(place, type(inner), inner)
        elif get_origin(field.type) is dict and _is_section(field.type):
            shown = next(iter(inner.values()), None)
            kind_of_each = get_args(field.type)[1]
            if shown is None:
                yield Section(f"{place}.NAME", kind_of_each, EXAMPLES[place], is_example=True)
                inside = _walk(f"{place}.NAME", kind_of_each, EXAMPLES[place])
                yield from (section for section in inside if section.name.endswith("[]"))
            else:
                yield from _walk(f"{place}.NAME", kind_of_each, shown)
        elif get_origin(field.type) is tuple and _is_section(field.type):
            kind_of_each = get_args(field.type)[0]
            yield from _walk(f"{place}[]", kind_of_each, inner[0] if inner else EXAMPLES_OF[kind_of_each])


def _show_place(name: str) -> str:
    """Show a section's head as TOML writes it; one that may stand several times has two brackets."""
    bare = name.replace("[]", "")
    return f"[[{bare}]]" if name.endswith("[]") else f"[{bare}]"


def _is_section(kind: object) -> bool:
    return any(isinstance(part, type) and issubclass(part, msgspec.Struct) for part in (kind, *get_args(kind)))


def _write_keys(section: Section) -> str:
    told = read_attributes(section.kind)
    rows = [[f"`{key}`", _show_default(section, key), told.get(key, "")] for key in list_keys(section)]
    return write_table(["key", "default", "meaning"], rows)


def _show_default(section: Section, key: str) -> str:
    """Show the default of a key: the type's own, since a section without one shows an example."""
    field = next(field for field in msgspec.structs.fields(section.kind) if field.name == key)
    if field.required:
        return "required"
    default = field.default if field.default_factory is msgspec.NODEFAULT else field.default_factory()
    return "not set" if default is None else f"`{show_value(default)}`"
