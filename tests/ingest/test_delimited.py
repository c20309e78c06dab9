import csv
import io
import json

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest import Batch, Line, Rejected, open_csv, open_gateway, read_csv, read_header
from tests.intake import map_columns

NAMES = ["t", "v", "item"]
FIELDS = {"occurred_at": "t", "visitor_id": "v", "item_id": "item"}


def batch(*lines, first=1):
    numbered = pl.DataFrame({"line": range(first, first + len(lines)), "text": lines})
    return Batch(Line.cast(numbered), Rejected.create_empty(), 0)


def read(*lines, columns=NAMES, **more):
    mapping = map_columns(**{"columns": columns, "fields": FIELDS, "time": {"unit": "s"}, **more})
    return read_csv(batch(*lines).lines, columns, mapping).sort("line")


def items(*lines, **more):
    return [reason or item for item, reason in read(*lines, **more).select("item_id", "reason").iter_rows()]


def test_quotes_hold_the_separator_and_doubled_quotes():
    assert items('1,x,"a,b"', '1,x,"say ""hi"""', '"1","x",""', '1,x,5" pipe') == ["a,b", 'say "hi"', None, '5" pipe']


@pytest.mark.parametrize("line", ['1,x,"a', '1,x,"a"b', '1,"x,a', '"1,x,a'])
def test_a_stray_quote_spoils_its_own_line_only(line):
    assert items("1,x,a", line, '1,x,"b"') == ["a", "bad_quotes", "b"]


@pytest.mark.parametrize("line", ["1,x", "1,x,a,b", '1,"x"', '1,x,"a",b'])
def test_a_line_with_other_than_its_columns(line):
    assert items(line) == ["field_count"]


@pytest.mark.parametrize("separator", ["|", "^", "]", "-", "\\", "\t", "\x01", "|@|", "||", "{,}", "::"])
def test_separators_of_any_sign_and_length(separator):
    plain, quoted = separator.join(["1", "x", "a"]), separator.join(["1", "x", f'"a{separator}""b"'])
    assert items(plain, quoted, separator=separator) == ["a", f'a{separator}"b']


def test_without_quotes_a_quote_is_an_ordinary_sign():
    assert items('1,x,"a"', '1,x,"', quotes=False) == ['"a"', '"']


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\r\n\0"), max_size=6), min_size=3, max_size=3))
def test_what_another_writer_quotes_is_read_back(fields):
    out = io.StringIO()
    csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="").writerow(["1", *fields, "x"])
    mapping = {"columns": ["t", "a", "b", "c", "v"], "fields": {"occurred_at": "t", "visitor_id": "v"}}
    told = read(out.getvalue(), **mapping)
    kept = json.loads(told["extra"][0] or "{}")
    assert [kept.get(name, "") for name in "abc"] == fields


def test_a_headers_columns_all_have_names_and_no_two_the_same():
    assert read_header("\ufeffid;;name;name", ";") == ["id", "column 2", "name", "name 4"]
    assert read_header('"a"|@|c', "|@|") == ["a", "c"]


def open_lines(opener, *lines, **document):
    mapping = map_columns(**document)
    opened = list(opener(batch(*lines), mapping, "x.csv")([batch(*lines)]))
    return opened[0][0], pl.concat([reader(part.lines) for part, reader in opened]).sort("line")


def test_the_header_is_ignored_wherever_files_were_put_together():
    opened, told = open_lines(open_csv, "t,v,item", "1,x,a", "t,v,item", "1,x,b", fields=FIELDS, time={"unit": "s"})
    assert (opened.blank, told["line"].to_list(), told["item_id"].to_list()) == (2, [2, 4], ["a", "b"])


def test_columns_named_by_hand_take_the_first_line_for_a_row_unless_a_header_is_named_too():
    named = {"columns": NAMES, "fields": FIELDS, "time": {"unit": "s"}}
    assert len(open_lines(open_csv, "1,x,a", "1,x,b", **named)[1]) == 2
    assert len(open_lines(open_csv, "when,who,what", "1,x,b", header=True, **named)[1]) == 1


def test_a_gateways_log_by_mapping_has_tabs_where_nothing_is_said_and_no_quotes():
    _, told = open_lines(open_gateway, '1\tx\t"a', columns=NAMES, fields=FIELDS, time={"unit": "s"})
    assert told["item_id"].to_list() == ['"a']


def test_the_mark_before_a_file_is_not_part_of_its_first_field():
    assert items("\ufeff1,x,a") == ["a"]


def test_columns_that_nobody_mapped_are_kept_aside_where_they_say_something():
    told = read("1,x,a,red,,5", "1,x,b,,,", columns=[*NAMES, "colour", "empty", "n"])
    assert told["extra"].to_list() == ['{"colour":"red","n":"5"}', None]
    assert read("1,x,a,red", columns=[*NAMES, "colour"], drop=["colour"])["extra"].to_list() == [None]
    assert read("1,x,a,red", columns=[*NAMES, "colour"], extra=False)["extra"].to_list() == [None]


def test_extras_are_json_whatever_they_hold():
    said = 'a","b":null,{"c":null}\\'
    told = read(f"1,x,a,{said!s}", columns=[*NAMES, "one", "two", "three"], quotes=False)
    assert json.loads(told["extra"][0]) == {"one": 'a"', "two": '"b":null', "three": '{"c":null}\\'}
