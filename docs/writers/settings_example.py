"""The example settings file: every key with its default, what it means above it."""

import textwrap

import msgspec

from docs.writers.docstrings import read_attributes, read_docstring
from docs.writers.settings import Section, list_keys, list_sections, show_value
from echannel.tree import Settings

WIDTH = 110
HEAD = """\
# Every setting with its default. Copy what you change into echannel.toml; the rest may stay away.
# Made by `make docs` from the code. What is not set by default stands as a comment.
"""
NAMES_OF_EXAMPLES = {"sources.NAME": "web", "layout.pages.NAME": "home"}
UNSET: dict[str, object] = {
    "channel": "web",
    "map": "maps/app.toml",
    "username": "echannel",
    "ca_file": "/etc/ssl/kafka-ca.pem",
    "site_map": "sitemap.toml",
    "preset": "matomo",
    "margin_share": 0.4,
    "pause_minutes": 30,
    "exact_pause_cuts": False,
    "midnight": False,
    "campaign": False,
    "login": False,
    "separators": ["login"],
    "endings": ["purchase"],
    "longest_hours": 24,
    "passive": ["user_engagement"],
    "zone": "Asia/Shanghai",
    "breakdown": "channel",
}
"""What a key without a default may look like."""


def write_example() -> str:
    """Write the example file; read as it stands, it gives the defaults."""
    sections = [section for section in list_sections() if section.name]
    return "\n".join([HEAD, *(_write_section(section) for section in sections)])


def _write_section(section: Section) -> str:
    """Write one section; that of funnels under the name of the funnel that is there by default."""
    if section.name.endswith("[]"):
        return _write_step_keys(section)
    name = NAMES_OF_EXAMPLES[section.name] if section.is_example else next(iter(Settings().funnels))
    head = f"[{section.name.replace('NAME', name)}]"
    told = read_attributes(section.kind)
    lines = [line for key in list_keys(section) for line in _write_key(section, key, told.get(key, ""))]
    written = [*_comment(read_docstring(section.kind)), head, *lines, *_write_steps(section), ""]
    return "\n".join(map(_take_back, written) if section.is_example else written)


def _take_back(line: str) -> str:
    """Make a comment of a line, unless it is one."""
    return line if not line or line.startswith("#") else f"# {line}"


def _write_key(section: Section, key: str, meaning: str) -> list[str]:
    value = getattr(section.value, key)
    line = f"{key} = {show_value(value)}" if value is not None else f"# {key} = {show_value(UNSET[key])}"
    return [*_comment(meaning), line]


def _write_steps(section: Section) -> list[str]:
    """Write a funnel's steps, one a line."""
    steps = getattr(section.value, "steps", ())
    if not steps:
        return []
    meaning = read_attributes(section.kind).get("steps", "")
    return [*_comment(meaning), "steps = [", *(f"  {_show_step(step)}," for step in steps), "]"]


def _show_step(step: msgspec.Struct) -> str:
    default = {key.name: key.default for key in msgspec.structs.fields(step)}
    given = {key: value for key, value in msgspec.structs.asdict(step).items() if value != default[key]}
    return f"{{ {', '.join(f'{key} = {show_value(value)}' for key, value in given.items())} }}"


def _write_step_keys(section: Section) -> str:
    """Tell what an entry of a list may say, as comments."""
    told = read_attributes(section.kind)
    head = f"What an entry of {section.name.removesuffix('[]').rsplit('.', 1)[-1]} may say."
    keys = [f"#   {key}: {told.get(key, '')}" for key in list_keys(section)]
    return "\n".join([*_comment(f"{head} {read_docstring(section.kind)}"), *keys, ""])


def _comment(text: str) -> list[str]:
    return textwrap.wrap(text, WIDTH, initial_indent="# ", subsequent_indent="# ", break_on_hyphens=False)
