import polars as pl

from ingest.readers.numbers import read_numbers, write_text
from ingest.readers.vocabulary import translate_names


def test_a_whole_name_goes_before_a_beginning_and_a_longer_one_before_a_shorter():
    words = {"C1": "login", "C*": "refund", "CX*": "share", "*": "purchase"}
    names = pl.Series("name", ["C1", "C2", "CX9", "4711", "view_item", None])
    assert translate_names(names, words).to_list() == ["login", "refund", "share", "purchase", "view_item", None]


def test_without_a_word_a_name_stays():
    names = pl.Series("name", ["pv", "buy", None])
    assert translate_names(names, {"pv": "view_item"}).to_list() == ["view_item", "buy", None]


def test_counted_pieces_are_whole():
    assert read_numbers(pl.Series("quantity", ["2", "2.0", "2.5", "two", None])).to_list() == [2, 2, None, None, None]
    assert read_numbers(pl.Series("quantity", [2.0, 2.5, float("inf"), None])).to_list() == [2, None, None, None]
    assert read_numbers(pl.Series("price", ["2", "2.5", "inf", "1e3"])).to_list() == [2.0, 2.5, None, 1000.0]


def test_an_id_held_as_a_float_is_written_as_it_is_meant():
    assert write_text(pl.Series("customer_id", [13085.0, 1.5, None])).to_list() == ["13085", "1.5", None]
    assert write_text(pl.Series("item_id", [True, False])).to_list() == ["true", "false"]
