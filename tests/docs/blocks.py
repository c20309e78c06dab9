"""Blocks: the examples that stand in the pages, by language."""

import re
import shlex
from typing import NamedTuple

from tests.docs.words import ROOT

PAGES = [
    ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "GLOSSARY.md", "examples/README.md")
] + sorted((ROOT / "docs").rglob("*.md"))


class Block(NamedTuple):
    """One example of one page."""

    page: str
    language: str
    text: str


def find_blocks(language: str) -> list[Block]:
    """Find all examples in a language."""
    pattern = re.compile(rf"^```{language}\n(.*?)^```$", re.MULTILINE | re.DOTALL)
    return [
        Block(page.relative_to(ROOT).as_posix(), language, text)
        for page in PAGES
        for text in pattern.findall(page.read_text())
    ]


def find_commands() -> list[tuple[str, str]]:
    """Find every line of the shell examples that calls echannel, with its page."""
    blocks = [*find_blocks("sh"), *find_blocks("text")]
    lines = [(block.page, line) for block in blocks for line in block.text.splitlines()]
    return [(page, line) for page, line in lines if line.startswith("echannel ") and "[" not in line]


def split_command(line: str) -> list[str]:
    """Split a line into the words after `echannel`, without comment and what a pipe does with the answer."""
    words = shlex.split(line, comments=True)[1:]
    return words[: words.index("|")] if "|" in words else words
