"""Reports on page layouts: every word in both languages."""

from echannel.reports.words import LAYOUT_CHANGES, LAYOUT_LEFT_OUT, LAYOUT_VERDICTS
from recommend.layout.changes import CHANGES
from recommend.layout.plan import LEFT_OUT_REASONS
from recommend.layout.worth import VERDICTS


def test_each_reason_change_and_verdict_has_its_words() -> None:
    assert tuple(LAYOUT_LEFT_OUT) == LEFT_OUT_REASONS
    assert set(LAYOUT_CHANGES) == set(CHANGES)
    assert set(LAYOUT_VERDICTS) == {*VERDICTS, "too little evidence"}
