"""What every test may ask for."""

import os
from pathlib import Path

import pytest
from hypothesis import settings

import echannel  # noqa: F401  # sets the threads of small products before numpy is imported

settings.register_profile("people", deadline=None)
settings.register_profile("ci", derandomize=True, deadline=None)
settings.load_profile("ci" if os.environ.get("CI") else "people")
"""A change lands or not by what it does, not by chance or by how busy a machine is; people look for new examples."""


@pytest.fixture(scope="session")
def data_dir() -> Path:
    """Find the real data that the project may not ship."""
    folder = os.environ.get("ECHANNEL_TEST_DATA")
    if not folder:
        pytest.skip("set ECHANNEL_TEST_DATA to the folder with the real data sets to run this test")
    return Path(folder)
