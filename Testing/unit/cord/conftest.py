"""Fixtures of the cord's tests."""

import pytest
from cord_tube import make_tube


@pytest.fixture
def tube():
    return make_tube()
