"""Writes DICOM folders as hospitals hand them over, odd in every way that we know of."""

from __future__ import annotations

import io
import os
import shutil
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pydicom
import SimpleITK as sitk
from bad_inputs import neck
from dicom_files import SAGITTAL, write_multiframe, write_pdf, write_stack
from pydicom.dataset import Dataset
from pydicom.encaps import encapsulate, generate_frames
from pydicom.sequence import Sequence
from pydicom.uid import (
    HTJ2K,
    MPEG2MPML,
    UID,
    DeflatedExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    ImplicitVRLittleEndian,
    JPEGLSLossless,
    RLELossless,
    SecondaryCaptureImageStorage,
    SegmentationStorage,
)

JPEG_XL = UID("1.2.840.10008.1.2.4.110")
"""JPEG XL Lossless, PS3.5 Annex A.4.12; newer than the dictionary of pydicom."""

NECK = {"BodyPartExamined": "CSPINE", "SeriesNumber": 3, "StudyDate": "20240503"}
AXIAL = np.array([[1.0, 0, 0], [0, 1, 0]])
CORONAL = np.array([[1.0, 0, 0], [0, 0, -1]])
OBLIQUE = np.array([[0.1736, 0.9848, 0.0], [0.0, 0.0, -1.0]])
EVEN = np.arange(15) * 3.5


@dataclass(frozen=True, eq=False)
class OddInput:
    """One input.

    Args:
        kind: what is odd about it.
        path: what the user would type.
        voxels: what must be read of it, KJI; None where it must not be read.
    """

    kind: str
    path: Path
    voxels: np.ndarray | None


Writer = Callable[[Path], "np.ndarray | None"]
"""Writes one input into a folder, and returns what must be read of it."""


def odd_inputs(folder: Path) -> Iterator[OddInput]:
    """Write every kind of odd input below ``folder``, one after the other."""
    for kind, write in WRITERS.items():
        path = folder / kind.replace(" ", "-").replace("/", "-")
        path.mkdir(parents=True)
        voxels = write(path)
        yield OddInput(kind, PATHS.get(kind, lambda made: made)(path), voxels)


def stack(folder: Path, voxels: np.ndarray | None = None, **fields) -> np.ndarray:
    """A cervical T2-weighted series; returns its voxels in the order in which they are read."""
    voxels = neck() if voxels is None else voxels
    write_stack(folder, voxels, **NECK | fields)
    return voxels


def changed(folder: Path, change: Callable[[Dataset], object]) -> None:
    """Read, change and write each file of a folder."""
    for path in sorted(folder.iterdir()):
        image = pydicom.dcmread(path)
        change(image)
        image.save_as(path)


# --- series beside each other


def several_series(folder: Path) -> np.ndarray:
    stack(folder / "loc", neck((3, 64, 48)), SeriesNumber=1, SeriesDescription="LOC")
    stack(folder / "t1", SeriesNumber=2, SeriesDescription="T1 TSE SAG", EchoTime=11.0)
    stack(folder / "tra", neck((20, 64, 48)), SeriesNumber=4, SeriesDescription="T2 TSE TRA", axes=AXIAL)
    return stack(folder / "t2")


def two_that_suit(folder: Path) -> None:
    stack(folder / "a", SeriesNumber=1)
    stack(folder / "b", SeriesNumber=2, SeriesDescription="T2 TSE SAG FS")


def orientations_in_one(folder: Path) -> np.ndarray:
    for name, axes in (("a", AXIAL), ("c", CORONAL)):
        stack(folder / name, neck((3, 64, 48)), axes=axes, SeriesInstanceUID="1.2.3")
    return stack(folder / "s", SeriesInstanceUID="1.2.3")


def localizer_alone(folder: Path) -> None:
    for name, axes in (("a", AXIAL), ("c", CORONAL), ("s", SAGITTAL)):
        stack(folder / name, neck((3, 64, 48)), axes=axes, SeriesInstanceUID="1.2.3", SeriesDescription="LOC")


def two_patients(folder: Path) -> None:
    stack(folder / "a")
    stack(folder / "b", neck((9, 64, 48)), PatientID="another", PatientName="Roe^Richard", SeriesNumber=5)


