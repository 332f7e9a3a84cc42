"""Writes bad and odd inputs of every kind that we know, for the tests of the reader and of the command line."""

from __future__ import annotations

import gzip
import os
import struct
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import SimpleITK as sitk
from dicom_files import write_pdf, write_stack
from scipy.ndimage import gaussian_filter

SHARED = Path(__file__).resolve().parents[2].parent / "shared" / "data"
"""Real scans, outside the repository; absent on most computers."""

REFUSED, UNREADABLE = 3, 4


@dataclass(frozen=True)
class BadInput:
    """One input that must not give a result.

    Args:
        kind: what is wrong with it.
        path: what the user would type.
        expected_exit_code: of ``u2ad detect``.
        found_by: the room that notices: "scan" from the file alone, "cord" only from the anatomy.
    """

    kind: str
    path: Path
    expected_exit_code: int
    found_by: Literal["scan", "cord"] = "scan"


def bad_inputs(folder: Path) -> list[BadInput]:
    """Write every kind of bad input below ``folder``; those from real scans only where these are."""
    groups = (_damaged_files, _not_images, _wrong_shapes, _bad_positions, _bad_voxels, _bad_lattices, _dicom_misfits,
              _dicom_stacks, _other_regions, _real_scans)  # fmt: skip
    return [bad for group in groups for bad in group(_made(folder / group.__name__.strip("_")))]


def neck(shape: tuple[int, int, int] = (15, 64, 48)) -> np.ndarray:
    """Smooth noise, int16: the values of an MRI, without anything in it that looks like a cord."""
    noise = gaussian_filter(np.random.default_rng(7).normal(size=shape), 1.5)
    return (400 + 1500 * noise).clip(1).astype(np.int16)


def write_image(path: Path, voxels: np.ndarray, spacing: tuple[float, float, float] = (3.3, 0.7, 0.7)) -> Path:
    """Write KJI voxels as a sagittal stack: columns posterior, rows inferior, slices right."""
    image = sitk.GetImageFromArray(voxels, isVector=voxels.ndim == 4)
    image.SetSpacing(spacing[::-1])
    image.SetDirection([0.0, 0.0, -1.0, 1.0, 0.0, 0.0, 0.0, -1.0, 0.0])
    image.SetOrigin([20.0, -60.0, 80.0])
    sitk.WriteImage(image, str(path))
    return path


def patched(path: Path, *changes: tuple[int, str, tuple]) -> Path:
    """Overwrite fields of a plain .nii file: byte offset, struct format, values (nifti1.h)."""
    content = bytearray(path.read_bytes())
    for offset, kind, values in changes:
        struct.pack_into(f"<{kind}", content, offset, *values)
    path.write_bytes(content)
    return path


