"""Reading a cord mask that a person or another program made."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import SimpleITK as sitk

from u2ad.errors import RefusedInputError, UnreadableInputError
from u2ad.scan.grid import Grid
from u2ad.scan.itk import damaged, number, quiet_itk, square_grid
from u2ad.scan.reading import expect_file, is_image_file, read_image_file, unreadable
from u2ad.scan.resampling import resample

SEGMENTATION = (".seg.nrrd", ".seg.nhdr")

LABEL_OPTION = "--cord-label N"
"""Of the command line, by which a label is named."""

LEAST_INSIDE = 0.5
"""Share of the mask's volume that must lie inside the scan: less is another patient or another registration."""

MOST_LABELS = 60
"""Labels up to which an image of whole numbers is a label image: more than any labelling of the spine has."""

LARGEST_LABELLED = 160.0
"""Mean cross-section in mm2 above which labels together are more than a cord: a cord that is marked a mm too wide has
up to 130, a canal 180 and more. A cord that is labelled level by level stays below."""

MOST_NAMED = 20
"""Labels up to which a message names them all."""

ROUNDING = 0.01
"""How far shares of 0 to 1 may overshoot, as they do after interpolation."""


def read_mask(path: Path, grid: Grid, label: int | None = None) -> np.ndarray:
    """Read a cord mask and bring it onto a scan's grid.

    Args:
        path: NIfTI, NRRD, MetaImage, or a Slicer segmentation (.seg.nrrd) with one segment, or with one whose name
            contains "cord".
        grid: the scan's grid.
        label: which label is the cord, of a file with several; all of them where None.

    Returns:
        Share of each voxel that is cord, 0 to 1, float32, KJI. A mask with values between 0 and 1 is taken as such
        shares; in any other, all above 0 is cord. On another grid it is interpolated linearly.

    Raises:
        UnreadableInputError: if the file is missing or damaged.
        RefusedInputError: if it is no 3D mask, is empty, lies elsewhere than the scan, has several segments or labels
            that are no cord together, lacks the label, or is a grey image.
    """
    path = Path(path)
    try:
        expect_file(path)
        values, own = _stored(path, label)
    except OSError as error:
        raise unreadable(error) from None
    fraction = _fraction(values, own)
    if not fraction.any():
        raise RefusedInputError("The cord mask is empty.", "Draw the cord, or leave the mask out.")
    if own.matches(grid, tolerance=0.01):
        return fraction
    return _onto(grid, fraction, own)


def holds_labels(values: np.ndarray) -> bool:
    """Whether an image holds labels: whole numbers, and no more than ``MOST_LABELS`` of them beside 0."""
    if values.dtype.kind == "f" and not np.array_equal(values, np.round(values)):
        return False
    return int(np.count_nonzero(np.unique(values))) <= MOST_LABELS


def _stored(path: Path, label: int | None) -> tuple[np.ndarray, Grid]:
    """Values of a mask; those of one label as bool."""
    if path.name.lower().endswith(SEGMENTATION):
        return _segment(path, label)
    if not path.is_file() or not is_image_file(path):
        raise UnreadableInputError(
            "The cord mask is no image file.", "Give a NIfTI, NRRD or MetaImage file, or a Slicer .seg.nrrd."
        )
    scan = read_image_file(path)
    return (scan.array if label is None else _labelled(scan.array, label)), scan.grid


def _labelled(values: np.ndarray, label: int) -> np.ndarray:
    """The voxels of one label, bool."""
    if not holds_labels(values):
        raise RefusedInputError("The cord mask holds no labels.", "Give it without naming one.")
    chosen = values == label
    if not chosen.any():
        raise _lacks(label, _labels_of(values))
    return chosen


def _labels_of(values: np.ndarray) -> list[int]:
    return [int(value) for value in np.unique(values) if value > 0]


def _lacks(label: int, there: list[int]) -> RefusedInputError:
    return RefusedInputError(
        f"The cord mask has no label {label}; it has {_listed(there)}.", "Name the cord's label.", option=LABEL_OPTION
    )


def _listed(labels: list[int]) -> str:
    named = ", ".join(map(str, labels[:MOST_NAMED])) or "none"
    return f"{named} and {len(labels) - MOST_NAMED} more" if len(labels) > MOST_NAMED else named


