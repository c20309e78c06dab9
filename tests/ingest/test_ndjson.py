import json

import polars as pl
import pytest

from ingest import BadInput, Batch, Line, Rejected, find_drift, open_ndjson, read_ndjson, say_drift
from tests.intake import map_columns

FIELDS = {"occurred_at": "t", "visitor_id": "v", "item_id": "props.sku"}


def read(*lines, fields=FIELDS, **more):
    mapping = map_columns(fields=fields, time={"unit": "s"}, **more)
    numbered = pl.DataFrame({"line": range(1, len(lines) + 1), "text": lines})
    return read_ndjson(Line.cast(numbered), mapping).sort("line")


def say(value, field="item_id"):
    """Return what becomes of a value, or the reason why nothing does."""
    read_back = read(f'{{"t":1,"v":"x","props":{{"sku":{value}}}}}')
    return read_back["reason"][0] or read_back[field][0]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ('"P1"', "P1"),
        ("5", "5"),
        ("true", "true"),
        ("1.50", "1.5"),
        ("12345678901234567890123", "12345678901234567890123"),
        ("-9223372036854775809", "-9223372036854775809"),
        ('"\\ud83d\\ude00"', "😀"),
        ('"\\ud800"', "\ufffd"),
        ('"a\\udc00\\ud83d\\ude00b"', "a\ufffd😀b"),
        ('"\\\\ud800"', "\\ud800"),
        ("null", None),
    ],
)
def test_values_as_text(value, text):
    assert say(value) == text


@pytest.mark.parametrize(("value", "reason"), [("{}", "not_a_value"), ("[1]", "not_a_value"), ("NaN", "bad_json")])
def test_what_is_no_value(value, reason):
    assert say(value) == reason


@pytest.mark.parametrize(
    "line", ["null", "[1]", "5", '"x"', "{", '{"t":1}{"t":2}', '{"t":1},{"t":2}', '{"t":1,}', "{'t':1}", '{"t":01}']
)
def test_a_line_that_is_not_one_object_spoils_itself_and_no_other(line):
    good = '{"t":1,"v":"x"}'
    assert read(good, line, good)["reason"].to_list() == [None, "bad_json", None]


def test_a_line_of_two_documents_and_two_of_one_do_not_make_up_for_each_other():
    told = read('{"t":1},{"t":2}', '{"x":[{}', "{}]}", '{"t":4,"v":"x","x":[{},{}]}')
    assert told["reason"].to_list() == ["bad_json", "bad_json", "bad_json", None]


def test_broken_lines_leave_the_values_of_the_others_as_they_are():
    numbers = ["1.0", "1e5", "100", "0.1"]
    lines = [f'{{"t":1,"v":"x","props":{{"sku":{number}}}}}' for number in numbers]
    alone, among = read(*lines), read("{", *lines, '{"props":5}', '{"t":1,"v":"x","props":{"sku":{}}}')
    assert alone["item_id"].to_list() == among["item_id"].to_list()[1:5] == ["1", "100000", "100", "0.1"]
    assert among["reason"].to_list() == ["bad_json", None, None, None, None, "not_a_value", "not_a_value"]


def test_of_a_key_written_twice_the_first_counts():
    assert read('{"t":1,"v":"x","v":"y"}')["visitor_id"].to_list() == ["x"]


@pytest.mark.parametrize(("depth", "reason"), [(100, None), (700, None), (30_000, "bad_json")])
def test_nesting_is_bounded(depth, reason):
    deep = f'{{"t":1,"v":"x","b":{"[" * depth}{"]" * depth}}}'
    assert read(deep, '{"t":1,"v":"y"}', extra=False)["reason"].to_list() == [reason, None]
    assert read(deep, "{", '{"t":1,"v":"y"}')["reason"].to_list() == [reason, "bad_json", None]


def test_a_byte_order_mark_in_a_file_put_together_is_no_fault():
    assert read('\ufeff{"t":1,"v":"x"}')["reason"].to_list() == [None]


def test_numbers_reach_into_lists():
    fields = {**FIELDS, "item_id": "items.0.sku", "category": "tags.1"}
    told = read('{"t":1,"v":"x","items":[{"sku":"a"},{"sku":"b"}],"tags":["p","q"]}', '{"t":1,"v":"x"}', fields=fields)
    assert told.select("item_id", "category").rows() == [("a", "q"), (None, None)]


