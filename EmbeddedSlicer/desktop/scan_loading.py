"""Scans into the scene and onto the screen, as Slicer's own dialogs for files and DICOM do it."""

from __future__ import annotations

from pathlib import Path

import slicer

from u2ad.scan import read_scan
from u2ad.scan.reading import is_image_file
from U2ADSlicerLib.scene.volumes import addVolume

DICOM_NAME = "DICOM series"


def loadScan(path: Path, series: str | None = None):
    """A volume node of a NIfTI, NRRD or MetaImage file, or of a folder with DICOM images.

    Image files are read by Slicer's own reader, DICOM by :mod:`u2ad.scan`: Slicer's needs a database that slicer-core
    lacks. A DICOM volume is not named after what the file says of the patient.

    Args:
        path: file or folder.
        series: for DICOM, the number of the series where there are several.

    Raises:
        U2ADError: if there is nothing that can be read; SeveralSeriesError if one must be chosen.
    """
    scan = read_scan(path, series)  # says in words what is wrong, which Slicer's reader does not
    if is_image_file(path):
        return slicer.util.loadVolume(str(path), {"show": False})
    return addVolume(scan.array, scan.grid.affine, DICOM_NAME)


def showScan(volume, layoutManager) -> None:
    """Puts a volume behind all views, turned to its own axes and whole in sight."""
    logic = layoutManager.applicationLogic()
    logic.GetSelectionNode().SetActiveVolumeID(volume.GetID())
    logic.PropagateVolumeSelection(0)
    logics = layoutManager.mrmlSliceLogics()
    for index in range(logics.GetNumberOfItems()):
        view = logics.GetItemAsObject(index)
        view.RotateSliceToLowestVolumeAxes(False)
        view.FitSliceToBackground()
        view.SnapSliceOffsetToIJK()
