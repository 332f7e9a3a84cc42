"""A volume of the scene as the method's scan: its voxels, its place in the world, and what is known of it."""

from __future__ import annotations

import numpy as np
import slicer

from u2ad.errors import RefusedInputError
from u2ad.scan import Check, Scan, Verdict, check_form, worst
from u2ad.scan.itk import not_one_value
from U2ADSlicerLib.scene.case import isResult
from U2ADSlicerLib.scene.dicom_facts import factsOf
from U2ADSlicerLib.scene.placement import gridOf
from U2ADSlicerLib.scene.volumes import voxelsOf

Version = tuple[int | float, ...]


def scanOf(volume) -> Scan:
    """The scan that a volume node shows, at its place in the world.

    The voxels are the node's own memory: copy them before they go to another thread.

    Raises:
        RefusedInputError: if the node holds no 3D image of one value per voxel, or does not lie in the world as it was
            acquired: under a transform that does more than turn and shift it.
    """
    _expectImage(volume)
    return Scan(voxelsOf(volume), gridOf(volume), factsOf(volume))


def checksOf(volume) -> tuple[Check, ...]:
    """The checks of a volume by its form; a volume that is no scan has a single one, which refuses it for good."""
    try:
        return check_form(scanOf(volume))
    except RefusedInputError as error:
        return (Check("volume", Verdict.REFUSE, error.problem, error.remedy, overridable=False),)


def knowsWeighting(volume) -> bool:
    """Whether it is known how the scan was weighted, from its DICOM header; a NIfTI file does not say."""
    facts = factsOf(volume)
    return facts.weighting_hint is not None or (facts.repetition_time_ms is not None and facts.echo_time_ms is not None)


def fits(volume) -> bool:
    """Whether a volume can be chosen without asking: a scan, none of U2AD's results, and not refused by any check."""
    return _mayBeScan(volume) and worst(checksOf(volume)) is not Verdict.REFUSE


def onlyFitting():
    """The one volume of the scene that fits; None where none does, or several do.

    Where none fits and only one can be meant at all, it is that one: its checks then say why it is refused.
    """
    candidates = [node for node in slicer.util.getNodesByClass("vtkMRMLScalarVolumeNode") if _mayBeScan(node)]
    if len(candidates) == 1:
        return candidates[0]
    fitting = [node for node in candidates if fits(node)]
    return fitting[0] if len(fitting) == 1 else None


def versionOf(volume) -> Version:
    """Changes whenever the voxels or the place of a volume do; the same number means that checks need no repeating."""
    image = volume.GetImageData()
    voxels = 0 if image is None else max(image.GetMTime(), image.GetPointData().GetMTime())
    return (voxels, *_placeOf(volume))


def _placeOf(volume) -> Version:
    if volume.GetImageData() is None:
        return ()
    try:
        return tuple(np.round(gridOf(volume).affine.ravel(), 6).tolist())
    except RefusedInputError:
        parent = volume.GetParentTransformNode()
        return (parent.GetTransformToWorldMTime(),) if parent is not None else ()


def _mayBeScan(volume) -> bool:
    plain = not volume.IsA("vtkMRMLLabelMapVolumeNode") and not volume.IsA("vtkMRMLTensorVolumeNode")
    return plain and not isResult(volume) and not volume.GetHideFromEditors() and volume.GetImageData() is not None


def _expectImage(volume) -> None:
    if volume.IsA("vtkMRMLLabelMapVolumeNode"):
        raise RefusedInputError("This is a label map, not a scan.", "Choose the T2-weighted scan itself.")
    if isResult(volume):
        raise RefusedInputError("This is a map that U2AD made, not a scan.", "Choose the T2-weighted scan itself.")
    image = volume.GetImageData()
    if image is None or image.GetPointData().GetScalars() is None or 0 in image.GetDimensions():
        raise RefusedInputError("This volume holds no voxels.", "Load the scan again.")
    if image.GetNumberOfScalarComponents() > 1:
        raise not_one_value(image.GetNumberOfScalarComponents())
    if 1 in image.GetDimensions():
        raise RefusedInputError("This is a single picture, not a 3D scan.", "Choose the whole series.")
    if _isOneOfSequence(volume):
        raise RefusedInputError(
            "This is one image of a sequence (4D), which changes under the review.",
            "Copy the T2-weighted image out of it (in the Data module: Clone), and choose the copy.",
        )


def _isOneOfSequence(volume) -> bool:
    """Whether a sequence browser changes the voxels of this node."""
    browsers = slicer.util.getNodesByClass("vtkMRMLSequenceBrowserNode")
    return any(browser.IsProxyNodeID(volume.GetID()) for browser in browsers)
