"""The images of some DICOM files that the slices of a volume were made of, where a program has read them by itself."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from u2ad.scan.dicom.images import DicomImage
from u2ad.scan.dicom.series import series_in
from u2ad.scan.dicom.stacking import LARGEST_DRIFT_MM
from u2ad.scan.grid import LPS_FROM_RAS, Grid
from u2ad.scan.scan import SourceImage


def images_along(grid: Grid, files: Sequence[Path]) -> tuple[SourceImage, ...]:
    """The images of files that other programs read as one volume, as they follow each other along its slices.

    ITK, and with it Slicer, shows the frames of a multi-frame file in their order in the file. Where several stacks are
    in the files, it is the only one that lies on the grid. Where none or several do, it is all images: their number, or
    where they lie, then does not suit the grid, which :func:`u2ad.export.dicom.source.read_source` says in words.

    Args:
        grid: of the volume.
        files: DICOM files with one or many images each.

    Raises:
        UnreadableInputError: if there is no DICOM image in them.
        OSError: if one of them may not be read.
    """
    stacks = [_in_order(one.images, grid) for one in series_in(files)]
    lying = [stack for stack in stacks if _lies_on(stack, grid)]
    found = lying[0] if len(lying) == 1 else [image for stack in stacks for image in stack]
    return tuple(SourceImage(image.path, image.uid, image.frame) for image in found)


def _in_order(images: Sequence[DicomImage], grid: Grid) -> list[DicomImage]:
    """As they come, turned round where the slices of the grid come the other way."""
    ordered = sorted(images, key=lambda image: (image.instance_number, image.path, image.frame))
    places = [_kji(image, grid) for image in (ordered[0], ordered[-1])]
    return ordered[::-1] if places[0][0] > places[1][0] else ordered


def _lies_on(stack: Sequence[DicomImage], grid: Grid) -> bool:
    """Whether the first pixel of each image lies within half a slice, and hardly aside, of that of its slice."""
    if len(stack) != grid.shape[0]:
        return False
    away = np.array([_kji(image, grid) - (k, 0, 0) for k, image in enumerate(stack)]) * grid.spacing
    return bool((np.abs(away) < (grid.spacing[0] / 2, LARGEST_DRIFT_MM, LARGEST_DRIFT_MM)).all())


def _kji(image: DicomImage, grid: Grid) -> np.ndarray:
    """The first pixel of an image in the indices of the grid, not a number where the header does not say."""
    if image.placement is None:
        return np.full(3, np.nan)
    return grid.to_kji(LPS_FROM_RAS[:3, :3] @ image.placement.position)
