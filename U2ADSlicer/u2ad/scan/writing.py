"""Writing arrays as NIfTI: whole or not at all."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import SimpleITK as sitk

from u2ad.errors import OutputError
from u2ad.scan.grid import Grid, to_sitk
from u2ad.scan.itk import quiet_itk

STORED_TYPES = {"bool": np.uint8, "float16": np.float32, "float64": np.float32, "int64": np.int32, "uint64": np.uint32}
"""What NIfTI readers in general use cannot open, or what a map does not need."""


def write_nifti(path: Path, array: np.ndarray, grid: Grid) -> None:
    """Write an array as NIfTI, both sform and qform set to the grid.

    The file is written under a temporary name in the same folder and then renamed: under its own name it is
    complete or not there.

    Args:
        path: ends in .nii or .nii.gz; a file of this name is replaced.
        array: voxel values, KJI; bool becomes uint8, float64 becomes float32.
        grid: where the voxels lie.

    Raises:
        OutputError: if the folder is missing, full or may not be written to.
        ValueError: if the array's shape is not the grid's, or the name is not that of a NIfTI file.
    """
    path = Path(path)
    if not path.name.endswith((".nii", ".nii.gz")):
        msg = f"expected a name that ends in .nii or .nii.gz, got {path.suffix!r}"
        raise ValueError(msg)
    stored = array.astype(STORED_TYPES.get(array.dtype.name, array.dtype), copy=False)
    image = to_sitk(stored, grid)
    unfinished = path.with_name(f".part-{path.name}")
    try:
        with quiet_itk():
            sitk.WriteImage(image, str(unfinished), useCompression=path.name.endswith(".gz"))
        unfinished.replace(path)
    except (OSError, RuntimeError):
        raise OutputError(
            "A result file cannot be written.", "Check that the folder exists, may be written to and has free space."
        ) from None
    finally:
        unfinished.unlink(missing_ok=True)
