import polars as pl

from ingest.readers.documents import FEW, read_paths


def read(*texts, paths=("a", "b/c", "d[]")):
    lines = pl.DataFrame({"line": range(1, len(texts) + 1), "text": texts})
    return read_paths(lines, paths).select(*paths, "fault").rows()


def test_paths_reach_into_objects_and_lists():
    assert read('{"a":1,"b":{"c":"x"},"d":["y","z"]}') == [("1", "x", "y", None)]
    assert read('{"a":1.5,"b":{}}', '{"a":true,"d":[]}') == [("1.5", None, None, None), ("true", None, None, None)]


def test_a_broken_line_spoils_itself_only():
    assert read('{"a":1}', '{"a":', '{"a":2}') == [
        ("1", None, None, None), (None, None, None, "bad_json"), ("2", None, None, None)
    ]  # fmt: skip


def test_many_lines_around_a_broken_one():
    texts = ['{"a":1}'] * (3 * FEW)
    texts[FEW] = "dirt"
    rows = read(*texts)
    assert [row[0] for row in rows].count("1") == len(texts) - 1
    assert rows[FEW] == (None, None, None, "bad_json")


def test_a_value_of_another_kind_is_nothing_and_the_rest_is_read():
    assert read('{"a":{"x":1},"b":"no object","d":"no list"}', '{"a":"x"}') == [
        (None, None, "no list", None), ("x", None, None, None)
    ]  # fmt: skip


def test_what_is_no_object():
    assert read("null", "[1]", "7", '{"a":1},{"a":2}', "") == [(None, None, None, "bad_json")] * 5


def test_a_document_over_two_lines_is_two_broken_lines():
    assert [row[-1] for row in read('{"a":1', '"b":{"c":2}}')] == ["bad_json", "bad_json"]


def test_a_document_over_two_lines_and_two_on_one_do_not_make_up_for_each_other():
    assert read('{"a":"x}', '{y"}', '{"a":1},{"a":2}', '{"a":3}') == [
        *[(None, None, None, "bad_json")] * 3, ("3", None, None, None)
    ]  # fmt: skip


def test_no_lines():
    lines = pl.DataFrame(schema={"line": pl.Int64, "text": pl.String})
    assert read_paths(lines, ["a"]).columns == ["line", "text", "a", "fault"]
