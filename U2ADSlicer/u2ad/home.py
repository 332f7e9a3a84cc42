"""The folder in which this program keeps what is the user's own: journals and adapted models. Standard library only."""

from __future__ import annotations

import os
import sys
from pathlib import Path

DATA_FOLDER = "U2ADSLICER_DATA"
"""Environment variable that puts the data folder elsewhere."""


def default_root() -> Path:
    """The user's own data folder for this program; the environment variable ``U2ADSLICER_DATA`` goes first."""
    told = os.environ.get(DATA_FOLDER)
    if told:
        return Path(told)
    if sys.platform == "win32":
        local = os.environ.get("LOCALAPPDATA")
        return (Path(local) if local else Path.home() / "AppData" / "Local") / "U2ADSlicer"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "U2ADSlicer"
    data = os.environ.get("XDG_DATA_HOME")
    return (Path(data) if data else Path.home() / ".local" / "share") / "U2ADSlicer"
