"""What the settings ask in vain is refused before a model is trained."""

from datetime import UTC, datetime, timedelta

import pytest

from echannel.exits import Stop
from echannel.training.publishing import train_and_publish
from echannel.tree import Settings
from echannel.workspace import Workspace
from recommend import LayoutSettings, PageSettings, Pin
from serving import ListPin, MerchandisingSettings, read_current
from tests.drawing import DAY_ONE, make_events
from tests.echannel.training.circles import open_space
from tests.showings import draw_products

NOW = datetime(2026, 3, 12, tzinfo=UTC)
CATALOGUE = """
    item_id | category | margin
    A       | plans    |     10
    B       | plans    |     20
"""


def open_shelf(folder, settings: Settings) -> Workspace:
    """Show two products in two places of two pages to forty visitors at one moment: nothing to judge a model by."""
    shown = {"name": "view_item_list", "slot": "a", "recommendation_id": "r", "occurred_at": DAY_ONE}
    clicked = {**shown, "name": "select_item", "occurred_at": DAY_ONE + timedelta(seconds=1)}
    rows = [
        {**row, "visitor_id": f"v{number:02}", "page": page, "position": place, "item_id": "AB"[(place + number) % 2]}
        for number in range(40)
        for page in ("home", "away")
        for row, places in ((shown, (1, 2)), (clicked, (1 + number % 3 // 2,)))
        for place in places
    ]
    space = open_space(folder, make_events(rows), settings)
    space.lake.replace("products", draw_products(CATALOGUE))
    return space


def refuse(tmp_path, **sections: object) -> Stop:
    space = open_shelf(tmp_path / "lake", Settings(**sections))
    with pytest.raises(Stop) as refused:
        train_and_publish(space, NOW)
    assert read_current(space.serving_folder) is None
    return refused.value


def test_pins_that_no_page_can_keep_are_refused_before_any_model_is_judged_and_those_of_all_pages_at_once(tmp_path):
    pages = {"home": PageSettings(pins=(Pin("a:9", "A"),)), "away": PageSettings(pins=(Pin("a:1", "C"),))}
    refused = refuse(tmp_path, layout=LayoutSettings(pages=pages))
    assert "page home: A is pinned to a:9, no slot of the page" in refused.what
    assert "page away: C is pinned to a:1, but left out (not in the catalogue): take away the pin" in refused.what
    assert refused.where == "[layout.pages.away], [layout.pages.home]"


def test_pins_of_what_the_catalogue_does_not_know_are_refused_as_early(tmp_path):
    assert "the pin of C" in str(refuse(tmp_path, merchandising=MerchandisingSettings(pins=(ListPin("C"),))))


def test_with_nothing_asked_in_vain_it_is_the_sessions_that_are_too_few(tmp_path):
    assert "too few sessions" in str(refuse(tmp_path, layout=LayoutSettings(pages={"home": PageSettings()})))