def _expect_cord(values: np.ndarray, own: Grid) -> None:
    """Refuse labels of the whole spine before vertebrae are taken for cord."""
    labels = _labels_of(values)
    if len(labels) < 2:
        return
    height = own.to_ras(np.argwhere(values > 0))[:, 2]
    voxel = float(np.abs(own.affine[2, :3]).max())
    area = len(height) * own.voxel_volume / (np.ptp(height) + voxel)
    if area > LARGEST_LABELLED:
        raise RefusedInputError(
            f"The cord mask has {len(labels)} labels, which together are no cord: their mean cross-section is "
            f"{area:.0f} mm2.",
            f"Name the cord's label, one of {_listed(labels)}, or give the cord alone.",
            option=LABEL_OPTION,
        )


def _fraction(values: np.ndarray, own: Grid) -> np.ndarray:
    values = np.nan_to_num(values.astype(np.float32), nan=0.0, posinf=0.0, neginf=0.0)
    if values.min(initial=0.0) >= -ROUNDING and values.max(initial=0.0) <= 1 + ROUNDING:
        return values.clip(0, 1)
    if len(np.unique(values)) > 2 and not holds_labels(values):
        raise RefusedInputError(
            "The cord mask is a grey image, not a mask: it has many values other than 0 and 1.",
            "Give the cord's segmentation, not the scan; save shares of cord as values from 0 to 1.",
        )
    _expect_cord(values, own)
    return (values > 0).astype(np.float32)


def _onto(grid: Grid, fraction: np.ndarray, own: Grid) -> np.ndarray:
    centres = own.to_ras(np.argwhere(fraction >= 0.5 * fraction.max()))
    indices = grid.to_kji(centres)
    inside = ((indices > -0.5) & (indices < np.array(grid.shape) - 0.5)).all(axis=-1).mean()
    if inside < LEAST_INSIDE:
        raise RefusedInputError(
            f"The cord mask does not fit the scan: {100 * (1 - inside):.0f} % of it lies outside.",
            "Check that both are of the same examination and were exported from the same images.",
        )
    return resample(fraction, own, grid, "linear").clip(0, 1)


def _segment(path: Path, wanted: int | None) -> tuple[np.ndarray, Grid]:
    """One segment of a Slicer segmentation; overlapping segments lie in layers, the components of the image.

    Source: Slicer developer guide, "Segmentations: segmentation file format" (Segment0_Name, _LabelValue, _Layer).
    """
    with quiet_itk():
        try:
            image = sitk.ReadImage(str(path))
        except RuntimeError:
            raise damaged() from None
    if image.GetDimension() != 3:
        raise RefusedInputError("The cord mask is not 3D.", "Export the segmentation from Slicer again.")
    header = {key: image.GetMetaData(key) for key in image.GetMetaDataKeys()}
    layer, label = _cord_segment(header, wanted)
    voxels = sitk.GetArrayFromImage(image)
    layers = voxels if voxels.ndim == 4 else voxels[..., None]
    if layer >= layers.shape[-1]:
        raise damaged()
    chosen = layers[..., layer]
    return (chosen if label is None else chosen == label), square_grid(image)


def _cord_segment(header: Mapping[str, str], wanted: int | None) -> tuple[int, int | None]:
    """Layer and label value of the segment that is the cord; of the one with the label that is wanted, if any."""
    keys = [key.removesuffix("_LabelValue") for key in header if key.endswith("_LabelValue")]
    if not keys:
        return 0, wanted
    values = {key: int(number(header[f"{key}_LabelValue"]) or 1) for key in keys}
    if wanted is not None:
        keys = [key for key in keys if values[key] == wanted]
        if not keys:
            raise _lacks(wanted, sorted(set(values.values())))
    names = {key: header.get(f"{key}_Name", "") for key in keys}
    cords = [key for key in keys if "cord" in names[key].lower()] if len(keys) > 1 else keys
    if len(cords) != 1:
        raise RefusedInputError(
            f"The segmentation has {len(keys)} segments, and it is not clear which one is the cord.",
            "Name one of them 'Spinal cord', or export it alone.",
        )
    return int(number(header.get(f"{cords[0]}_Layer")) or 0), values[cords[0]]
