"""The command, run in the process of the tests, with a detection that is faked."""

import sys

import pytest
from fake_pipeline import FakePipeline

import u2ad


@pytest.fixture
def pipeline(monkeypatch: pytest.MonkeyPatch) -> FakePipeline:
    fake = FakePipeline()
    monkeypatch.setitem(sys.modules, "u2ad.pipeline", fake)
    monkeypatch.setattr(u2ad, "pipeline", fake, raising=False)
    return fake
