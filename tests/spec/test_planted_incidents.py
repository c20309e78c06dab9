"""The two incidents planted in a made-up shop's events stand out in the reports on its funnel."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.shell import run

EXAMPLES = Path(__file__).parents[2] / "examples"
SETTINGS = """
[sessions]
zone = "UTC"
[funnels.visits]
scope = "session"
breakdown = "device"
steps = [{event = "begin_checkout"}, {event = "add_payment_info"}, {event = "purchase"}]
[funnels.mobile]
scope = "session"
steps = [
  {event = "begin_checkout", where = [{column = "device", is_in = ["mobile"]}]},
  {event = "add_payment_info"},
  {event = "purchase"},
]
"""
Ask = Callable[..., list[dict[str, float]]]


@pytest.fixture(scope="module")
def ask(data_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Ask:
    folder = tmp_path_factory.mktemp("shop")
    settings, lake = folder / "echannel.toml", folder / "lake"
    settings.write_text(SETTINGS)
    log = data_dir / "retentioneering_ecom/ecom.csv.gz"
    mapping = EXAMPLES / "retentioneering.toml"
    run("ingest", log, "--format", "csv", "--map", mapping, "--lake", lake, settings=settings)
    return lambda *words: run("report", *words, "--lake", lake, "--json", settings=settings).document["rows"]


def test_the_mobile_checkout_bug_shows_between_checkout_and_payment(ask: Ask) -> None:
    first, second, _ = ask(
        "funnel-comparison", "mobile", "--groups", "2024-04-09..2024-05-09", "2024-05-10..2024-06-30"
    )
    assert first["high"] < -0.1
    assert first["q_value"] < 0.001
    assert second["q_value"] > 0.05


def test_the_payment_incident_shows_between_payment_and_order(ask: Ask) -> None:
    rows = ask("funnel-comparison", "visits", "--groups", "2024-05-19..2024-06-07", "2024-01-01..2024-05-18")
    assert rows[1]["high"] < -0.1
    assert rows[1]["q_value"] < 0.001


def test_after_payment_its_error_page_separates_those_who_order_from_the_others(ask: Ask) -> None:
    found = {row["value"]: row for row in ask("funnel-separation", "visits", "--step", 2)}
    assert found["payment_error"]["high"] < 0.5
    assert found["payment_error"]["q_value"] < 0.01
