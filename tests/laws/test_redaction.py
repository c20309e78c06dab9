"""The two places that hide people, the collector and the reader of logs, hide the same."""

import re

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from api.collector.redaction import LOGIN_PARAMETER, Redactor
from echannel.people.keys import KeyedPseudonym
from ingest.identity import redact

PIECES = st.sampled_from(
    [
        "13800138000", "+8613912345678", "0086 13712345678", "8613612345678", "1795285669456", "token=a", "sid=b&", "PWD=c",
        "access_token=d", "sign=e", "session_id=f", "sidecar=g", "%20", "%3D", "&", "?", "/", " ", "a", "7", "套餐", "=", "",
    ]
)  # fmt: skip
TEXTS = st.lists(PIECES, max_size=12).map("".join)
COLLECTOR = Redactor(KeyedPseudonym(b"k" * 32), keep_addresses=True)


def keep_for_good(text: str) -> str:
    """Hide what a log's text tells, as it is done before it is kept for good."""
    return redact(pl.DataFrame({"text": [text]}), ["text"])["text"][0]


@given(TEXTS)
@settings(deadline=None)
def test_what_the_collector_lets_through_has_nothing_left_to_hide(text: str) -> None:
    collected = COLLECTOR.hide_text(text)
    assert keep_for_good(collected) == re.sub(r"<id:[0-9a-f]{32}>", "<phone>", collected)


@given(TEXTS)
@settings(deadline=None)
def test_secrets_are_the_same(text: str) -> None:
    assert LOGIN_PARAMETER.sub(r"\1=<secret>", text.replace("1", "x")) == keep_for_good(text.replace("1", "x"))
