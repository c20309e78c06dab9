import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from echannel.people.pseudonyms import KeyedPseudonym, chain

KEY, NEXT = b"a" * 32, b"b" * 32
name = KeyedPseudonym(KEY)
HASH = name("token", "13800000001")[4:-1]


def test_pseudonyms_need_the_key_and_keep_kinds_apart():
    other = KeyedPseudonym(NEXT)
    assert name("customer", "13800000001") == name("customer", "13800000001")
    assert len({name("customer", "1"), name("visitor", "1"), other("customer", "1"), name("customer", "2")}) == 4
    assert "13800000001" not in name("customer", "13800000001")


def test_the_pseudonym_is_the_known_hmac():
    assert KeyedPseudonym(b"k" * 32)("customer", "13800000001") == "ce9297869841030be40b59ae5dd811e3d"


def test_one_search_finds_every_trace_of_a_person():
    kinds = {kind: name(kind, "13800000001") for kind in ("visitor", "customer", "event", "token")}
    assert kinds == {"visitor": f"v{HASH}", "customer": f"c{HASH}", "event": f"e{HASH}", "token": f"<id:{HASH}>"}


@pytest.mark.parametrize(
    "spelt",
    ["+86 138 0000 0001", "0086138-0000-0001", "8613800000001", "138-00000001", f"<id:{HASH}>", f"-<id:{HASH}> "],
)
def test_spellings_and_tokens_name_the_same_person(spelt):
    assert name("customer", spelt) == f"c{HASH}"


@pytest.mark.parametrize("raw", ["13800000001", "an old cookie", "user-13800000001"])
def test_the_next_key_hashes_on_what_the_first_has_made(raw):
    both = KeyedPseudonym(KEY, NEXT)
    assert both("customer", raw) == "c" + chain((NEXT,), name("customer", raw)[1:])


@given(st.text(max_size=30) | st.from_regex(r"\A.?(\+?86)?[ -]{0,2}1[3-9][0-9]{9}.?\Z"))
@example("14907235077:")  # whose token has eleven digits in a row, as a phone number has
def test_marks_of_lines_and_logs_survive_a_change_of_key(raw):
    both = KeyedPseudonym(KEY, NEXT)
    assert both("line", raw) == name("line", raw) == both("line", both("text", raw))
    assert both("source", raw) == name("source", raw) != name("question", raw) == both("question", raw)


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("13800000001", "#"),
        ("13800000001,13800000001 13800000001", "#,# #"),
        ("tel=+8613800000001&a", "tel=#&a"),
        ("tel=008613800000001", "tel=#"),
        ("tel=%2013800000001%20", "tel=%20#%20"),
        ("tel=%2B8613800000001", "tel=%2B#"),
        ("86-13800000001.", "#."),
        ("0c5d8a31-a139-4123-8456-2f0c9b7d1e55", "0c5d8a31-a139-4123-8456-2f0c9b7d1e55"),
        ("号码13800000001号", "号码#号"),
        ("1772409600123 138000000012 23800000001", "1772409600123 138000000012 23800000001"),
        ("200 0 187 1234 5678 86 13800000001", "200 0 187 1234 5678 86 #"),
        ("tel=13８00000001", "tel=#"),
        ("", ""),
    ],
)
def test_texts_show_tokens_for_phone_numbers_and_nothing_else_changes(text, hidden):
    assert name("text", text) == hidden.replace("#", f"<id:{HASH}>")
