"""How the worker is started: with which Python, and in which environment."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import u2ad
from u2ad.errors import U2ADError

MODULE_FOLDER = Path(u2ad.__file__).parents[1]
"""Where ``u2ad`` lies: the folder of U2ADSlicer.py in a Slicer extension."""


def workerCommand() -> tuple[str, ...]:
    """The command that runs a worker; the path of the job's file is to follow.

    Raises:
        U2ADError: if Slicer's Python cannot be found.
    """
    return (pythonExecutable(), "-m", "u2ad.worker")


def pythonExecutable() -> str:
    """Slicer's own Python in desktop Slicer, and elsewhere the one that runs this.

    Raises:
        U2ADError: if it cannot be found. Never the program itself in its place: that would be a second Slicer.
    """
    found = _ofSlicer() or shutil.which("PythonSlicer")
    if found:
        return found
    if Path(sys.executable).stem.lower().startswith("python"):
        return sys.executable
    raise U2ADError("Slicer's own Python (PythonSlicer) was not found.", "Reinstall 3D Slicer.")


def workerEnvironment() -> dict[str, str]:
    """The environment of this process, with ``u2ad`` importable and text in UTF-8 without delay.

    The rest stays: PythonSlicer needs what Slicer's launcher has set.
    """
    search = [str(MODULE_FOLDER), *filter(None, [os.environ.get("PYTHONPATH")])]
    return {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(search),
        "PYTHONUTF8": "1",
        "PYTHONUNBUFFERED": "1",
        "PYTHONIOENCODING": "utf-8",
    }


def _ofSlicer() -> str | None:
    try:
        from slicer import app
    except ImportError:
        return None
    home = getattr(app, "slicerHome", None)
    if not isinstance(home, str) or not home:
        return None
    return shutil.which("PythonSlicer", path=str(Path(home) / "bin"))
