"""The glossary speaks the code's language."""

import re

import pytest

from docs.writers import list_tables
from echannel.reports import REPORTS
from ingest import CHANNELS, EVENT_NAMES
from tests.docs.words import ROOT, collect_words

GLOSSARY = (ROOT / "GLOSSARY.md").read_text()
ROWS = [line.split("|")[1:-1] for line in GLOSSARY.splitlines() if line.startswith("|") and "---" not in line]
NAMES = sorted({name for row in ROWS for name in re.findall(r"`([A-Za-z_]+)`", row[2])})
MENTIONED = sorted(set(re.findall(r"`([A-Za-z_]+)`", GLOSSARY)))


@pytest.mark.parametrize("name", MENTIONED)
def test_each_code_name_of_the_glossary_exists_in_the_code(name: str) -> None:
    assert name in collect_words()


@pytest.mark.parametrize("schema", list_tables().values(), ids=lambda schema: schema.__name__)
def test_each_table_is_explained(schema: type) -> None:
    assert schema.__name__ in NAMES


@pytest.mark.parametrize("name", sorted({*EVENT_NAMES, *CHANNELS}))
def test_each_event_name_and_channel_is_explained(name: str) -> None:
    assert name in NAMES


@pytest.mark.parametrize("name", sorted(REPORTS))
def test_each_report_has_a_row(name: str) -> None:
    words = {"paths": "click path", "landmarks": "hub", "rules": "rule"}
    assert words.get(name, name.replace("-", " ")) in GLOSSARY


def test_each_concept_stands_in_chinese_and_english() -> None:
    assert [row for row in ROWS if not (row[0].strip() and row[1].strip())] == []
