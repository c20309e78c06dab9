import json
from pathlib import Path

import pytest

from echannel.intake.offering_files import OfferingFile
from ingest import BadInput
from lake import Lake
from tests.shell import run


def write(folder: Path, document: object) -> Path:
    file = folder / "offerings.json"
    file.write_text(document if isinstance(document, str) else json.dumps(document, indent=2))
    return file


def test_a_catalogue_is_ingested_whole_and_what_is_bad_is_put_aside(tmp_path: Path) -> None:
    related = [{"id": "X", "relationshipType": "requires"}]
    offerings = [{"id": "A", "name": "one"}, {"name": "nobody"}, {"id": "B", "productOfferingRelationship": related}]
    for _ in range(2):
        ran = run("ingest", write(tmp_path, offerings), "--format", "tmf620", "--lake", tmp_path / "lake", "--json")
        told = json.loads(ran.out)
        assert (told["lines"], told["quarantined"], told["reasons"]) == (3, 1, {"missing_field": 1})
        assert any("B requires X, not in this catalogue" in notice for notice in told["notices"])
    assert Lake(tmp_path / "lake").scan("products").collect()["item_id"].to_list() == ["A", "B"]


@pytest.mark.parametrize(("document", "rows"), [([], None), ({"id": "A"}, 1), ([1, "x", {"id": "A"}], 3)])
def test_a_list_is_parted_into_its_offerings_and_one_alone_is_one(
    tmp_path: Path, document: object, rows: object
) -> None:
    head = OfferingFile(write(tmp_path, document)).read_head(finished=True)
    assert (head.size if head else None) == rows


@pytest.mark.parametrize("document", ["", "[1,", "7", "[1] [2]"])
def test_what_is_no_catalogue_is_refused(tmp_path: Path, document: str) -> None:
    with pytest.raises(BadInput, match="does not read as JSON"):
        OfferingFile(write(tmp_path, document))
