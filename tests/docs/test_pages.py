"""The made pages are what the code makes today, and nothing is without its page."""

import re

import msgspec
import pytest

from api import ServeSettings
from docs.make import find_made_pages, write_pages
from docs.writers import list_commands, list_tables
from echannel.exits import Exit
from echannel.tree import Settings, read_settings
from ingest import IDENTITY, REASONS, Mapping, PageRule, SiteMap
from tests.docs.words import ROOT

PAGES = write_pages()
FORGOTTEN = "run `make docs` and commit what it changes"


@pytest.mark.parametrize("path", PAGES)
def test_a_made_page_is_what_the_code_makes_today(path: str) -> None:
    assert (ROOT / path).is_file(), f"{path} is missing: {FORGOTTEN}"
    assert (ROOT / path).read_text() == PAGES[path], f"{path} is not up to date: {FORGOTTEN}"


def test_no_made_page_outlives_its_table_or_command() -> None:
    assert find_made_pages() <= set(PAGES), FORGOTTEN


def test_the_same_code_makes_the_same_pages() -> None:
    assert write_pages() == PAGES


@pytest.mark.parametrize("name", list_tables())
def test_each_column_of_a_table_has_a_meaning(name: str) -> None:
    columns = list_tables()[name].columns()
    assert [column for column, kind in columns.items() if not kind.description] == []


@pytest.mark.parametrize("name", list_commands())
def test_each_command_and_each_of_its_options_is_told(name: str) -> None:
    command, page = list_commands()[name], PAGES[f"docs/commands/{name.replace(' ', '-')}.md"]
    assert command.callback.__doc__
    assert [part.name for part in command.params if not part.help] == []
    assert [part.name for part in command.params if (part.metavar or part.opts[-1]).upper() not in page.upper()] == []


def test_each_setting_is_told_with_its_meaning() -> None:
    bare = re.findall(r"^\| `(\w+)` \| [^|]+ \| +\|$", PAGES["docs/settings.md"], flags=re.MULTILINE)
    assert bare == []
    assert {field.name for field in msgspec.structs.fields(ServeSettings)} - {"collector", "clerk"} <= set(
        re.findall(r"^\| `(\w+)`", PAGES["docs/settings.md"], flags=re.MULTILINE)
    )


def test_the_example_settings_load_and_are_the_defaults() -> None:
    example = read_settings(ROOT / "echannel.example.toml")
    assert msgspec.structs.replace(example, funnels={}) == msgspec.structs.replace(Settings(), funnels={})
    assert example.funnels["order"].steps == Settings().funnels["order"].steps


def test_each_setting_stands_in_the_example() -> None:
    keys = set(re.findall(r"^(?:# )?(\w+) = ", PAGES["echannel.example.toml"], flags=re.MULTILINE))
    told = set(re.findall(r"^\| `(\w+)`", PAGES["docs/settings.md"], flags=re.MULTILINE))
    listed = set(re.findall(r"^#   (\w+): ", PAGES["echannel.example.toml"], flags=re.MULTILINE))
    assert told <= keys | listed


def test_each_route_is_told_with_an_answer() -> None:
    told = re.findall(r"^## `([A-Z]+) (\S+)`$(.*?)(?=^## )", PAGES["docs/http.md"], flags=re.MULTILINE | re.DOTALL)
    assert len(told) >= 11
    silent = [f"{method} {path}" for method, path, text in told if "```json" not in text]
    assert silent == ["DELETE /v1/funnels/{funnel_id}", "GET /metrics", "GET /openapi.json"]


def test_each_reason_and_each_exit_code_is_told() -> None:
    assert [reason for reason in REASONS if f"`{reason}`" not in PAGES["docs/reasons.md"]] == []
    assert [end for end in Exit if f"`{end.name}`" not in PAGES["docs/exit-codes.md"]] == []


@pytest.mark.parametrize(("page", "kind"), [("mapping", Mapping), ("site_map", SiteMap), ("site_map", PageRule)])
def test_the_page_of_a_file_tells_each_of_its_keys(page: str, kind: type[msgspec.Struct]) -> None:
    text = (ROOT / f"docs/{page}.md").read_text()
    assert [
        key.name for key in msgspec.structs.fields(kind) if not re.search(rf"^\| `{key.name}[`.]", text, re.MULTILINE)
    ] == []


def test_the_page_of_mappings_tells_each_field_of_an_event() -> None:
    text = (ROOT / "docs/mapping.md").read_text()
    assert [field for field in IDENTITY.fields if f"`{field}`" not in text] == []