def two_examinations(folder: Path) -> None:
    stack(folder / "a")
    stack(folder / "b", neck((9, 64, 48)), StudyDate="20250503", SeriesNumber=5)


def two_frames_of_reference(folder: Path) -> None:
    for name in ("1.2.3", "1.2.4"):
        stack(folder / name, SeriesInstanceUID="1.2", FrameOfReferenceUID=name)


def other_matrix_among(folder: Path) -> np.ndarray:
    stack(folder / "one", neck((1, 32, 32)), SeriesInstanceUID="1.2.3", positions=np.array([52.5]))
    return stack(folder / "all", SeriesInstanceUID="1.2.3")


def objects_beside(folder: Path) -> np.ndarray:
    voxels = stack(folder / "t2")
    write_pdf(folder / "report.dcm")
    stack(folder / "seg", Modality="SEG", SeriesNumber=90, SOPClassUID=SegmentationStorage)
    stack(folder / "shot", neck((1, 64, 48)), SOPClassUID=SecondaryCaptureImageStorage, SeriesNumber=91)
    return voxels


def segmentation_alone(folder: Path) -> None:
    stack(folder, Modality="SEG", SOPClassUID=SegmentationStorage)
    stack(folder / "more", neck((3, 64, 48)), SeriesNumber=4, SeriesDescription="LOC")


def clutter(folder: Path) -> np.ndarray:
    for name in ("Thumbs.db", "._IM0001.dcm", ".DS_Store", "readme.txt", "viewer.exe"):
        (folder / name).write_bytes(b"\x00\x05\x16\x07 no image" * 30)
    if hasattr(os, "mkfifo"):
        os.mkfifo(folder / "pipe")
    return stack(folder)


# --- the stack of one series


def shuffled(folder: Path) -> np.ndarray:
    return stack(folder, each=lambda k: {"InstanceNumber": 1})


def oblique(folder: Path) -> np.ndarray:
    return stack(folder, axes=OBLIQUE)


def slice_missing(folder: Path) -> None:
    stack(folder, positions=np.delete(np.arange(16), 7) * 3.5)


def slices_unequal(folder: Path) -> None:
    stack(folder, positions=EVEN + np.where(np.arange(15) % 2, 1.2, 0.0))


def copies(folder: Path) -> np.ndarray:
    voxels = stack(folder)
    shutil.copytree(folder, folder / "again")
    return voxels


def one_place_twice(folder: Path) -> None:
    stack(folder, neck((16, 64, 48)), positions=np.r_[EVEN, EVEN[4]])


def time_points(folder: Path) -> None:
    stack(folder, neck((30, 64, 48)), positions=np.repeat(EVEN, 2))


def two_echoes(folder: Path) -> np.ndarray:
    stack(folder / "early", EchoTime=12.0, SeriesInstanceUID="1.2.3")
    return stack(folder / "late", SeriesInstanceUID="1.2.3")


def magnitude_and_phase(folder: Path) -> np.ndarray:
    stack(folder / "p", SeriesInstanceUID="1.2.3", ImageType=["ORIGINAL", "PRIMARY", "P", "ND"])
    return stack(folder / "m", SeriesInstanceUID="1.2.3", ImageType=["ORIGINAL", "PRIMARY", "M", "ND"])


def water_and_fat(folder: Path) -> None:
    for part in ("WATER", "FAT"):
        stack(folder / part, SeriesInstanceUID="1.2.3", ImageType=["DERIVED", "PRIMARY", "DIXON", part])


def tilted(folder: Path) -> None:
    origins = write_stack(folder / "straight", neck())
    shutil.rmtree(folder / "straight")
    moved = (origins + np.outer(np.arange(15), [0.0, 0.0, 0.9])).round(4).tolist()
    stack(folder, each=lambda k: {"ImagePositionPatient": moved[k]})


def fanned(folder: Path) -> None:
    def turned(k: int) -> dict:
        angle = np.radians(4 * k)
        return {"ImageOrientationPatient": [float(np.sin(angle).round(6)), float(np.cos(angle).round(6)), 0, 0, 0, -1]}

    stack(folder, neck((8, 64, 48)), each=turned)


