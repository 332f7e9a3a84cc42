"""One DICOM header: read without its pixels, and asked for fields that may be missing, damaged or nested."""

from __future__ import annotations

import logging
import re
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import pydicom
from pydicom import config
from pydicom.dataset import Dataset
from pydicom.multival import MultiValue
from pydicom.tag import BaseTag, Tag
from pydicom.uid import UID, ExplicitVRLittleEndian, ImplicitVRLittleEndian

from u2ad.scan.itk import number

READ_TAGS = [
    "SOPClassUID", "SOPInstanceUID", "SeriesInstanceUID", "SeriesNumber", "InstanceNumber", "Modality",
    "SeriesDescription", "StudyDescription", "ProtocolName", "BodyPartExamined", "ImageType", "FrameOfReferenceUID",
    "SequenceName", "AcquisitionNumber", "DiffusionBValue",
    "RepetitionTime", "EchoTime", "InversionTime", "SliceThickness", "ImagePositionPatient",
    "ImageOrientationPatient", "PixelSpacing", "Rows", "Columns", "SamplesPerPixel", "PhotometricInterpretation",
    "RescaleSlope", "RescaleIntercept", "LossyImageCompression", "NumberOfFrames",
    "SharedFunctionalGroupsSequence", "PerFrameFunctionalGroupsSequence",
    "PatientName", "PatientID", "PatientBirthDate", "AccessionNumber", "StudyDate",
]  # fmt: skip
"""All that is ever read of a header. Name, numbers and birth date of the patient strike themselves out of the
description; as a digest, name and number tell two patients of one folder apart; the date puts examinations in order."""

MOST_FRAMES = 10_000
"""More images in one file than any MR has; a larger figure means a damaged header."""

PREAMBLE = 128
MARK = b"DICM"
FIRST_GROUPS = (b"\x02\x00", b"\x08\x00")
"""What a file without preamble starts with: the group of the file's meta elements, or that of its identification."""


ENDINGS = (".dcm", ".ima")
"""An empty file of such a name was an image once."""

CODE = re.compile(r"[A-Z]{2,16}")
"""What a field of defined terms may hold (PS3.3 C.7.3.1.1.1) before it is repeated in a message."""


class DamagedHeaderError(Exception):
    """A file that is marked as DICOM but makes no sense as such."""


class Fields:
    """Looks fields up in several data sets, the first that has one wins. Nothing that stands there makes it raise."""

    def __init__(self, groups: Sequence[Dataset]) -> None:
        self._groups = groups
        self._found: dict[str, tuple[str, ...]] = {}

    def text(self, keyword: str) -> str:
        """A field as text; several values are divided by a backslash, as in DICOM. Empty where there is none."""
        return "\\".join(self.texts(keyword))

    def texts(self, keyword: str) -> tuple[str, ...]:
        """All values of a field as text."""
        if keyword not in self._found:
            self._found[keyword] = self._texts(keyword)
        return self._found[keyword]

    def _texts(self, keyword: str) -> tuple[str, ...]:
        value = self._value(keyword)
        if value is None:
            return ()
        try:
            values = value if isinstance(value, list | tuple | MultiValue) else (value,)
            return tuple(str(one).strip() for one in values)
        except Exception:  # names in a character set that is none
            return ()

    def code(self, keyword: str) -> str:
        """A field whose values are words of the standard; empty where it holds anything else."""
        text = self.text(keyword)
        return text if CODE.fullmatch(text) else ""

    def whole(self, keyword: str) -> int | None:
        """A field as a whole number."""
        value = number(self.text(keyword))
        return None if value is None else int(value)

    def number(self, *keywords: str) -> float | None:
        """The first of several fields that holds one finite number."""
        found = [self.numbers(keyword, 1) for keyword in keywords]
        return next((float(value[0]) for value in found if value is not None), None)

    def numbers(self, keyword: str, count: int) -> np.ndarray | None:
        """A field of ``count`` finite numbers, shape (count,)."""
        values = [number(text) for text in self.texts(keyword)]
        if len(values) != count or None in values:
            return None
        return np.array(values, dtype=np.float64)

    def _value(self, keyword: str) -> object:
        tag = _tag_of(keyword)
        for group in self._groups:
            try:
                value = group[tag].value if tag in group else None
            except Exception:  # a damaged value makes pydicom raise errors of many kinds
                continue
            if value is not None:
                return value
        return None


