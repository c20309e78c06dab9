import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest import tokenize_phones
from ingest.identity import redact
from tests.intake import pseudonym

pieces = st.one_of(
    st.from_regex(r"\A(\+86 ?|0086-?|86)?1[3-9][0-9]{9}\Z"),
    st.sampled_from(["", " ", "/", "5", "%20", "+", "86", "\n", "\0", "号", "token=abc&"]),
    st.text(max_size=5),
)
texts = st.lists(st.lists(pieces, max_size=6).map("".join) | st.none(), max_size=5)


@given(texts)
@settings(deadline=None)
def test_a_text_with_tokens_reads_as_the_text_itself_once_both_are_redacted(shown):
    text = pl.Series("text", shown, dtype=pl.String)
    hidden = tokenize_phones(text, pseudonym)
    kept = redact(pl.DataFrame({"text": text}), ["text"])
    assert redact(pl.DataFrame({"text": hidden}), ["text"]).equals(kept)
    assert tokenize_phones(hidden, pseudonym).equals(hidden)


def test_texts_without_a_number_are_handed_back_as_they_are():
    text = pl.Series(["a", None, "1772409600123"])
    assert tokenize_phones(text, pseudonym).equals(text)
