"""The index: the way to every page."""

from collections.abc import Iterable

from docs.writers.commands import list_commands
from docs.writers.docstrings import read_docstring
from docs.writers.markdown import write_list, write_page
from docs.writers.tables import list_tables

HAND_WRITTEN = {
    "quickstart.md": "From your own logs to the first answer in ten minutes.",
    "funnel-reports.md": "Funnels: steps, times, trend, two groups, what separates those who convert, who was lost.",
    "getting-logs-in.md": "Getting logs in: nginx, an app, a tracker, a topic; and what becomes of each bad line.",
    "formats.md": "Formats: every log that is read, what is taken from it, and logs in a form of their own.",
    "trackers.md": "Trackers: what Snowplow, 神策, Segment and PostHog send, and how clocks are corrected.",
    "mapping.md": "Mapping files: any log's columns to our fields.",
    "site_map.md": "Site maps: which page and event a URL or screen stands for.",
    "how-it-flows.md": "The way of a log line to an answer, and the rooms of the code.",
    "paths.md": "Click paths: the graph, steps, flows, one page, two groups; what each number means.",
    "robots.md": "Robots: who is no person and why; devices, browsers and systems.",
    "sessions.md": "Sessions: what cuts them and why, and the presets of known products.",
    "path-search.md": "Ways: who went this way, asked by a pattern; the ways of most; the pages that a goal hangs on.",
    "funnels.md": "Funnels: steps, windows, order, ties, exclusions, hold, scope and breakdown, each with an example.",
    "abandonment.md": "Giving up: carts, recovery, drop-off, and how a story is told from chance.",
    "reliability.md": "What was done to ingest and the lake, how often, and what held.",
    "api-keys.md": "Keys of the API: who may ask for what, and how callers show it.",
    "reports-on-demand.md": "Reports on demand, funnels defined through the API, and those who were lost.",
    "exports.md": "Reports as files: forms, where they go, and their encoding.",
    "privacy.md": "What is hidden, where the key lies, and what is not done yet.",
    "next-click.md": "How the next click is told and answered: models, options, the gate.",
    "lists.md": "Lists: also viewed, also bought, bought after viewing; what counts, and how it is ranked.",
    "bundles.md": "Bundles: what to sell together, at which discount or at none, and how to prove it.",
    "business-rules.md": "Business rules: what may be shown; what merchandisers may change; turning pages.",
    "stickiness.md": "Stickiness: how people stay with a product, and how surely that is known.",
    "page-layout.md": "Page layout: what a place is worth, and what a product, with evidence.",
    "for-you.md": "For you: three models of which one answers, the search of settings, rebuilds, and the gate.",
    "off-policy.md": "What a new policy would have earned, told from the log of the one in place, and how surely.",
    "quality.md": "How well all this does on data that others can get: asked, reached, missed.",
    "benchmarks.md": "Ratios against named rivals, good and bad.",
    "decisions/": "Why things are as they are, half a page each.",
    "../GLOSSARY.md": "中文 – English – name in the code.",
    "../examples/README.md": "Mappings for two public data sets.",
    "../CONTRIBUTING.md": "How the code is laid out and how to add to it.",
    "../CHANGELOG.md": "What changed for users.",
}
MADE_PAGES = {
    "settings.md": "Every setting, its default and its reason.",
    "http.md": "Every route, with an answer.",
    "reasons.md": "Why a line is quarantined.",
    "exit-codes.md": "How a command ends.",
}


def write_index() -> str:
    """Write the page that leads to all others."""
    commands = ((f"commands/{name.replace(' ', '-')}.md", read_docstring(command.callback).split("\n")[0])
                for name, command in list_commands().items())  # fmt: skip
    tables = ((f"tables/{name}.md", read_docstring(schema)) for name, schema in list_tables().items())
    return write_page(
        "Pages",
        _write_links(HAND_WRITTEN.items()),
        f"## Made from the code\n\n{_write_links(MADE_PAGES.items())}",
        f"## Commands\n\n{_write_links(commands)}",
        f"## Tables\n\n{_write_links(tables)}",
    )


def _write_links(pages: Iterable[tuple[str, str]]) -> str:
    return write_list(f"[{_name(page)}]({page}): {told}" for page, told in pages)


def _name(page: str) -> str:
    """Name a page after its file; a folder's first page after the folder."""
    return page.removesuffix("/README.md").removesuffix(".md").rsplit("/", 1)[-1]
