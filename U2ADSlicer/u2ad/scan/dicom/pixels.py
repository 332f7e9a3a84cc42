"""The stored values of DICOM files, decoded by GDCM from a clean copy that holds nothing but them.

GDCM by itself scales every frame of a file as the first one, and would have to be trusted with a header that may be
damaged. The copy has none: neither scaling nor private fields nor a patient.
"""

from __future__ import annotations

import struct
import tempfile
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path

import numpy as np
import pydicom
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.encaps import generate_fragments, itemize_fragment
from pydicom.uid import (
    JPEG2000,
    UID,
    DeflatedExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
    JPEG2000Lossless,
    JPEGBaseline8Bit,
    JPEGExtended12Bit,
    JPEGLossless,
    JPEGLosslessSV1,
    JPEGLSLossless,
    JPEGLSNearLossless,
    MRImageStorage,
    RLELossless,
    generate_uid,
)

from u2ad.errors import RefusedInputError, UnreadableInputError
from u2ad.scan.dicom.header import quiet_pydicom
from u2ad.scan.dicom.images import DicomImage
from u2ad.scan.itk import damaged, not_one_value, quiet_itk

NATIVE = {ImplicitVRLittleEndian, ExplicitVRLittleEndian, ExplicitVRBigEndian, DeflatedExplicitVRLittleEndian}
ENCAPSULATED = {
    JPEGBaseline8Bit, JPEGExtended12Bit, JPEGLossless, JPEGLosslessSV1, JPEGLSLossless, JPEGLSNearLossless,
    JPEG2000Lossless, JPEG2000, RLELossless,
}  # fmt: skip
"""What GDCM decodes (PS3.5 Annex A); HTJ2K, JPEG XL and videos it does not."""

LAYOUT = ("Rows", "Columns", "BitsAllocated", "BitsStored", "HighBit", "PixelRepresentation")
WHOLE_BYTES = (8, 16, 32)
RLE_HEADER = 64


JPEG_XL = {
    "1.2.840.10008.1.2.4.110": "JPEG XL Lossless",
    "1.2.840.10008.1.2.4.111": "JPEG XL JPEG Recompression",
    "1.2.840.10008.1.2.4.112": "JPEG XL",
}
"""Transfer syntaxes of PS3.6 that pydicom names only where pynetdicom is loaded."""


def expect_readable(images: Iterable[DicomImage]) -> None:
    """Look whether the values of some images can be read at all.

    Raises:
        RefusedInputError: if they are in colour, or compressed in a way that cannot be read.
    """
    for image in images:
        if image.encoding.samples > 1:
            raise not_one_value(image.encoding.samples)
        if image.encoding.transfer_syntax not in NATIVE | ENCAPSULATED:
            raise RefusedInputError(
                "The images are compressed in a way that cannot be read here "
                f"({_name_of(image.encoding.transfer_syntax)}).",
                "Have the archive send them uncompressed, or as JPEG, JPEG-LS, JPEG 2000 or RLE.",
            )


def voxels_of(images: Sequence[DicomImage]) -> np.ndarray:
    """The values of images in the units of their headers, KJI: each image a slice.

    Raises:
        UnreadableInputError: if a file is damaged, or holds no whole numbers.
    """
    read = cache(stored_planes)
    planes = np.stack([_plane(read(image.path), image) for image in images])
    scale = np.array([(image.encoding.slope, image.encoding.intercept) for image in images])
    if (scale != (1.0, 0.0)).any():
        with np.errstate(over="ignore"):
            planes = (planes * scale[:, :1, None] + scale[:, 1:, None]).astype(np.float32)
    return _turned(planes) if images[0].encoding.inverted else planes


def stored_planes(path: Path) -> np.ndarray:
    """The values of one file as they are stored, (frames, rows, columns).

    Raises:
        UnreadableInputError: if the file is damaged, or holds no whole numbers.
    """
    with quiet_pydicom():
        try:
            copy = _clean_copy(pydicom.dcmread(path, force=True))
        except (OSError, UnreadableInputError):
            raise
        except Exception:  # a damaged file makes pydicom raise errors of many kinds
            raise damaged() from None
        with tempfile.TemporaryDirectory(prefix="u2ad-") as private:
            file = Path(private) / "pixels.dcm"
            copy.save_as(file, enforce_file_format=True)
            return _decoded(file)


