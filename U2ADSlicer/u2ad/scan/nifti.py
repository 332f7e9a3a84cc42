"""What is particular to NIfTI: two positions in one header, silently missing voxels, facts beside the image."""

from __future__ import annotations

import gzip
import json
import re
import zlib
from contextlib import suppress
from pathlib import Path

import numpy as np

from u2ad.errors import UnreadableInputError
from u2ad.scan.grid import Grid
from u2ad.scan.itk import LARGEST_SHEAR, StoredImage, no_place_in_patient, number, sheared
from u2ad.scan.nifti_header import NiftiHeader, is_packed
from u2ad.scan.scan import Facts
from u2ad.scan.verdict import Check, Verdict
from u2ad.scan.words import region_in, weighting_in

TOLERANCE_MM = 0.5
"""Disagreement between two statements of position that no reader would see: half a voxel of a typical scan."""


def share_not_finite(path: Path, header: NiftiHeader) -> float:
    """The share of the stored voxels that are NaN or infinite; ITK turns them into zeros without a word.

    Raises:
        UnreadableInputError: if the file ends before its last voxel; ITK fills the rest with zeros.
    """
    content = _unpacked(path)
    if len(content) < header.length:
        raise UnreadableInputError(
            "The file ends before its last slice: it was cut off while being copied or written.", "Copy it again."
        )
    if header.float_type is None:
        return 0.0
    voxels = np.frombuffer(content[header.start : header.length], header.float_type)
    return 1 - float(np.isfinite(voxels).mean())


def grid_in(stored: StoredImage, header: NiftiHeader) -> Grid:
    """The grid of a NIfTI file: as ITK read it, but for an sform whose axes are rounded.

    ITK 5.4 then takes the nearest rotation and gets it transposed: turned axes end up elsewhere in the patient.

    Raises:
        RefusedInputError: if the sform is singular or sheared.
    """
    if stored.header.get("ITK_sform_corrected") != "YES" or header.sform is None:
        return stored.grid
    return _grid(stored.grid.shape, header.sform).squared()


def position_remarks(grid: Grid, header: NiftiHeader) -> tuple[Check, ...]:
    """What the two positions in a NIfTI header (qform and sform) say against each other and against what was read.

    Source: NIfTI-1 standard, nifti1.h, "3D image (volume) orientation and location in space".

    Args:
        grid: as it was read.
        header: of the same file.

    Raises:
        RefusedInputError: if a stated position is singular or sheared.
    """
    stated = [_grid(grid.shape, affine) for affine in (header.sform, header.qform) if affine is not None]
    if not stated:
        return (_no_position(),)
    if all(_apart(one, grid) > TOLERANCE_MM for one in stated):
        return (_contradicting_sizes(),)
    if any(_apart(one, grid) > TOLERANCE_MM for one in stated):
        return (_two_positions(),)
    return ()


def nifti_facts(path: Path, description: str) -> Facts:
    """The acquisition as the BIDS file beside the image tells it, else the description that dcm2niix leaves.

    Source: BIDS specification, "Magnetic Resonance Imaging: Sequence Specifics" (times are in seconds there).
    """
    beside = _sidecar(path)
    words = " ".join(str(beside.get(key, "")) for key in ("SeriesDescription", "ProtocolName", "StudyDescription"))
    body_part = str(beside.get("BodyPartExamined", "")).upper() or None
    described = re.search(r"\bTE=([\d.e+]+)", description)
    echo_time_ms = _milliseconds(beside.get("EchoTime")) or number(described[1] if described else None)
    return Facts(
        modality=beside.get("Modality"),
        repetition_time_ms=_milliseconds(beside.get("RepetitionTime")),
        echo_time_ms=echo_time_ms,
        body_part=body_part,
        region_hint=region_in(f"{words} {body_part or ''}"),
        weighting_hint=weighting_in(words),
        slice_thickness_mm=number(beside.get("SliceThickness")),
    )


def _unpacked(path: Path) -> memoryview:
    """The bytes of the file, as many as can be unpacked."""
    if not is_packed(path):
        return memoryview(path.read_bytes())
    chunks = []
    with gzip.open(path) as file, suppress(EOFError, zlib.error, gzip.BadGzipFile):
        while chunk := file.read(1 << 20):
            chunks.append(chunk)
    return memoryview(b"".join(chunks))


def _grid(shape: tuple[int, int, int], affine: np.ndarray) -> Grid:
    try:
        grid = Grid(shape, affine)
    except ValueError:
        raise no_place_in_patient() from None
    if grid.skew > LARGEST_SHEAR:
        raise sheared()
    return grid


def _apart(one: Grid, other: Grid) -> float:
    return float(np.linalg.norm(one.corners() - other.corners(), axis=1).max())


def _no_position() -> Check:
    return Check(
        "position",
        Verdict.WARN,
        "The file does not say how the patient lay in the scanner (no orientation code).",
        "Compare left and right, head and foot with the original images.",
    )


def _two_positions() -> Check:
    return Check(
        "position",
        Verdict.WARN,
        "The file states two different positions in the patient (qform and sform); the one that Slicer shows is used.",
        "Compare left and right, head and foot with the original images.",
    )


def _contradicting_sizes() -> Check:
    return Check(
        "position",
        Verdict.REFUSE,
        "The file contradicts itself about the size of its voxels (pixdim and sform), so all measures may be wrong.",
        "Convert the scan again from the original DICOM images.",
    )


def _sidecar(path: Path) -> dict:
    name = path.name.removesuffix(".gz").removesuffix(".nii")
    with suppress(OSError, ValueError):
        content = json.loads(path.with_name(f"{name}.json").read_text(encoding="utf-8"))
        return content if isinstance(content, dict) else {}
    return {}


def _milliseconds(seconds: object) -> float | None:
    value = number(str(seconds))
    return None if value is None else 1000 * value
