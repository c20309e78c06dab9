"""The page of formats tells them all, and what it says of them is so."""

import re

import pytest

from ingest import FORMATS, REASONS, choose_format, split_lines
from tests.docs.words import ROOT

PAGE = (ROOT / "docs/formats.md").read_text()
BESIDE = {"not_utf8", "not_gbk", "not_big5", "not_a_value", "not_gateway", "not_an_event", "not_spool"}


@pytest.mark.parametrize("name", FORMATS)
def test_each_format_is_told(name: str) -> None:
    assert f"`{name}`" in PAGE


def test_each_reason_of_a_shape_is_told_and_no_other() -> None:
    told = set(re.findall(r"`(not_\w+)`", PAGE))
    assert told == {reason for reason in REASONS if reason.startswith("not_")} - BESIDE


@pytest.mark.parametrize("log_format", re.findall(r"--format '([^']+)'", PAGE))
def test_each_string_that_is_shown_is_understood(log_format: str) -> None:
    [head] = split_lines([b"x\n"])
    assert choose_format(log_format, head, None, "the page").notice == ""


@pytest.mark.parametrize(
    "field", re.findall(r"\$\w+", PAGE[PAGE.index("| variable |") : PAGE.index("Every string needs")])
)
def test_each_variable_that_is_shown_is_known(field: str) -> None:
    [head] = split_lines([b"x\n"])
    others = {"$remote_addr", "$time_iso8601", "$request_uri"} - {field}
    assert choose_format(" ".join([field, *sorted(others)]), head, None, "the page").notice == ""
