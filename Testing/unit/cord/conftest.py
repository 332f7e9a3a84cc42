"""Fixtures of the cord's tests."""

from pathlib import Path

import pytest
from cord_tube import make_tube

REAL = Path(__file__).parents[4] / "shared" / "data"


@pytest.fixture
def tube():
    return make_tube()


@pytest.fixture
def real() -> Path:
    if not REAL.is_dir():
        pytest.skip("the real scans are not here")
    return REAL
