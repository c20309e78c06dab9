"""The examples of the pages work as they stand."""

import re
import tomllib
from pathlib import Path

import pytest

from docs.writers import list_commands
from echannel.settings import convert
from echannel.tree import Settings, read_settings
from ingest import read_mapping, read_site_map
from tests.docs.blocks import PAGES, Block, find_blocks, find_commands, split_command
from tests.docs.words import ROOT
from tests.shell import run

QUICKSTART = "docs/quickstart.md"
LINKS = [
    (page, link) for page in PAGES for link in re.findall(r"\]\(([^)#]+)\)", page.read_text()) if "://" not in link
]


@pytest.mark.parametrize(("page", "line"), find_commands())
def test_a_command_parses(page: str, line: str) -> None:
    words = split_command(line)
    commands = list_commands()
    name = next(" ".join(words[:depth]) for depth in (2, 1) if " ".join(words[:depth]) in commands)
    commands[name].make_context(name, words[len(name.split()) :])


@pytest.mark.parametrize("block", find_blocks("toml"), ids=lambda block: block.page)
def test_a_toml_example_loads(block: Block) -> None:
    document = tomllib.loads(block.text)
    if "fields" in document:
        read_mapping(document, block.page)
    elif "pages" in document:
        read_site_map(document, block.page)
    else:
        convert(document, Settings, block.page)


@pytest.mark.parametrize("name", ["taobao", "retentioneering", "eshop", "online_retail", "gateway"])
def test_an_example_mapping_loads(name: str) -> None:
    assert read_mapping(tomllib.loads((ROOT / f"examples/{name}.toml").read_text()), name).into == "events"


def test_an_example_catalogue_loads() -> None:
    file = ROOT / "examples/online_retail_catalogue.toml"
    assert read_mapping(tomllib.loads(file.read_text()), file.name).into == "products"


def test_the_example_settings_of_a_data_set_load() -> None:
    assert read_settings(ROOT / "examples/online_retail-settings.toml").bundles.currency == "GBP"
    assert list(read_settings(ROOT / "examples/taobao-settings.toml").funnels) == ["buy"]


@pytest.mark.parametrize(
    "path", sorted({path for page in PAGES for path in re.findall(r"curl '?http://[^/]+(/[^' ]*)", page.read_text())})
)
def test_a_curl_asks_a_route_that_there_is(path: str) -> None:
    templates = re.findall(r"^## `[A-Z]+ (\S+)`$", (ROOT / "docs/http.md").read_text(), flags=re.MULTILINE)
    patterns = [re.sub(r"\{\w+\}", "[^/?]+", template.replace(".", "[.]")) for template in templates]
    assert any(re.fullmatch(pattern + r"(\?.*)?", path) for pattern in patterns)


@pytest.mark.parametrize(("page", "link"), LINKS, ids=lambda value: value if isinstance(value, str) else value.name)
def test_a_link_leads_somewhere(page: Path, link: str) -> None:
    assert (page.parent / link).exists()


def test_every_hand_written_page_is_in_the_index() -> None:
    index = (ROOT / "docs/index.md").read_text()
    pages = [page.name for page in (ROOT / "docs").glob("*.md") if page.name not in ("index.md", "benchmarks.md")]
    assert [page for page in pages if f"({page})" not in index] == []


def test_the_quickstart_runs_from_its_first_command_to_its_last(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    blocks = [block.text for block in find_blocks("sh") if block.page == QUICKSTART]
    told = [run(*split_command(line), cwd=tmp_path).out for text in blocks for line in text.splitlines()]
    assert sum("lines = " in said for said in told) == 5
    assert "VA-05" in told[-1]
    monkeypatch.chdir(tmp_path)
    for block in find_blocks("python"):
        assert block.page in (QUICKSTART, "docs/paths.md"), (
            "a Python example elsewhere is not run: move it, or run it here"
        )
        exec(compile(block.text, block.page, "exec"), {})
    assert "product" in capsys.readouterr().out
