"""The page of funnels: each of its examples gives the levels that stand below it."""

import re
import tomllib
from datetime import datetime

import msgspec
import pytest

from paths import Condition, Exclusion, FunnelDefinition, FunnelStep, measure_levels, name_funnels
from tests.docs.words import ROOT
from tests.drawing import at, draw, draw_rows

PAGE = (ROOT / "docs/funnels.md").read_text()
EXAMPLES = re.findall(r"```toml\n(.*?)```\n+```text\n(.*?)```\n+```text\n(.*?)```", PAGE, flags=re.DOTALL)


@pytest.mark.parametrize(("settings", "events", "wanted"), EXAMPLES, ids=lambda text: text.split("]")[0].strip("["))
def test_an_example_gives_the_levels_below_it(settings: str, events: str, wanted: str) -> None:
    (funnel,) = name_funnels(msgspec.convert(tomllib.loads(settings)["funnels"], dict[str, FunnelDefinition])).values()
    levels = measure_levels(draw(events), funnel, at("9 00:00"))
    rows = draw_rows(wanted)
    shown = [{name: _show(cell) for name, cell in level.items()} for level in levels.iter_rows(named=True)]
    assert [{name: row["reached_at" if name == "reached" else name] for name in rows[0]} for row in shown] == rows


def _show(cell: object) -> str | None:
    if isinstance(cell, list):
        return " ".join(f"{time:%H:%M}" if isinstance(time, datetime) else "-" for time in cell)
    return None if cell is None else str(cell)


def test_every_example_has_events_and_levels() -> None:
    assert len(EXAMPLES) == PAGE.count("```toml") > 9


@pytest.mark.parametrize("kind", [FunnelDefinition, FunnelStep, Exclusion, Condition])
def test_every_option_is_told(kind: type[msgspec.Struct]) -> None:
    told = set(re.findall(r"`(\w+)`|^(\w+) = |\b(\w+) = ", PAGE, flags=re.MULTILINE))
    words = {word for found in told for word in found}
    assert [key.name for key in msgspec.structs.fields(kind) if key.name not in words] == []
