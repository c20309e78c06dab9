import tomllib

import pytest

from ingest import CHANNELS, EVENT_NAMES, read_mapping, read_site_map
from simulator import Simulation
from simulator.chains import PAGES
from simulator.settings_files import write_settings


@pytest.fixture
def settings() -> dict[str, dict[str, object]]:
    return {name: tomllib.loads(text) for name, text in write_settings().items()}


@pytest.mark.parametrize("table", ["app", "shelf", "orders", "catalogue"])
def test_ingest_takes_the_mappings(settings, table):
    read_mapping(settings[f"maps/{table}.toml"], table)


def test_ingest_takes_the_site_map_and_it_names_every_page_on_every_channel(settings):
    rules = read_site_map(settings["sitemap.toml"], "sitemap.toml").pages
    assert {(rule.channel, rule.page) for rule in rules} == {(c, p) for c in CHANNELS for p in PAGES}


def test_the_funnels_end_with_an_order(settings):
    funnels = settings["echannel.toml"]["funnels"]
    assert set(funnels) == {"order", "cart"}
    for funnel in funnels.values():
        events = [step["event"] for step in funnel["steps"]]
        assert events[0] == "view_item"
        assert events[-1] == "purchase"
        assert set(events) <= EVENT_NAMES


def test_the_tables_have_the_columns_that_their_mappings_name(settings, planted: Simulation):
    for file, mapping in (("orders.csv", "maps/orders.toml"), ("catalogue.csv", "maps/catalogue.toml")):
        header = planted.documents[file].splitlines()[0].split(",")
        assert sorted(settings[mapping]["fields"].values()) == sorted(header)