def mosaic(folder: Path) -> None:
    stack(folder, ImageType=["ORIGINAL", "PRIMARY", "M", "ND", "MOSAIC"])


# --- identifiers and fields


def one_identifier_for_all(folder: Path) -> np.ndarray:
    return stack(folder, SOPInstanceUID="1.2.3")


def without(*keywords: str) -> Writer:
    def write(folder: Path) -> np.ndarray:
        voxels = stack(folder)
        changed(folder, lambda image: [delattr(image, keyword) for keyword in keywords if keyword in image])
        return voxels

    return write


def refused(write: Writer) -> Writer:
    def write_only(folder: Path) -> None:
        write(folder)

    return write_only


def with_fields(**fields) -> Writer:
    return lambda folder: stack(folder, **fields)


def private_fields(folder: Path) -> np.ndarray:
    def add(image: Dataset) -> None:
        block = image.private_block(0x0029, "VENDOR HEADER", create=True)
        block.add_new(0x10, "OB", bytes(20_000))
        block.add_new(0x20, "SQ", Sequence([Dataset() for _ in range(5)]))

    voxels = stack(folder)
    changed(folder, add)
    return voxels


def words_for_numbers(folder: Path) -> np.ndarray:
    voxels = stack(folder)
    for path in folder.iterdir():
        content = path.read_bytes()
        path.write_bytes(content.replace(b"3500.0", b"rather").replace(b"SH\x02\x003 ", b"SH\x02\x00x "))
    return voxels


def unknown_letters(folder: Path) -> np.ndarray:
    voxels = stack(folder)
    for path in folder.iterdir():
        content = path.read_bytes().replace(b"Doe^Jane", b"\xff\xfe\x1b$B\x00\x80^")
        path.write_bytes(content)
    return voxels


# --- encodings


def encoded(syntax: UID) -> Writer:
    """Natively, with other bytes or without pixels to decode."""

    def write(folder: Path) -> np.ndarray:
        voxels = stack(folder)
        for path in folder.iterdir():
            image = pydicom.dcmread(path)
            if syntax == ExplicitVRBigEndian:
                image.PixelData = image.pixel_array.astype(">i2").tobytes()
            image.file_meta.TransferSyntaxUID = syntax
            pydicom.dcmwrite(
                path,
                _decoded_fields(image),
                implicit_vr=syntax.is_implicit_VR,
                little_endian=syntax.is_little_endian,
                enforce_file_format=True,
            )
        return voxels

    return write


def _decoded_fields(image: Dataset) -> Dataset:
    """A data set that remembers no encoding, so that it can be written in another one."""
    plain = Dataset()
    for element in image:
        plain.add(element)
    plain.file_meta = image.file_meta
    plain["PixelData"].VR = "OW"
    return plain


def compressed(name: str) -> Writer:
    """By pydicom (RLE, JPEG-LS) or GDCM (JPEG, JPEG2000)."""

    def write(folder: Path) -> np.ndarray:
        voxels = stack(folder)
        for path in folder.iterdir():
            image = pydicom.dcmread(path)
            if name in PYDICOM:
                image.compress(PYDICOM[name], generate_instance_uid=False)
            else:
                _compress_by_gdcm(image, name, path.with_suffix(".tmp.dcm"))
            image.save_as(path)
        return voxels

    return write


PYDICOM = {"RLE": RLELossless, "JPEG-LS": JPEGLSLossless}


def _compress_by_gdcm(image: Dataset, name: str, temporary: Path) -> None:
    writer = sitk.ImageFileWriter()
    writer.SetImageIO("GDCMImageIO")
    writer.SetFileName(str(temporary))
    writer.SetUseCompression(True)
    writer.SetCompressor(name)
    writer.Execute(sitk.GetImageFromArray(image.pixel_array))
    packed = pydicom.dcmread(temporary)
    temporary.unlink()
    image.file_meta.TransferSyntaxUID = packed.file_meta.TransferSyntaxUID
    image.PixelData = encapsulate([next(generate_frames(packed.PixelData, number_of_frames=1))])
    image["PixelData"].VR, image["PixelData"].is_undefined_length = "OB", True


