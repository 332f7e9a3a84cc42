"""The fields of a NIfTI header that ITK does not hand on exactly: lengths, types, positions and the description.

Source: nifti1.h of the NIfTI Data Format Working Group, byte offsets as given there.
"""

from __future__ import annotations

import gzip
import zlib
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
from scipy.spatial.transform import Rotation

from u2ad.errors import UnreadableInputError

FIELDS = {
    "dim": ("8i2", 40), "datatype": ("i2", 70), "bitpix": ("i2", 72), "pixdim": ("8f4", 76), "vox_offset": ("f4", 108),
    "descrip": ("S80", 148), "qform_code": ("i2", 252), "sform_code": ("i2", 254), "quatern": ("3f4", 256),
    "qoffset": ("3f4", 268), "srow": ("(3,4)f4", 280),
}  # fmt: skip
LENGTH = 348
LENGTH_OF_NIFTI_2 = 540
"""The header's length is its first field; it tells the version and the byte order."""

FLOAT_TYPES = {16: "f4", 64: "f8"}
"""By their NIfTI datatype code."""

GZIP_MAGIC = b"\x1f\x8b"


@dataclass(frozen=True, eq=False)
class NiftiHeader:
    """What a NIfTI header says.

    Args:
        length: bytes that the whole unpacked file must have at least.
        start: byte of the unpacked file where the voxels begin.
        float_type: type of the voxels where it can hold NaN, None for integers.
        description: free text.
        sform: (4, 4) affine from IJK to RAS mm; None where its code is 0.
        qform: the same from the quaternion.
    """

    length: int
    start: int
    float_type: np.dtype | None
    description: str
    sform: np.ndarray | None
    qform: np.ndarray | None


def read_header(path: Path) -> NiftiHeader | None:
    """Read the header of a file, packed or not; None where it is no NIfTI header.

    Raises:
        UnreadableInputError: if it is of NIfTI-2, which ITK cannot read.
    """
    raw = _first_bytes(path)
    orders: tuple[Literal["<", ">"], ...] = ("<", ">")
    for order in orders:
        length = int.from_bytes(raw[:4], "little" if order == "<" else "big")
        if length == LENGTH_OF_NIFTI_2:
            raise UnreadableInputError("The file is of version 2 of NIfTI.", "Save it as NIfTI-1, NRRD or MetaImage.")
        if length == LENGTH and len(raw) == LENGTH:
            return _parse(raw, order)
    return None


def is_packed(path: Path) -> bool:
    """Whether the file is packed by gzip, whatever its name says."""
    with path.open("rb") as file:
        return file.read(2) == GZIP_MAGIC


def _first_bytes(path: Path) -> bytes:
    packed = is_packed(path)
    with suppress(EOFError, zlib.error, gzip.BadGzipFile), gzip.open(path) if packed else path.open("rb") as file:
        return file.read(LENGTH)
    return b""


def _parse(raw: bytes, order: Literal["<", ">"]) -> NiftiHeader:
    formats, offsets = zip(*FIELDS.values(), strict=True)
    kinds = np.dtype({"names": list(FIELDS), "formats": list(formats), "offsets": list(offsets), "itemsize": LENGTH})
    fields = np.frombuffer(raw, kinds.newbyteorder(order), count=1)[0]
    voxels = np.prod(fields["dim"][1 : 1 + fields["dim"][0]].clip(1), dtype=float)
    float_type = FLOAT_TYPES.get(int(fields["datatype"]))
    return NiftiHeader(
        length=int(fields["vox_offset"] + voxels * fields["bitpix"] / 8),
        start=int(fields["vox_offset"]),
        float_type=np.dtype(float_type).newbyteorder(order) if float_type else None,
        description=fields["descrip"].split(b"\0")[0].decode("latin-1"),
        sform=_affine(fields["srow"]) if fields["sform_code"] > 0 else None,
        qform=_from_quaternion(fields) if fields["qform_code"] > 0 else None,
    )


def _affine(rows: np.ndarray) -> np.ndarray:
    return np.vstack([rows.astype(np.float64), [0.0, 0.0, 0.0, 1.0]])


def _from_quaternion(fields: np.void) -> np.ndarray:
    """Method 2 of the standard; pixdim[0] carries the handedness."""
    bcd = fields["quatern"].astype(np.float64)
    a = np.sqrt(max(0.0, 1 - bcd @ bcd))
    spacing = fields["pixdim"][1:4].astype(np.float64) * (1, 1, -1 if fields["pixdim"][0] < 0 else 1)
    rotation = Rotation.from_quat([*bcd, a]).as_matrix()
    return _affine(np.column_stack([rotation * spacing, fields["qoffset"]]))
