"""What every test may ask for."""

import os
from pathlib import Path

import pytest

import echannel  # noqa: F401  # sets the threads of small products before numpy is imported


@pytest.fixture(scope="session")
def data_dir() -> Path:
    """Find the real data that the project may not ship."""
    folder = os.environ.get("ECHANNEL_TEST_DATA")
    if not folder:
        pytest.skip("set ECHANNEL_TEST_DATA to the folder with the real data sets to run this test")
    return Path(folder)
