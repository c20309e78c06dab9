"""The shelf: definitions that came through the API, kept like those of the settings."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import msgspec
import pytest

from api import make_tag
from echannel.exits import Stop
from echannel.funnels.reading import DefinitionError, read_definition, write_definition
from echannel.funnels.shelf import (
    FUNNEL_ID,
    MOST_FUNNELS,
    ShelfRefusal,
    keep_definition,
    merge_funnels,
    read_shelf,
    remove_definition,
)
from echannel.reports.questions import PUBLISHED
from echannel.workspace import open_workspace
from paths import FunnelDefinition, FunnelStep
from serving import Report, Text, encode_report

BUY = FunnelDefinition(steps=(FunnelStep(event="view_item"), FunnelStep(event="purchase")))
SLOW = msgspec.structs.replace(BUY, window_hours=72.0)
BUY_TAG = make_tag(write_definition(BUY, "buy"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "lake/funnels"


def refuse(folder: Path, funnel: FunnelDefinition, **conditions: list[str]) -> int:
    with pytest.raises(ShelfRefusal) as refused:
        keep(folder, funnel, **conditions)
    assert read_shelf(folder)["buy"].window_hours == BUY.window_hours, "and nothing changes"
    return refused.value.status


def keep(folder: Path, funnel: FunnelDefinition, **conditions: list[str]) -> bool:
    told = {"if_match": None, "if_none_match": None} | conditions
    return keep_definition(folder, "buy", funnel, **told).is_new  # type: ignore[arg-type]


def test_what_is_kept_survives_and_has_its_id_as_its_name(folder: Path) -> None:
    assert keep(folder, BUY)
    assert read_shelf(folder) == {"buy": msgspec.structs.replace(BUY, name="buy")}
    assert [path.name for path in sorted(folder.iterdir())] == [".lock", "buy.json"]


def test_to_keep_the_same_again_changes_nothing_and_needs_no_tag(folder: Path) -> None:
    keep(folder, BUY)
    before = (folder / "buy.json").stat().st_mtime_ns
    assert not keep(folder, BUY)
    assert not keep(folder, BUY, if_match=["of-an-answer-that-was-lost"])
    assert (folder / "buy.json").stat().st_mtime_ns == before


def test_to_change_one_its_tag_is_named(folder: Path) -> None:
    keep(folder, BUY)
    assert refuse(folder, SLOW) == 428
    assert refuse(folder, SLOW, if_match=["other"]) == 412
    assert refuse(folder, SLOW, if_match=[]) == 412
    assert refuse(folder, SLOW, if_none_match=["*"]) == 412
    assert not keep(folder, SLOW, if_match=[BUY_TAG])
    assert read_shelf(folder)["buy"].window_hours == 72


def test_to_make_one_that_must_not_be_there_yet(folder: Path) -> None:
    with pytest.raises(ShelfRefusal):
        keep(folder, BUY, if_match=["*"])
    assert keep(folder, BUY, if_none_match=["*"])
    assert refuse(folder, BUY, if_none_match=["*"]) == 412


def test_of_two_changes_at_once_one_is_told_of_the_other(folder: Path) -> None:
    keep(folder, BUY)

    def change(hours: int) -> bool:
        try:
            keep(folder, msgspec.structs.replace(BUY, window_hours=float(hours)), if_match=[BUY_TAG])
        except ShelfRefusal:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(change, range(30, 60))) == 1


def test_one_is_removed_if_it_is_the_one_that_was_seen(folder: Path) -> None:
    assert not remove_definition(folder, "buy", None)
    keep(folder, BUY)
    with pytest.raises(ShelfRefusal):
        remove_definition(folder, "buy", ["other"])
    assert remove_definition(folder, "buy", [BUY_TAG])
    assert read_shelf(folder) == {}


def test_the_shelf_is_not_endless(folder: Path) -> None:
    for number in range(MOST_FUNNELS):
        keep_definition(folder, f"f{number}", BUY, None, None)
    with pytest.raises(ShelfRefusal) as refused:
        keep(folder, BUY)
    assert refused.value.status == 409


def test_a_report_can_be_published_under_the_longest_id() -> None:
    longest = "x" * 40
    assert FUNNEL_ID.fullmatch(longest)
    assert not FUNNEL_ID.fullmatch(f"{longest}x")
    for subject in PUBLISHED:
        encode_report(Report(f"{subject}-{longest}", Text("", ""), Text("", ""), [], []))


def test_every_file_that_cannot_be_used_is_told_at_once(folder: Path) -> None:
    keep(folder, BUY)
    (folder / "broken.json").write_text("{")
    (folder / "old.json").write_text('{"steps": [{"event": "view_itme"}], "colour": "red"}')
    with pytest.raises(Stop) as told:
        read_shelf(folder)
    assert all(word in told.value.what for word in ("broken.json", "old.json", "view_item", "colour"))
    assert "buy.json" not in told.value.what


def test_what_a_writer_left_unfinished_is_no_definition(folder: Path) -> None:
    keep(folder, BUY)
    (folder / ".unfinished-buy").write_text("{")
    assert list(read_shelf(folder)) == ["buy"]


def test_the_settings_hold_where_both_define_a_funnel() -> None:
    assert merge_funnels({"buy": BUY}, {"buy": SLOW, "slow": SLOW}) == {"buy": BUY, "slow": SLOW}


def test_every_command_that_opens_the_lake_knows_the_shelf(tmp_path: Path, folder: Path) -> None:
    keep(folder, BUY)
    assert list(open_workspace(tmp_path / "lake", None).settings.funnels) == ["order", "buy"]


def test_what_does_not_fit_and_what_makes_no_sense_are_told_together() -> None:
    steps = [{"event": "view_itme"}, {"event": "purchase", "colour": "red"}, {"event": "add_to_cart", "page": 3}]
    with pytest.raises(DefinitionError) as told:
        read_definition({"steps": steps, "scope": "planet", "window_hours": "long"}, "funnel")
    places = [(fault.where, fault.what.split(".")[0]) for fault in told.value.faults]
    assert places == [
        ("funnel.steps[1].colour", "Unknown"),
        ("funnel.steps[2].page", "Expected `str | null`, got `int`"),
        ("funnel.window_hours", "Expected `float`, got `str`"),
        ("funnel", "scope is 'planet': choose visitor, customer, session or cart"),
        (
            "funnel",
            "Step 1 waits for an unknown event 'view_itme': did you mean view_item, view_item_list or view_cart?",
        ),
    ]


@pytest.mark.parametrize("document", [None, 1, [], {}, {"steps": 1}, {"steps": [1]}, {"steps": []}])
def test_what_is_no_definition_has_a_fault(document: object) -> None:
    with pytest.raises(DefinitionError) as told:
        read_definition(document)
    assert told.value.faults


def test_a_definition_is_written_in_few_words_and_read_again_as_it_was() -> None:
    document = {
        "steps": [
            {"event": "view_item", "where": [{"column": "price", "at_least": 100.0}]},
            {"event": "add_to_cart", "optional": True, "any_of": [{"event": "begin_checkout"}]},
            {"event": "purchase", "within_minutes": 30.0},
        ],
        "hold": ["item_id"],
        "exclude": [{"event": "remove_from_cart", "before_step": 3}],
        "breakdown": "channel",
    }
    funnel = read_definition(document)
    assert msgspec.json.decode(write_definition(funnel, "buy")) == document
    assert read_definition(msgspec.json.decode(write_definition(SLOW, "slow"))) == SLOW
