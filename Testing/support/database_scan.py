"""A scan as Slicer loads it from its DICOM database: files on the disk, and a database that knows them."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pydicom
from dicom_series import write_series

from u2ad.scan import Grid, Scan


def as_stored(scan: Scan) -> Scan:
    """A scan with the whole numbers that DICOM images hold."""
    return Scan(np.round(scan.array).astype(np.float32), scan.grid, scan.facts)


def write_scan(folder: Path, scan: Scan) -> SimpleNamespace:
    """Writes a scan as an MR series; what the database then says of it, and its instances.

    Args:
        folder: made if missing.
        scan: of whole numbers.
    """
    grid = scan.grid
    axes, spacing = _axes(grid)
    places = {k: [f"{value:.6f}" for value in _lps(grid, (k, 0, 0))] for k in range(grid.shape[0])}
    voxels = scan.array.astype(np.int16)
    write_series(folder, voxels, axes=axes, spacing=spacing, each=lambda k: {"ImagePositionPatient": places[k]})
    headers = {path: pydicom.dcmread(path, stop_before_pixels=True) for path in folder.iterdir()}
    by_instance = {str(header.SOPInstanceUID): (path, header) for path, header in headers.items()}
    return SimpleNamespace(
        instances=tuple(by_instance),
        instanceValue=lambda instance, tag: _value(by_instance[instance][1], tag),
        fileForInstance=lambda instance: str(by_instance[instance][0]),
    )


def _axes(grid: Grid) -> tuple[np.ndarray, tuple[float, float, float]]:
    """Along a row and along a column in LPS, and the spacing between slices, rows and columns in mm."""
    steps = [_lps(grid, step) - _lps(grid, (0, 0, 0)) for step in np.eye(3)]
    lengths = [float(np.linalg.norm(step)) for step in steps]
    return np.array([steps[2] / lengths[2], steps[1] / lengths[1]]), (lengths[0], lengths[1], lengths[2])


def _lps(grid: Grid, kji) -> np.ndarray:
    return grid.to_ras(np.array(kji, float)) * (-1, -1, 1)


def _value(header: pydicom.Dataset, tag: str) -> str:
    group, element = (int(part, 16) for part in tag.split(","))
    value = header.get((group, element))
    if value is None or value.value is None:
        return ""
    many = isinstance(value.value, pydicom.multival.MultiValue)
    return "\\".join(map(str, value.value)) if many else str(value.value)
