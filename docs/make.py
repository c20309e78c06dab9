"""Make the pages that the code can tell: `python -m docs.make`."""

import sys
from pathlib import Path

from docs.writers import (
    MADE,
    write_commands,
    write_example,
    write_exit_codes,
    write_http,
    write_index,
    write_reasons,
    write_settings,
    write_tables,
)

ROOT = Path(__file__).parents[1]


def write_pages() -> dict[str, str]:
    """Write every made page, by its path in the project; the same code gives the same pages."""
    return {
        "echannel.example.toml": write_example(),
        "docs/index.md": write_index(),
        "docs/settings.md": write_settings(),
        "docs/http.md": write_http(),
        "docs/reasons.md": write_reasons(),
        "docs/exit-codes.md": write_exit_codes(),
        **write_commands(),
        **write_tables(),
    }


def find_made_pages() -> set[str]:
    """Find the pages in the project that say they are made."""
    pages = (page for page in (ROOT / "docs").rglob("*.md") if page.read_text(encoding="utf-8").startswith(MADE))
    return {page.relative_to(ROOT).as_posix() for page in pages}


def main() -> None:
    """Write the pages, and remove made ones whose command or table is gone."""
    pages = write_pages()
    for name in sorted(find_made_pages() - set(pages)):
        (ROOT / name).unlink()
    for name, text in pages.items():
        place = ROOT / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8")
    sys.stdout.write(f"wrote {len(pages)} pages\n")


if __name__ == "__main__":
    main()