@dataclass(frozen=True, eq=False)
class Header:
    """What is read of one DICOM file.

    Args:
        fields: of the whole file.
        frames: of each frame: its own functional groups, then the shared ones (PS3.3 C.7.6.16), then the file's; one
            for an ordinary file.
        sop_class: SOPClassUID (0008,0016).
        transfer_syntax: TransferSyntaxUID (0002,0010).
    """

    fields: Fields
    frames: tuple[Fields, ...]
    sop_class: UID
    transfer_syntax: UID


def read_header(path: Path) -> Header | None:
    """The header of a DICOM file, with or without preamble; None where it is no DICOM.

    Raises:
        DamagedHeaderError: if the file is marked as DICOM and cannot be understood.
        OSError: if it may not be read.
    """
    marked = _is_marked(path)
    if marked is None:
        return None
    with quiet_pydicom():
        try:
            dataset = pydicom.dcmread(path, stop_before_pixels=True, specific_tags=list(READ_TAGS), force=not marked)
        except PermissionError:
            raise
        except Exception as error:  # a damaged header makes pydicom raise errors of many kinds
            if marked:
                raise DamagedHeaderError from error
            return None
        return _header(dataset, marked)


@contextmanager
def quiet_pydicom() -> Iterator[None]:
    """Keep what pydicom has to say about odd values off the terminal: it quotes them, names among them."""
    logger = logging.getLogger("pydicom")
    level, mode = logger.level, config.settings.reading_validation_mode
    logger.setLevel(logging.CRITICAL)
    config.settings.reading_validation_mode = config.IGNORE
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logger.setLevel(level)
        config.settings.reading_validation_mode = mode


@cache
def _tag_of(keyword: str) -> BaseTag:
    """The tag of a keyword; asking a data set by keyword takes twice as long."""
    return Tag(keyword)


def _is_marked(path: Path) -> bool | None:
    """Whether a file has the mark of DICOM; None where it has not even the first bytes of a data set."""
    with path.open("rb") as file:
        start = file.read(PREAMBLE + len(MARK))
    if not start and path.suffix.lower() in ENDINGS:
        raise DamagedHeaderError
    if start[PREAMBLE:] == MARK:
        return True
    return False if start[:2] in FIRST_GROUPS and start[3:4] == b"\x00" else None


def _header(dataset: Dataset, marked: bool) -> Header | None:
    fields = Fields([dataset])
    meta = Fields([dataset.file_meta]) if hasattr(dataset, "file_meta") else Fields([])
    sop_class = UID(fields.text("SOPClassUID") or meta.text("MediaStorageSOPClassUID"))
    if not sop_class and not fields.whole("Rows"):
        if marked:
            raise DamagedHeaderError
        return None
    return Header(fields, _frames(dataset, fields), sop_class, UID(meta.text("TransferSyntaxUID") or _syntax(dataset)))


def _syntax(dataset: Dataset) -> str:
    """What pydicom found out about a data set that does not say how it is encoded."""
    implicit, _ = getattr(dataset, "original_encoding", (True, True))
    return ImplicitVRLittleEndian if implicit else ExplicitVRLittleEndian


def _frames(dataset: Dataset, fields: Fields) -> tuple[Fields, ...]:
    per_frame = _items(dataset, "PerFrameFunctionalGroupsSequence")
    shared = [group for item in _items(dataset, "SharedFunctionalGroupsSequence") for group in _groups(item)]
    if per_frame:
        return tuple(Fields([*_groups(item), *shared, dataset]) for item in per_frame)
    count = fields.whole("NumberOfFrames") or 1
    if not 0 < count <= MOST_FRAMES:
        raise DamagedHeaderError
    return (Fields([*shared, dataset]),) * count


def _items(dataset: Dataset, keyword: str) -> list[Dataset]:
    try:
        return [item for item in dataset.get(keyword) or () if isinstance(item, Dataset)]
    except Exception:  # a damaged sequence
        return []


def _groups(item: Dataset) -> list[Dataset]:
    groups = []
    for tag in item.keys():  # noqa: SIM118, iterating a data set would read every value
        try:
            element = item[tag]
        except Exception:
            continue
        if element.VR == "SQ" and element.value:
            groups.append(element.value[0])
    return groups
