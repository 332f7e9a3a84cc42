"""The data folder: the user's own, on every system, and elsewhere where an administrator says so."""

from pathlib import Path

import pytest

from u2ad import home
from u2ad.home import default_root


@pytest.mark.parametrize(
    ("system", "variable", "value", "root"),
    [
        ("linux", "XDG_DATA_HOME", "/data", Path("/data/U2ADSlicer")),
        ("linux", None, "", Path.home() / ".local" / "share" / "U2ADSlicer"),
        ("darwin", None, "", Path.home() / "Library" / "Application Support" / "U2ADSlicer"),
        ("win32", "LOCALAPPDATA", "/local", Path("/local/U2ADSlicer")),
        ("win32", "U2ADSLICER_DATA", "/elsewhere", Path("/elsewhere")),
    ],
)
def test_the_data_folder_is_the_users_own(
    monkeypatch: pytest.MonkeyPatch, system: str, variable: str | None, value: str, root: Path
) -> None:
    for name in ("XDG_DATA_HOME", "LOCALAPPDATA", "U2ADSLICER_DATA"):
        monkeypatch.delenv(name, raising=False)
    if variable:
        monkeypatch.setenv(variable, value)
    monkeypatch.setattr(home.sys, "platform", system)
    assert default_root() == root