def _plane(planes: np.ndarray, image: DicomImage) -> np.ndarray:
    if image.frame >= len(planes) or planes.shape[1:] != image.shape:
        raise damaged()
    return planes[image.frame]


def _turned(planes: np.ndarray) -> np.ndarray:
    """The values mirrored within their own range."""
    return planes.max() - planes + planes.min()


def _clean_copy(source: Dataset) -> Dataset:
    if "PixelData" not in source:
        raise UnreadableInputError(
            "The DICOM file holds no pixels, or none that are whole numbers.", "Choose the original MR series."
        )
    syntax = UID(getattr(source.file_meta, "TransferSyntaxUID", "")) or _syntax_found(source)
    copy = Dataset()
    for keyword in LAYOUT:
        setattr(copy, keyword, int(source[keyword].value))
    copy.NumberOfFrames = int(source.get("NumberOfFrames") or 1)
    copy.SamplesPerPixel, copy.PhotometricInterpretation = 1, "MONOCHROME2"
    copy.SOPClassUID, copy.SOPInstanceUID = MRImageStorage, generate_uid()
    copy.PixelData = _whole_items(source.PixelData) if syntax in ENCAPSULATED else source.PixelData
    copy["PixelData"].VR = "OB" if syntax in ENCAPSULATED else "OW"
    copy["PixelData"].is_undefined_length = syntax in ENCAPSULATED
    _expect_whole(copy, syntax)
    copy.file_meta = FileMetaDataset()
    copy.file_meta.TransferSyntaxUID = _written_as(syntax)
    return copy


def _whole_items(encapsulated: bytes) -> bytes:
    """Every fragment with the length that it has: GDCM seeks for seconds what an item that was cut off promises."""
    return b"".join(itemize_fragment(fragment) for fragment in generate_fragments(encapsulated))


def _syntax_found(source: Dataset) -> UID:
    implicit, little = source.original_encoding
    if implicit:
        return ImplicitVRLittleEndian
    return ExplicitVRLittleEndian if little else ExplicitVRBigEndian


def _written_as(syntax: UID) -> UID:
    return syntax if syntax in ENCAPSULATED or syntax == ExplicitVRBigEndian else ExplicitVRLittleEndian


def _expect_whole(copy: Dataset, syntax: UID) -> None:
    """Compare what the layout promises with what is there: GDCM would make room for the promise first."""
    if copy.BitsAllocated not in WHOLE_BYTES or not 0 < copy.BitsStored <= copy.BitsAllocated:
        raise damaged()
    if syntax in ENCAPSULATED:
        frames = list(generate_fragments(copy.PixelData))[1:]
        there, promised = len(frames), copy.NumberOfFrames
        if syntax == RLELossless and not all(_is_rle(frame, copy.BitsAllocated // 8) for frame in frames):
            raise damaged()
    else:
        bytes_each = copy.BitsAllocated // 8
        there, promised = len(copy.PixelData), copy.Rows * copy.Columns * copy.NumberOfFrames * bytes_each
    if not 0 < promised <= there:
        raise damaged()


def _is_rle(frame: bytes, bytes_each: int) -> bool:
    """Whether a frame starts as PS3.5 G.5 says, a segment for each byte of a value: GDCM divides by their number."""
    if len(frame) < RLE_HEADER:
        return False
    count, *starts = struct.unpack("<16L", frame[:RLE_HEADER])
    used = starts[:count]
    return count == bytes_each and used == sorted(used) and used[0] >= RLE_HEADER and used[-1] < len(frame)


def _decoded(file: Path) -> np.ndarray:
    import SimpleITK as sitk

    reader = sitk.ImageFileReader()
    reader.SetImageIO("GDCMImageIO")
    reader.SetFileName(str(file))
    with quiet_itk():
        try:
            image = reader.Execute()
        except RuntimeError:
            raise damaged() from None
    if image.GetNumberOfComponentsPerPixel() > 1:
        raise not_one_value(image.GetNumberOfComponentsPerPixel())
    voxels = sitk.GetArrayFromImage(image)
    return voxels.reshape(-1, *voxels.shape[-2:])


def _name_of(syntax: UID) -> str:
    """A registered name; what else a header holds is not repeated."""
    if syntax in JPEG_XL:
        return JPEG_XL[syntax]
    return syntax.name if syntax.is_transfer_syntax and not syntax.is_private else "unknown transfer syntax"
