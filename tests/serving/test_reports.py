import msgspec
import pytest

from serving import ReportColumn, ReportError, Text, decode_report, encode_report
from tests.serving.shop import make_report


def test_a_report_comes_back_as_it_was() -> None:
    assert decode_report(encode_report(make_report())) == make_report()


def test_a_row_that_does_not_fit_the_columns_is_refused() -> None:
    wide = msgspec.structs.replace(make_report(), rows=[["delivery", 1.0], ["cart", 1.0, "more"]])
    with pytest.raises(ReportError, match="row 2"):
        encode_report(wide)


@pytest.mark.parametrize("name", ["", "../x", "A", "a b", "x" * 65, "-x"])
def test_a_name_that_is_no_file_name_is_refused(name: str) -> None:
    with pytest.raises(ReportError, match="name"):
        encode_report(msgspec.structs.replace(make_report(), name=name))


@pytest.mark.parametrize("document", [b"", b"{}", b"[1]", b"\xff", b'{"name":"x","extra":1}'])
def test_what_is_no_report_is_refused(document: bytes) -> None:
    with pytest.raises(ReportError, match="encode_report"):
        decode_report(document)


def test_a_column_knows_how_it_reads() -> None:
    column = msgspec.json.decode(b'{"name":"n","title":{"en":"N","zh":"N"},"kind":"share"}', type=ReportColumn)
    assert column == ReportColumn("n", Text("N", "N"), "share")
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(b'{"name":"n","title":{"en":"N","zh":"N"},"kind":"colour"}', type=ReportColumn)