def test_a_value_and_something_within_it_cannot_both_be_mapped():
    mapping = map_columns(fields={"occurred_at": "t", "visitor_id": "v", "item_id": "v.id"})
    with pytest.raises(BadInput, match=r"v is mapped as a value, and v\.id as something within it"):
        open_ndjson(Batch(Line.create_empty(), Rejected.create_empty(), 0), mapping, "x.ndjson")


ORDER = {"occurred_at": "t", "visitor_id": "v", "event_id": "id", "item_id": "items.sku", "price": "items.price"}


def explode(*lines, fields=ORDER):
    return read(*lines, fields=fields, explode="items")


def test_each_element_of_a_list_is_an_event_of_its_own():
    told = explode(
        '{"t":1,"v":"x","id":"o1","items":[{"sku":"a","price":5},{"sku":"b"}]}',
        '{"t":1,"v":"x","id":"o2","items":[]}',
        '{"t":1,"v":"x","id":"o3"}',
    )
    assert told.select("line", "part", "event_id", "item_id", "price").rows() == [
        (1, 1, "o1", "a", 5.0),
        (1, 2, "o1", "b", None),
        (2, None, "o2", None, None),
        (3, None, "o3", None, None),
    ]


def test_a_line_of_which_one_element_is_wrong_is_rejected_once_and_whole():
    told = explode('{"t":1,"v":"x","items":[{"sku":"a"},{"price":"dear"}]}', '{"t":1,"v":"x","items":{"sku":"a"}}')
    assert told.select("line", "reason").rows() == [(1, "bad_number"), (2, "not_a_value")]


def test_a_list_of_plain_values_can_be_taken_apart_too():
    told = explode('{"t":1,"v":"x","items":["a",7]}', fields={**FIELDS, "item_id": "items"})
    assert told["item_id"].to_list() == ["a", "7"]


def extras(line, **more):
    kept = read(line, **more)["extra"].to_list()
    return [None if text is None else json.loads(text) for text in kept]


def test_what_nobody_mapped_is_kept_as_it_was():
    line = '{"t":1,"v":"x","a":1.50,"b":[1,{"c":null}],"n":null,"e":"","props":{"sku":"s","colour":"red"},"f":12345678901234567890}'
    assert extras(line) == [
        {"a": 1.5, "b": [1, {"c": None}], "props": {"colour": "red"}, "f": 12345678901234567890}
    ]  # fmt: skip


@pytest.mark.parametrize("line", ['{"t":1,"v":"x"}', '{"t":1,"v":"x","props":{"sku":null}}', '{"t":1,"v":":5"}'])
def test_where_there_is_nothing_more_nothing_is_kept(line):
    assert extras(line) == [None]


def test_a_member_written_with_blanks_is_not_missed():
    assert extras('{ "t" : 1 , "v" : "x" , "a" : 5 }') == [{"a": 5}]


def test_extras_can_be_switched_off_and_columns_dropped():
    line = '{"t":1,"v":"x","a":1,"b":{"c":1,"d":2},"props":{"colour":"red"}}'
    assert extras(line, extra=False) == [None]
    assert extras(line, drop=["a", "b.c", "props.colour"]) == [{"b": {"d": 2}}]


def test_telling_members_are_left_out_at_any_depth_and_named():
    line = '{"t":1,"v":"x","phone":"13800138000","user":{"IMEI":"1","age":5,"more":[{"e-mail":"a@b","k":1}]}}'
    told = read(line)
    assert json.loads(told["extra"][0]) == {"user": {"age": 5, "more": [{"k": 1}]}}
    said = " ".join(say_drift(find_drift(told)))
    assert all(f"column {name} is left out" in said for name in ("phone", "user.IMEI", "user.more.e-mail"))


def test_each_exploded_event_keeps_the_rest_of_the_line_and_of_its_own_element():
    line = '{"t":1,"v":"x","till":3,"items":[{"sku":"a","note":"gift"},{"sku":"b"}]}'
    assert extras(line, fields=ORDER, explode="items") == [{"till": 3, "items": {"note": "gift"}}, {"till": 3}]