def announced(syntax: UID) -> Writer:
    """Said to be compressed in a way that nobody here can undo."""

    def write(folder: Path) -> None:
        stack(folder)

        def change(image: Dataset) -> None:
            image.file_meta.TransferSyntaxUID = syntax
            image.PixelData = encapsulate([bytes(100)])
            image["PixelData"].VR, image["PixelData"].is_undefined_length = "OB", True

        changed(folder, change)

    return write


def renamed_syntax(folder: Path) -> None:
    """A transfer syntax that pydicom does not know to write: its identifier is as long as that of HTJ2K."""
    announced(HTJ2K)(folder)
    for path in folder.iterdir():
        path.write_bytes(path.read_bytes().replace(HTJ2K.encode(), JPEG_XL.encode()))


def no_preamble(folder: Path) -> np.ndarray:
    voxels = stack(folder)
    for path in folder.iterdir():
        path.write_bytes(path.read_bytes()[132:])
    return voxels


def bare_data_set(folder: Path) -> np.ndarray:
    voxels = stack(folder)
    for path in folder.iterdir():
        image, bare = pydicom.dcmread(path), io.BytesIO()
        plain = _decoded_fields(image)
        del plain.file_meta
        pydicom.dcmwrite(bare, plain, implicit_vr=True, little_endian=True)
        path.write_bytes(bare.getvalue())
    return voxels


# --- values


def inverted(folder: Path) -> np.ndarray:
    voxels = stack(folder, PhotometricInterpretation="MONOCHROME1")
    return voxels.max() - voxels + voxels.min()


def rescaled(folder: Path) -> np.ndarray:
    voxels = stack(folder, each=lambda k: {"RescaleSlope": round(0.5 + 0.1 * k, 2), "RescaleIntercept": -3.0})
    return voxels * (0.5 + 0.1 * np.arange(15))[:, None, None] - 3


def twelve_bits_and_overlay(folder: Path) -> np.ndarray:
    """Old scanners keep an overlay in the bits above the twelve of the image."""
    voxels = neck().clip(0, 4095)
    shown = (voxels | 0x5000).astype(np.int16)
    stack(folder, shown, BitsStored=12, HighBit=11, PixelRepresentation=0)
    return voxels


def floats(folder: Path) -> None:
    def change(image: Dataset) -> None:
        image.FloatPixelData = image.pixel_array.astype("<f4").tobytes()
        image.BitsAllocated = 32
        del image.PixelData

    stack(folder)
    changed(folder, change)


def colour(folder: Path) -> None:
    stack(folder, np.stack([neck().astype(np.uint8)] * 3, axis=-1))


