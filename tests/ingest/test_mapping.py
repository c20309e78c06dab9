import pytest

from ingest import IDENTITY, BadInput, read_mapping

GOOD = {"occurred_at": "t", "visitor_id": "v"}


def refuse(**document):
    with pytest.raises(BadInput) as refusal:
        read_mapping(document, "my.toml")
    return str(refusal.value)


def test_every_fault_is_named_at_once():
    message = refuse(
        fields={"visitorid": "user", "occurred_at": "time", "item_id": [], "page": 5},
        nams={"pv": "view_item"},
        names={"pv": "view_itm"},
        channel="tv",
        header=False,
        separator="",
        time={"zone": "Mars/Olympus", "format": "%H:%M", "unti": "s"},
        explode="items",
        extra="no",
    )
    for fault in (
        "my.toml",
        "unknown key 'nams' (did you mean names",
        "unknown key 'time.unti' (did you mean unit",
        "`extra` is wrong: Expected `bool`, got `str`",
        "`fields` is wrong",
        "no column for occurred_at",
        "'view_itm' (did you mean view_item",
        "unknown channel 'tv'",
        "`columns` is needed",
        "`separator` must be one sign or more",
        "unknown time zone 'Mars/Olympus'",
        "`time.format` '%H:%M' does not make a time",
        "no field reads 'items'",
        "docs/mapping.md",
    ):
        assert fault in message


def test_fields_that_are_misspelt_or_empty_are_named():
    message = refuse(fields={"visitorid": "user", "occurred_at": "time", "item_id": [], "location": "a", "url": "b"})
    for fault in (
        "'visitorid' (did you mean visitor_id",
        "no column for visitor_id or customer_id",
        "the field 'item_id' names no column",
        "`url` and `location`",
    ):
        assert fault in message


def test_columns_must_have_what_every_row_needs():
    message = refuse(fields=GOOD, columns=["T", "v", "v"])
    assert "`columns` has no 't' (did you mean T?)" in message
    assert "`columns` names v twice" in message


@pytest.mark.parametrize("signs", ["plain", "%Q", "%Y", "%H:%M:%S", "%Y-%m"])
def test_a_format_must_make_a_day_of_what_it_writes(signs):
    assert "`time.format`" in refuse(fields=GOOD, time={"format": signs})


def test_a_unit_and_a_format_are_one_too_many():
    assert "give one of them" in refuse(fields=GOOD, time={"format": "%Y%m%d", "unit": "s"})


@pytest.mark.parametrize(("into", "missing"), [("orders", "ordered_at"), ("products", "item_id")])
def test_each_table_has_its_own_needs(into, missing):
    assert missing in refuse(into=into, fields={"price": "p"})


@pytest.mark.parametrize(
    ("document", "has_header"),
    [({}, True), ({"columns": ["t", "v"]}, False), ({"columns": ["t", "v"], "header": True}, True)],
)
def test_a_header_is_expected_where_no_columns_are_named(document, has_header):
    assert read_mapping({"fields": GOOD, **document}, "x").has_header is has_header


def test_a_table_of_our_own_names_needs_no_file():
    assert IDENTITY.need_columns(["occurred_at", "customer_id"]) == []
    assert IDENTITY.need_columns(["customer_id"]) == ["occurred_at"]
