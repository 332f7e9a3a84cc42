"""The module in its panel, as a reader meets it."""

from __future__ import annotations

from pathlib import Path

import pytest
from panel_hour import Hour
from scene_results import detected


@pytest.fixture(scope="session")
def detection():
    """Two bright spots in a tube of cord; nothing changes it."""
    return detected()


@pytest.fixture
def data(tmp_path, monkeypatch) -> Path:
    """Where journals of this test are kept."""
    folder = tmp_path / "data"
    monkeypatch.setenv("U2ADSLICER_DATA", str(folder))
    return folder


@pytest.fixture
def hour(desktop, data) -> Hour:
    """The module is open, the scene is empty."""
    return Hour(desktop)


@pytest.fixture
def reviewed(hour, detection) -> Hour:
    """A scan is loaded and its detection has just been shown."""
    hour.load(detection)
    hour.take(detection)
    return hour
