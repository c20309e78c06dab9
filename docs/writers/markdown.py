"""Markdown: the few forms that the pages are made of."""

from collections.abc import Iterable, Sequence

MADE = "<!-- Made by `make docs` from the code; change the code, not this page. -->"


def write_page(title: str, *parts: str) -> str:
    """Put a made page together: the mark, the title, and the parts that are not empty."""
    return "\n\n".join([MADE, f"# {title}", *(part.strip() for part in parts if part.strip())]) + "\n"


def write_table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Write a table; empty where it has no rows."""
    lines = [_write_row(row) for row in rows]
    return "\n".join([_write_row(heads), _write_row(["---"] * len(heads)), *lines]) if lines else ""


def write_code(text: str, language: str = "") -> str:
    """Write a block of code."""
    return f"```{language}\n{text.strip()}\n```"


def write_list(lines: Iterable[str]) -> str:
    """Write a list."""
    return "\n".join(f"* {line}" for line in lines)


def _write_row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cell.replace('|', chr(92) + '|').replace(chr(10), ' ') for cell in cells)} |"
