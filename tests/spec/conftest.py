"""What the sentences about answers speak of."""

import pytest

from serving import Answers
from tests.serving.shop import make_shop


@pytest.fixture
def answers() -> Answers:
    return Answers(make_shop())
