import polars as pl
import pytest

from ingest import Rejected, Source
from ingest.quarantine import SHOWN_OF_LONG, hide_people, quarantine_lines
from tests.intake import pseudonym

PHONE = "13800000001"
TOKEN = pseudonym("token", PHONE)


@pytest.mark.parametrize("encoding", ["utf-8", "gbk", "big5", "latin-1"])
def test_a_line_of_any_encoding_keeps_every_byte_but_numbers_and_secrets(encoding):
    text = "é" if encoding == "latin-1" else "號碼"
    line = f"{text}{PHONE}{text}?token=abc&x=1\0".encode(encoding)
    (hidden,) = hide_people(pl.Series([line]), pseudonym)
    assert hidden == f"{text}{TOKEN}{text}?token=<secret>&x=1\0".encode(encoding)


def test_a_line_is_kept_whole_with_what_it_takes_to_read_it_again():
    line = b"x" * 60_000
    rejected = Rejected.cast(pl.DataFrame({"line": [7, 8], "reason": ["bad_json", "line_too_long"], "raw": [line] * 2}))
    kept = quarantine_lines(rejected, Source("a.log", "s0", "ndjson", "app", recipe="{}"), pseudonym)
    assert kept["quarantine_id"].str.starts_with("s0:7:").to_list() == [True, False]
    assert kept.drop("raw", "quarantine_id").row(0, named=True) == {
        "source": "a.log", "line": 7, "format": "ndjson", "channel": "app",
        "reason": "bad_json", "recipe": "{}",
    }  # fmt: skip
    assert kept["raw"].to_list() == [line, b"x" * SHOWN_OF_LONG]


def name(line: bytes, number: int = 7) -> str:
    rejected = Rejected.cast(pl.DataFrame({"line": [number], "reason": ["bad_json"], "raw": [line]}))
    return quarantine_lines(rejected, Source("a.log", "s0", "ndjson"), pseudonym)["quarantine_id"][0]


def test_two_logs_that_begin_alike_keep_both_their_broken_lines():
    assert name(b"{broken") != name(b"{broken too")
    assert name(b"{broken") == name(b"{broken")


def test_the_id_of_a_line_does_not_depend_on_the_key():
    number = f"call {PHONE} ".encode()
    other = TOKEN.replace("<id:", "<id:")[:-9] + "00000000>"
    assert name(number) == name(f"call {TOKEN} ".encode()) == name(f"call {other} ".encode())
