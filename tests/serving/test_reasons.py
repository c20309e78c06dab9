import doctest
from typing import get_args

import pytest

from serving import LANGUAGES, reasons
from serving.reasons import Evidence, Language, tell_reason


def test_the_examples_run() -> None:
    assert doctest.testmod(reasons).failed == 0


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("evidence", get_args(Evidence))
@pytest.mark.parametrize("together", [0, 9, 10, 1_234_567])
def test_every_evidence_has_its_words(language: Language, evidence: Evidence, together: int) -> None:
    text = tell_reason(evidence, language, together=together, alone=2_000_000, name="Phone {x}")
    assert text
    assert ("{x}" in text) == (evidence in ("for_you", "bought_with", "because_viewed")), (
        "a name is text, never a pattern"
    )
    assert (f"{together:,}" in text) == (together >= 10 and evidence not in ("seen_before", "around", "alike_item"))