def with_sform(path: Path, matrix: np.ndarray) -> Path:
    """A NIfTI file whose only position is this sform, rows of the (3, 4) affine."""
    return patched(
        write_image(path, neck()), (252, "2h", (0, 1)), (280, "12f", tuple(np.asarray(matrix, float).ravel()))
    )


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _written(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def _cut(path: Path, source: Path, share: float = 0.5) -> Path:
    content = source.read_bytes()
    return _written(path, content[: int(len(content) * share)])


def _damaged_files(folder: Path) -> list[BadInput]:
    good = write_image(folder / "good.nii.gz", neck())
    plain = _written(folder / "good.nii", gzip.decompress(good.read_bytes()))
    garbled = bytearray(good.read_bytes())
    garbled[len(garbled) // 2 : len(garbled) // 2 + 64] = b"\xff" * 64
    header_only = write_image(folder / "lone.mhd", neck())
    (folder / "lone.raw").unlink()
    huge = patched(_written(folder / "huge.nii", plain.read_bytes()), (40, "4h", (3, 30000, 30000, 30000)))
    files = {
        "missing file": folder / "nowhere.nii.gz",
        "empty file": _written(folder / "empty.nii.gz", b""),
        "NIfTI.gz cut off": _cut(folder / "cut.nii.gz", good),
        "NIfTI.gz garbled": _written(folder / "garbled.nii.gz", bytes(garbled)),
        "NIfTI cut off": _cut(folder / "cut.nii", plain),
        "NIfTI header cut off": _written(folder / "header.nii", plain.read_bytes()[:200]),
        "NRRD cut off": _cut(folder / "cut.nrrd", write_image(folder / "good.nrrd", neck())),
        "MetaImage cut off": _cut(folder / "cut.mha", write_image(folder / "good.mha", neck())),
        "MetaImage without its voxels": header_only,
        "NIfTI that claims 27 billion voxels": huge,
        "NIfTI of version 2": _written(folder / "two.nii", struct.pack("<i", 540) + b"n+2\0" + bytes(100_000)),
    }
    if hasattr(os, "geteuid") and os.geteuid() != 0:
        files["not permitted"] = _written(folder / "secret.nii.gz", good.read_bytes())
        files["not permitted"].chmod(0)
    return [BadInput(kind, path, UNREADABLE) for kind, path in files.items()]


def _not_images(folder: Path) -> list[BadInput]:
    with zipfile.ZipFile(folder / "scan.zip", "w") as archive:
        archive.writestr("scan.txt", "nothing")
    _written(_made(folder / "letters") / "letter.txt", b"Dear colleague")
    picture = sitk.GetImageFromArray(np.zeros((32, 32), np.uint8))
    sitk.WriteImage(picture, str(folder / "picture.jpg"))
    write_pdf(folder / "report.dcm")
    write_pdf(_made(folder / "reports") / "report.dcm")
    files = {
        "text named .nii.gz": _written(folder / "text.nii.gz", b"Dear colleague"),
        "text named .nrrd": _written(folder / "text.nrrd", b"Dear colleague"),
        "text named .dcm": _written(folder / "text.dcm", b"Dear colleague"),
        "zip archive": folder / "scan.zip",
        "JPEG named .dcm": _written(folder / "picture.dcm", (folder / "picture.jpg").read_bytes()),
        "empty DICOM file": _written(folder / "empty.dcm", b""),
        "empty folder": _made(folder / "empty"),
        "folder without images": folder / "letters",
        "DICOM report": folder / "report.dcm",
        "folder of DICOM reports": folder / "reports",
    }
    return [BadInput(kind, path, UNREADABLE) for kind, path in files.items()]


def _wrong_shapes(folder: Path) -> list[BadInput]:
    series = sitk.JoinSeries([sitk.GetImageFromArray(neck())] * 3)
    sitk.WriteImage(series, str(folder / "moments.nii.gz"))
    sitk.WriteImage(sitk.GetImageFromArray(neck()[0]), str(folder / "flat.nii.gz"))
    files = {
        "2D image": folder / "flat.nii.gz",
        "single slice": write_image(folder / "single.nii.gz", neck()[:1]),
        "4D image": folder / "moments.nii.gz",
        "colour image": write_image(folder / "colour.nrrd", np.stack([neck().astype(np.uint8)] * 3, axis=-1)),
        "complex image": write_image(folder / "complex.nii.gz", neck().astype(np.complex64)),
        "three slices": write_image(folder / "three.nii.gz", neck((3, 64, 48))),
        "tiny image": write_image(folder / "tiny.nii.gz", neck((12, 16, 16))),
    }
    return [BadInput(kind, path, REFUSED) for kind, path in files.items()]


def _bad_positions(folder: Path) -> list[BadInput]:
    sagittal = np.array([[0.0, 0.0, 3.3, -20.0], [-0.7, 0.0, 0.0, 60.0], [0.0, -0.7, 0.0, 80.0]])
    sheared, flat, double = sagittal.copy(), sagittal.copy(), sagittal.copy()
    sheared[2, 2] = 0.8
    flat[0, 2] = 0.0
    double[:, :3] *= 2
    files = {
        "sheared axes": with_sform(folder / "sheared.nii", sheared),
        "singular axes": with_sform(folder / "flat.nii", flat),
        "position not a number": with_sform(folder / "nan.nii", np.full((3, 4), np.nan)),
        "two voxel sizes": with_sform(folder / "double.nii", double),
    }
    return [BadInput(kind, path, REFUSED) for kind, path in files.items()]


def _bad_voxels(folder: Path) -> list[BadInput]:
    holes, nothing = neck().astype(np.float32), np.full(neck().shape, np.nan, np.float32)
    holes[:4] = np.nan
    copies = np.repeat(neck()[::2], 2, axis=0)
    blank = neck()
    blank[3:12] = 0
    ct = neck() - 400
    ct[:, :, :10] = -1000
    files = {
        "NaN in a quarter": write_image(folder / "holes.nii.gz", holes),
        "infinity in a quarter": write_image(folder / "infinite.nrrd", np.where(np.isnan(holes), np.inf, holes)),
        "NaN only": write_image(folder / "nothing.nrrd", nothing),
        "NaN only in NIfTI": write_image(folder / "nothing.nii.gz", nothing),
        "constant voxels": write_image(folder / "constant.nii.gz", np.full(neck().shape, 7, np.int16)),
        "label map": write_image(folder / "labels.nii.gz", (neck() > 500).astype(np.uint8)),
        "every slice twice": write_image(folder / "copies.nii.gz", copies),
        "most slices empty": write_image(folder / "blank.nii.gz", blank),
        "CT values": write_image(folder / "ct.nii.gz", ct),
        "no cord in it": write_image(folder / "noise.nii.gz", neck((15, 96, 96))),
    }
    return [
        BadInput(kind, path, REFUSED, "cord" if kind == "no cord in it" else "scan") for kind, path in files.items()
    ]


def _bad_lattices(folder: Path) -> list[BadInput]:
    files = {
        "pixels of 3 mm": write_image(folder / "coarse.nii.gz", neck(), (3.3, 3.0, 3.0)),
        "sizes in metres": write_image(folder / "metres.nii.gz", neck(), (0.0033, 0.0007, 0.0007)),
        "slices 8 mm apart": write_image(folder / "apart.nii.gz", neck(), (8.0, 0.7, 0.7)),
    }
    return [BadInput(kind, path, REFUSED) for kind, path in files.items()]


def _dicom_misfits(folder: Path) -> list[BadInput]:
    write_stack(folder / "two", neck(), SeriesNumber=4)
    write_stack(folder / "two" / "more", neck(), SeriesNumber=5, SeriesDescription="T2 TSE SAG FS")
    write_stack(folder / "colour", np.stack([neck().astype(np.uint8)] * 3, axis=-1))
    write_stack(folder / "unplaced", neck(), ImagePositionPatient=None, each=lambda _: {"ImagePositionPatient": None})
    write_stack(folder / "one", neck()[:1])
    write_stack(folder / "damaged", neck())
    _cut(folder / "damaged" / "IM0003.dcm", folder / "damaged" / "IM0003.dcm")
    return [
        BadInput("folder of two T2-weighted DICOM series", folder / "two", UNREADABLE),
        BadInput("DICOM image cut off", folder / "damaged", UNREADABLE),
        BadInput("DICOM in colour", folder / "colour", REFUSED),
        BadInput("DICOM without positions", folder / "unplaced", REFUSED),
        BadInput("single DICOM image", next((folder / "one").iterdir()), REFUSED),
    ]


def _dicom_stacks(folder: Path) -> list[BadInput]:
    even = np.arange(15) * 3.5
    jittered = even + np.where(np.arange(15) % 2, 1.2, 0.0)
    missing = np.delete(np.arange(16), 7) * 3.5
    write_stack(folder / "missing", neck(), positions=missing)
    write_stack(folder / "unequal", neck(), positions=jittered)
    write_stack(folder / "twice", neck((16, 64, 48)), positions=np.repeat(np.arange(8) * 3.5, 2))
    write_stack(folder / "doubled", neck((16, 64, 48)), positions=np.r_[even, even[4]])
    origins = write_stack(folder / "straight", neck())
    tilted = (origins + np.outer(np.arange(15), [0.0, 0.0, 0.9])).round(4).tolist()
    write_stack(folder / "tilted", neck(), each=lambda k: {"ImagePositionPatient": tilted[k]})
    kinds = {
        "DICOM slice missing": "missing",
        "DICOM slices unequally spaced": "unequal",
        "two DICOM images at every position": "twice",
        "one DICOM position used twice": "doubled",
        "DICOM slices shifted (gantry tilt)": "tilted",
    }
    return [BadInput(kind, folder / name, REFUSED) for kind, name in kinds.items()]


def _other_regions(folder: Path) -> list[BadInput]:
    series: dict[str, dict] = {
        "CT DICOM": {"Modality": "CT"},
        "T1 DICOM by its name": {"SeriesDescription": "T1 TSE SAG", "EchoTime": None, "RepetitionTime": None},
        "T1 DICOM by its times": {"SeriesDescription": "SAG", "EchoTime": 11.0, "RepetitionTime": 600.0},
        "proton-density DICOM": {"SeriesDescription": "SAG", "EchoTime": 20.0, "RepetitionTime": 3000.0},
        "lumbar DICOM": {"SeriesDescription": "T2_SAG LSPINE"},
        "thoracic DICOM": {"BodyPartExamined": "TSPINE"},
        "brain DICOM": {"BodyPartExamined": "BRAIN"},
        "knee DICOM": {"StudyDescription": "MRI Knee left"},
    }
    inputs = []
    for kind, fields in series.items():
        write_stack(folder / kind, neck(), **fields)
        inputs.append(BadInput(kind, folder / kind, REFUSED))
    return inputs


def _real_scans(folder: Path) -> list[BadInput]:
    if not SHARED.is_dir():
        return []
    negative = {path.name: path for path in SHARED.glob("negative/**/*.nii.gz")}
    scan = SHARED / "healthy" / "sub-errsm30" / "sub-errsm30_T2w.nii.gz"
    real: list[tuple[str, Callable[[], Path], int, Literal["scan", "cord"]]] = [
        ("real T1 scan", lambda: negative["cervical_t1w.nii.gz"], REFUSED, "scan"),
        ("real lumbar scan", lambda: negative["t2_lumbar.nii.gz"], REFUSED, "cord"),
        ("real lumbar T2 DICOM", lambda: SHARED / "dicom" / "lumbar_T2_SAG", REFUSED, "scan"),
        ("real lumbar T1 DICOM", lambda: SHARED / "dicom" / "lumbar_T1_SAG", REFUSED, "scan"),
        ("real folder of two DICOM series", lambda: SHARED / "dicom", UNREADABLE, "scan"),
        ("real cord mask", lambda: scan.with_name("sub-errsm30_T2w_label-SC_seg.nii.gz"), REFUSED, "scan"),
        ("real scan cut off", lambda: _cut(folder / "cut.nii.gz", scan, 0.9), UNREADABLE, "scan"),
        ("real DICOM slice missing", lambda: _without_one(folder / "missing"), REFUSED, "scan"),
    ]
    return [BadInput(kind, make(), code, room) for kind, make, code, room in real]


def _without_one(folder: Path) -> Path:
    for path in (SHARED / "dicom" / "lumbar_T2_SAG").iterdir():
        if path.name != "D0000004.dcm":
            _written(_made(folder) / path.name, path.read_bytes())
    return folder
