"""Simulated series of every kind of source, and a review on each."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from dicom_series import OBLIQUE, write_enhanced, write_series
from reviewed_scan import SHAPE, reviewed_scan, voxels_of

from u2ad.export.dicom.source import Source, read_source
from u2ad.export.reviewed import Reviewed
from u2ad.scan import Grid, Scan, read_scan

LUMBAR = Path(__file__).resolve().parents[3].parent / "shared" / "data" / "dicom" / "lumbar_T2_SAG"

UNEVEN = np.array([0, 3.3, 6.5, 9.9, 13.2, 16.6, 19.8])
"""Positions of slices in mm, none of them more than 0.1 mm off."""

FRAMES = np.array([3, 1, 0, 2, 6, 5, 4])


def flipped(scan: Scan) -> Scan:
    """The same scan with its slices the other way round, so that its axes are left-handed."""
    affine = scan.grid.affine.copy()
    affine[:3, 3] += affine[:3, 2] * (len(scan.array) - 1)
    affine[:3, 2] *= -1
    return Scan(scan.array[::-1], Grid(scan.grid.shape, affine), scan.facts, scan.remarks, scan.source[::-1])


def _oblique(folder: Path) -> Scan:
    return read_scan(write_series(folder, voxels_of(SHAPE)))


def _turned(folder: Path) -> Scan:
    return read_scan(write_series(folder, voxels_of(SHAPE), axes=np.array([-OBLIQUE[0], OBLIQUE[1]])))


def _uneven(folder: Path) -> Scan:
    return read_scan(write_series(folder, voxels_of(SHAPE), positions=UNEVEN))


def _left_handed(folder: Path) -> Scan:
    return flipped(_oblique(folder))


def _enhanced(folder: Path) -> Scan:
    return read_scan(write_enhanced(folder / "enhanced.dcm", voxels_of(SHAPE), FRAMES))


def _lumbar(_: Path) -> Scan:
    if not LUMBAR.is_dir():
        pytest.skip("the real scans are not on this computer")
    return read_scan(LUMBAR)


SOURCES: dict[str, Callable[[Path], Scan]] = {
    "oblique": _oblique,
    "turned": _turned,
    "uneven": _uneven,
    "left-handed": _left_handed,
    "enhanced": _enhanced,
    "real lumbar": _lumbar,
}


@pytest.fixture(params=SOURCES)
def any_scan(request, tmp_path) -> Scan:
    """A scan from each kind of source, one after the other."""
    return SOURCES[request.param](tmp_path / "source")


@pytest.fixture
def scan(tmp_path) -> Scan:
    """From an oblique series of single images."""
    return _oblique(tmp_path / "source")


@pytest.fixture
def source(scan) -> Source:
    return read_source(scan)


@pytest.fixture
def reviewed(scan) -> Reviewed:
    return reviewed_scan(scan)
