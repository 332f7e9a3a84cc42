"""What others say of a DICOM object: dciodvfy of Debian's package dicom3tools, and DCMTK of a report."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from pydicom.dataset import Dataset

INSTALL = "sudo apt-get install dicom3tools"


def errors_in(dataset: Dataset, folder: Path) -> list[str]:
    """The lines with errors about an object; skips the test where there is no dciodvfy."""
    if shutil.which("dciodvfy") is None:
        pytest.skip(f"dciodvfy is not installed: {INSTALL}")
    path = folder / "checked.dcm"
    dataset.save_as(path, enforce_file_format=True)
    done = subprocess.run(["dciodvfy", str(path)], capture_output=True, text=True, timeout=60, check=False)
    said = (done.stdout + done.stderr).splitlines()
    assert any(line and not line.startswith(("Error", "Warning")) for line in said), "dciodvfy did not name the object"
    return [line for line in said if line.startswith("Error")]


def read_by_dcmtk(report: Dataset, folder: Path) -> str:
    """A structured report as DCMTK reads it, which archives are built on; skips the test where there is none."""
    if shutil.which("dsrdump") is None:
        pytest.skip("dsrdump is not installed: sudo apt-get install dcmtk")
    path = folder / "read.dcm"
    report.save_as(path, enforce_file_format=True)
    done = subprocess.run(["dsrdump", str(path)], capture_output=True, timeout=60, check=False)
    told = done.stderr.decode("utf-8", "replace").splitlines()
    assert [line for line in told if line.startswith("E:")] == []
    return done.stdout.decode("utf-8", "replace")