def eight_bits(folder: Path) -> np.ndarray:
    voxels = (neck() // 8).clip(0, 255).astype(np.uint8)
    stack(folder, voxels, BitsAllocated=8, BitsStored=8, HighBit=7, PixelRepresentation=0)
    return voxels


# --- damage


def cut(share: float, files: int) -> Writer:
    def write(folder: Path) -> np.ndarray | None:
        voxels = stack(folder)
        ends = sorted(folder.iterdir(), key=lambda path: pydicom.dcmread(path).ImagePositionPatient[0])
        for path in ends[:files]:
            path.write_bytes(path.read_bytes()[: int(path.stat().st_size * share)])
        return voxels[:-files] if share < 0.1 else None

    return write


def emptied(folder: Path) -> np.ndarray:
    voxels = stack(folder)
    ends = sorted(folder.iterdir(), key=lambda path: pydicom.dcmread(path).ImagePositionPatient[0])
    ends[0].write_bytes(b"")
    return voxels[:-1]


def all_cut(folder: Path) -> None:
    stack(folder)
    for path in folder.iterdir():
        path.write_bytes(path.read_bytes()[:400])


# --- enhanced multi-frame


def enhanced(
    change: Callable[[Dataset], object] = lambda _: None,
    voxels: Callable[[], np.ndarray] = neck,
    expected: Callable[[np.ndarray], np.ndarray | None] = lambda stored: stored,
) -> Writer:
    """One Enhanced MR file with frames in a random order, and something changed in it."""

    def write(folder: Path) -> np.ndarray | None:
        stored = voxels()
        order = np.random.default_rng(3).permutation(len(stored))
        write_multiframe(folder / "enhanced.dcm", stored, SAGITTAL, (3.5, 0.7, 0.7), order)
        image = pydicom.dcmread(folder / "enhanced.dcm")
        image.BodyPartExamined = "CSPINE"
        for place, frame in zip(order, image.PerFrameFunctionalGroupsSequence, strict=True):
            frame.FrameContentSequence = item(DimensionIndexValues=[1, int(place) + 1])
        change(image)
        image.save_as(folder / "enhanced.dcm")
        return expected(stored)

    return write


def item(**fields) -> Sequence:
    """A sequence of one item."""
    dataset = Dataset()
    for keyword, value in fields.items():
        setattr(dataset, keyword, value)
    return Sequence([dataset])


def place_of(frame: Dataset) -> int:
    """Which slice a frame is of, from 0."""
    return int(frame.FrameContentSequence[0].DimensionIndexValues[1]) - 1


def scale_each(image: Dataset) -> None:
    for frame in image.PerFrameFunctionalGroupsSequence:
        slope = round(1 + 0.25 * place_of(frame), 2)
        frame.PixelValueTransformationSequence = item(RescaleSlope=slope, RescaleIntercept=5.0, RescaleType="US")


def second_half(change: Callable[[Dataset], object], start_again: bool = True) -> Callable[[Dataset], None]:
    """Changes the frames of the upper half of the slices, which are put at the places of the lower half."""

    def apply(image: Dataset) -> None:
        frames = image.PerFrameFunctionalGroupsSequence
        positions = {place_of(frame): frame.PlanePositionSequence[0].ImagePositionPatient for frame in frames}
        half = len(frames) // 2
        for frame in frames:
            place = place_of(frame)
            if place >= half:
                change(frame)
                if start_again:
                    frame.PlanePositionSequence[0].ImagePositionPatient = positions[place - half]

    return apply


def as_axial_stack(frame: Dataset) -> None:
    frame.FrameContentSequence[0].StackID = "2"
    frame.PlaneOrientationSequence = item(ImageOrientationPatient=[1, 0, 0, 0, 1, 0])


def as_phase(frame: Dataset) -> None:
    frame.MRImageFrameTypeSequence = item(FrameType=["ORIGINAL", "PRIMARY", "PHASE MAP", "NONE"])


def as_early_echo(frame: Dataset) -> None:
    frame.MREchoSequence = item(EffectiveEchoTime=12.0)


def as_next_time(frame: Dataset) -> None:
    frame.FrameContentSequence[0].TemporalPositionIndex = 2


def without_positions(image: Dataset) -> None:
    for frame in image.PerFrameFunctionalGroupsSequence:
        del frame.PlanePositionSequence


def claim_frames(image: Dataset) -> None:
    image.NumberOfFrames = 2_000_000_000
    del image.PerFrameFunctionalGroupsSequence


def thirty() -> np.ndarray:
    return neck((30, 64, 48))


def lower(stored: np.ndarray) -> np.ndarray:
    return stored[:15]


# --- containers


def zipped(folder: Path) -> None:
    stack(folder / "series")
    with zipfile.ZipFile(folder / "series.zip", "w") as archive:
        for path in sorted((folder / "series").iterdir()):
            archive.write(path, path.name)


def with_directory(folder: Path) -> np.ndarray:
    (folder / "DICOMDIR").write_bytes(b"index")
    return stack(folder / "IMAGES")


def directory_alone(folder: Path) -> None:
    (folder / "DICOMDIR").write_bytes(b"index")


WRITERS: dict[str, Writer] = {
    "localizer, T1, T2 and axial series in one folder": several_series,
    "two series that suit": two_that_suit,
    "three orientations in one series": orientations_in_one,
    "localizer of three orientations alone": localizer_alone,
    "images of two patients": two_patients,
    "examinations of two days": two_examinations,
    "two frames of reference in one series": two_frames_of_reference,
    "one image of another matrix among the slices": other_matrix_among,
    "SEG, PDF and screenshot beside the images": objects_beside,
    "SEG and localizer without the scan": segmentation_alone,
    "other files, and a pipe, among the images": clutter,
    "file names and instance numbers in no order": shuffled,
    "oblique sagittal": oblique,
    "slice missing": slice_missing,
    "slices unequally spaced": slices_unequal,
    "every image twice, as a copy": copies,
    "one position used twice": one_place_twice,
    "two time points": time_points,
    "two echoes in one series": two_echoes,
    "magnitude and phase in one series": magnitude_and_phase,
    "water and fat in one series": water_and_fat,
    "slices shifted (gantry tilt)": tilted,
    "slices in a fan (curved)": fanned,
    "mosaic": mosaic,
    "one SOPInstanceUID for all images": one_identifier_for_all,
    "no SOPInstanceUID": without("SOPInstanceUID"),
    "no SeriesInstanceUID": without("SeriesInstanceUID"),
    "no study, frame of reference, numbers or description": without(
        "StudyInstanceUID", "FrameOfReferenceUID", "SeriesNumber", "InstanceNumber", "SeriesDescription"
    ),
    "no echo time and no description": without("EchoTime", "RepetitionTime", "SeriesDescription"),
    "no position": refused(without("ImagePositionPatient")),
    "no pixel spacing": refused(without("PixelSpacing")),
    "pixel spacing of zero": refused(with_fields(PixelSpacing=[0.0, 0.0])),
    "orientation of zeros": refused(with_fields(ImageOrientationPatient=[0, 0, 0, 0, 0, 0])),
    "pixels that are not square": with_fields(spacing=(3.5, 0.6, 0.9)),
    "private fields": private_fields,
    "words where numbers belong": words_for_numbers,
    "name in no known character set": unknown_letters,
    "CT": refused(with_fields(Modality="CT")),
    "implicit VR": encoded(ImplicitVRLittleEndian),
    "big endian": encoded(ExplicitVRBigEndian),
    "deflated": encoded(DeflatedExplicitVRLittleEndian),
    "JPEG lossless": compressed("JPEG"),
    "JPEG-LS": compressed("JPEG-LS"),
    "JPEG 2000": compressed("JPEG2000"),
    "RLE": compressed("RLE"),
    "said to be compressed with loss": with_fields(LossyImageCompression="01"),
    "HTJ2K": announced(HTJ2K),
    "JPEG XL": renamed_syntax,
    "MPEG-2 video": announced(MPEG2MPML),
    "no preamble": no_preamble,
    "neither preamble nor file meta elements": bare_data_set,
    "MONOCHROME1": inverted,
    "another scale for each slice": rescaled,
    "12 bits with an overlay above": twelve_bits_and_overlay,
    "8 bits": eight_bits,
    "float pixels": floats,
    "colour": colour,
    "last slice cut off in its header": cut(0.05, 1),
    "last slice empty": emptied,
    "slice cut off in its pixels": cut(0.9, 1),
    "all files cut off in their headers": all_cut,
    "enhanced multi-frame, frames in no order": enhanced(),
    "enhanced, another scale for each frame": enhanced(
        scale_each, expected=lambda stored: stored * (1 + 0.25 * np.arange(15))[:, None, None] + 5
    ),
    "enhanced, sagittal and axial stack": enhanced(second_half(as_axial_stack, False), thirty, lower),
    "enhanced, magnitude and phase": enhanced(second_half(as_phase), thirty, lower),
    "enhanced, two echoes": enhanced(second_half(as_early_echo), thirty, lower),
    "enhanced, two time points": enhanced(second_half(as_next_time), thirty, lambda _: None),
    "enhanced, no positions": enhanced(without_positions, expected=lambda _: None),
    "enhanced, two billion frames claimed": enhanced(claim_frames, expected=lambda _: None),
    "zip archive": zipped,
    "DICOMDIR beside its images": with_directory,
    "DICOMDIR without its images": directory_alone,
}

PATHS: dict[str, Callable[[Path], Path]] = {
    "zip archive": lambda made: made / "series.zip",
    "DICOMDIR beside its images": lambda made: made / "DICOMDIR",
    "DICOMDIR without its images": lambda made: made / "DICOMDIR",
    "enhanced multi-frame, frames in no order": lambda made: made / "enhanced.dcm",
}
"""Where it is not the folder itself that is given."""
