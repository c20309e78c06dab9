from typing import Annotated

import msgspec
import pytest

from api import find_shape_faults


class Part(msgspec.Struct, forbid_unknown_fields=True):
    name: str
    size: Annotated[int, msgspec.Meta(ge=1)] = 1


class Whole(msgspec.Struct, forbid_unknown_fields=True):
    parts: tuple[Part, ...]
    first: Part | None = None
    label: str | tuple[str, ...] = ()


def find(document: object) -> list[tuple[str, str]]:
    return [(fault.where, fault.what) for fault in find_shape_faults(document, Whole)]


def test_what_fits_has_no_fault() -> None:
    assert find({"parts": [], "first": None, "label": ["a"]}) == []
    assert find({"parts": [{"name": "a", "size": 2}], "first": {"name": "b"}, "label": "a"}) == []


def test_everything_that_does_not_fit_is_told_with_its_place() -> None:
    parts = [{"name": 1, "size": 0}, {"nmae": "a"}, 3]
    assert find({"parts": parts, "label": 4, "colour": "red"}) == [
        ("colour", "Unknown. Did you mean parts or first or label? Else leave it away."),
        ("parts[0].name", "Expected `str`, got `int`."),
        ("parts[0].size", "Expected `int` >= 1."),
        ("parts[1].nmae", "Unknown. Did you mean name? Else leave it away."),
        ("parts[1].name", "It is missing."),
        ("parts[2]", "An object is needed, in braces."),
        ("label", "Expected `str | array`, got `int`."),
    ]


@pytest.mark.parametrize("document", [None, 1, "x", []])
def test_what_is_no_object_is_one_fault(document: object) -> None:
    assert find(document) == [("body", "An object is needed, in braces.")]


def test_what_somebody_wrote_is_not_said_back() -> None:
    told = str(find({"parts": [{"name": "a", "size": "13800138000"}], "first": "13800138000", "13800138000": 1}))
    assert "13800138000" not in told
