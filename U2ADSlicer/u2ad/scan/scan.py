"""A scan: voxels, their place in the patient, and what is known of how they were made."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from u2ad.scan.grid import Grid
from u2ad.scan.verdict import Check


@dataclass(frozen=True)
class Facts:
    """What a file says of the acquisition; every field may be unknown. Holds nothing that names a patient.

    Args:
        modality: DICOM Modality (0008,0060), such as "MR".
        repetition_time_ms: DICOM (0018,0080).
        echo_time_ms: DICOM (0018,0081).
        body_part: DICOM Body Part Examined (0018,0015), upper case.
        region_hint: "cervical", "thoracic", "lumbar", "head" or "other" where the body part, the protocol or the
            description of the series or study says so.
        weighting_hint: "T1" or "T2" where the series description says so.
        slice_positions_mm: positions of the slices along their normal, for the check of gaps, ascending, shape (K,).
        slice_thickness_mm: DICOM (0018,0050); smaller than the spacing where slices have gaps between them.
    """

    modality: str | None = None
    repetition_time_ms: float | None = None
    echo_time_ms: float | None = None
    body_part: str | None = None
    region_hint: str | None = None
    weighting_hint: str | None = None
    slice_positions_mm: tuple[float, ...] | None = None
    slice_thickness_mm: float | None = None


@dataclass(frozen=True)
class SourceImage:
    """The DICOM image that one slice of a scan came from. It is read again for what is exported, and told to nobody.

    Args:
        path: its file.
        instance: SOPInstanceUID (0008,0018).
        frame: its place in a multi-frame file, from 0; 0 in an ordinary file.
    """

    path: Path
    instance: str
    frame: int = 0


@dataclass(frozen=True, eq=False)
class Scan:
    """One 3D image.

    Args:
        array: voxel values, KJI (slices, rows, columns); made read-only.
        grid: where the voxels lie.
        facts: what is known of the acquisition.
        remarks: what was odd about the file while reading it; :func:`u2ad.scan.checks.check_form` repeats them.
        source: the DICOM image of each slice, in the order of the array, length K; empty where there is none.

    Raises:
        ValueError: if the array's shape is not the grid's.
    """

    array: np.ndarray
    grid: Grid
    facts: Facts = field(default_factory=Facts)
    remarks: tuple[Check, ...] = ()
    source: tuple[SourceImage, ...] = ()

    def __post_init__(self) -> None:
        if self.array.shape != self.grid.shape:
            msg = f"expected voxels of shape {self.grid.shape} (KJI), got {self.array.shape}"
            raise ValueError(msg)
        array = self.array.view()
        array.setflags(write=False)
        object.__setattr__(self, "array", array)

    @property
    def digest(self) -> str:
        """SHA-256 over voxel values (as float32) and grid: names a scan without naming a patient."""
        voxels = np.ascontiguousarray(self.array, dtype=np.float32)
        return hashlib.sha256(voxels.tobytes() + self.grid.digest.encode()).hexdigest()
