"""Telling the series of a folder apart."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from u2ad.errors import UnreadableInputError
from u2ad.scan.dicom.header import DamagedHeaderError, read_header
from u2ad.scan.dicom.images import DicomImage, images_of
from u2ad.scan.dicom.parts import told_apart

SAME_DIRECTION = 0.01
"""Difference in a direction cosine up to which two images count as parallel: 0.6 degrees."""

SAME_PLACE_MM = 0.01
"""Distance along the normal below which two images lie at one place: the header's own rounding."""

WHOLE_PARTS: tuple[Callable[[DicomImage], Any], ...] = (
    lambda image: image.part.inversion_ms,
    lambda image: image.part.b_value,
    lambda image: image.part.sequence,
    lambda image: image.part.acquisition,
)
"""What may part the images of a series that share a type, where each part is as long as the others."""


@dataclass(frozen=True, eq=False)
class Series:
    """Images that form one stack: of one series and patient, parallel, of one matrix, echo time and type.

    Args:
        images: in no particular order, at least one.
        damaged: how many files of its folder are marked as DICOM but cannot be understood; images may be missing.
        part: what it is and other stacks of the same series are not, such as "water"; empty where there are none.
    """

    images: tuple[DicomImage, ...]
    damaged: int = 0
    part: str = ""

    @property
    def uid(self) -> str:
        """SeriesInstanceUID (0020,000E); stacks of several orientations or echoes in one series share it."""
        return self.images[0].series

    @property
    def first(self) -> DicomImage:
        """Any image, for what all of them have in common."""
        return self.images[0]

    @cached_property
    def orientation(self) -> str:
        """How the images lie: "sagittal", "coronal", "axial" or "unknown"."""
        if self.first.placement is None:
            return "unknown"
        return ("sagittal", "coronal", "axial")[int(np.abs(self.first.placement.normal).argmax())]

    @property
    def line(self) -> str:
        """What a person needs to tell it from others: modality, description, number of images, orientation."""
        echo = self.first.facts.echo_time_ms
        known_echo = f", TE {echo:g} ms" if echo else ""
        description = ", ".join(filter(None, (self.first.description or "(no description)", self.part)))
        count = f"{len(self.images)} image{'s' if len(self.images) > 1 else ''}"
        return f"{self.first.facts.modality or '?'}  {description}  ({count}, {self.orientation}{known_echo})"


def list_series(folder: Path) -> tuple[Series, ...]:
    """The series of a folder and its subfolders: by patient, day of the examination and series number.

    Raises:
        UnreadableInputError: if there is no DICOM image in it.
        OSError: if a part of it may not be read.
    """
    return series_in(sorted(_files(folder)))


def series_in(files: Sequence[Path]) -> tuple[Series, ...]:
    """The series that some files make up, each read once; files that are no DICOM are passed over.

    Raises:
        UnreadableInputError: if there is no DICOM image among them.
        OSError: if one of them may not be read.
    """
    images: list[DicomImage] = []
    documents = damaged = 0
    for path in files:
        try:
            header = read_header(path)
            planes = () if header is None else images_of(header, path)
        except DamagedHeaderError:
            damaged += 1
            continue
        images += planes
        documents += header is not None and not planes
    if not images:
        raise _no_images(documents, damaged)
    return _in_order(_named([Series(tuple(stack), damaged) for stack in _stacks(images)]))


def owners(series: Sequence[Series]) -> tuple[str, ...]:
    """Which patient and examination each series is of, counted from 1; empty where all are of one."""
    origins = [one.first.origin for one in series]
    patients = list(dict.fromkeys(origin.patient for origin in origins))
    days = {patient: sorted({one.day for one in origins if one.patient == patient}) for patient in patients}
    return tuple(
        ", ".join(
            [f"patient {patients.index(origin.patient) + 1}"] * (len(patients) > 1)
            + [f"examination {days[origin.patient].index(origin.day) + 1}"] * (len(days[origin.patient]) > 1)
        )
        for origin in origins
    )


def _files(folder: Path) -> Iterator[Path]:
    def stop(error: OSError) -> None:
        raise error

    for directory, _, names in os.walk(folder, onerror=stop):
        paths = (Path(directory) / name for name in names if name.upper() != "DICOMDIR")
        yield from (path for path in paths if path.is_file())  # a pipe would be waited for


def _no_images(documents: int, damaged: int) -> UnreadableInputError:
    if damaged:
        return UnreadableInputError(
            "The DICOM files are damaged, or were cut off while being copied.", "Copy or export the series again."
        )
    if documents:
        return UnreadableInputError(
            "The DICOM files are documents or reports (such as PDF or SR) and hold no images.",
            "Choose the folder of the MR series itself.",
        )
    return UnreadableInputError(
        "The folder holds no DICOM images.", "Give the folder of one DICOM series, or name the image file itself."
    )


def _named(series: list[Series]) -> list[Series]:
    """Each with what tells it from those of the same series that look alike in a list."""
    alike: defaultdict[tuple[str, str], list[Series]] = defaultdict(list)
    for one in series:
        alike[one.uid, one.line].append(one)
    return [
        replace(one, part=part)
        for group in alike.values()
        for one, part in zip(group, told_apart([one.first.part for one in group]), strict=True)
    ]


def _in_order(series: list[Series]) -> tuple[Series, ...]:
    """By patient, each where the first of its series would stand; then by day and series number."""
    ordered = sorted(series, key=lambda one: (one.first.origin.day, one.first.series_number, one.uid))
    patients = list(dict.fromkeys(one.first.origin.patient for one in ordered))
    return tuple(sorted(ordered, key=lambda one: patients.index(one.first.origin.patient)))


def _stacks(images: Iterable[DicomImage]) -> list[list[DicomImage]]:
    return [part for stack in _parallel(_without_copies(images)) for part in _apart(stack)]


def _without_copies(images: Iterable[DicomImage]) -> Iterable[DicomImage]:
    first: dict[tuple[object, ...], DicomImage] = {}
    for image in images:
        first.setdefault(image.identity, image)
    return first.values()


def _parallel(images: Iterable[DicomImage]) -> list[list[DicomImage]]:
    alike: defaultdict[tuple[object, ...], list[list[DicomImage]]] = defaultdict(list)
    for image in images:
        samples = image.encoding.samples
        groups = alike[image.series, image.shape, image.facts.echo_time_ms, image.origin, samples]
        group = next((group for group in groups if _same_direction(group[0], image)), None)
        if group is None:
            groups.append([image])
        else:
            group.append(image)
    return [group for groups in alike.values() for group in groups]


def _same_direction(one: DicomImage, other: DicomImage) -> bool:
    if one.placement is None or other.placement is None:
        return one.placement is other.placement
    return bool(np.abs(one.placement.axes - other.placement.axes).max() < SAME_DIRECTION)


def _apart(stack: list[DicomImage]) -> list[list[DicomImage]]:
    """Magnitude and phase, water and fat, inversion times: told apart only where several images lie at one place."""
    if not _overlaps(stack):
        return [stack]
    of_types = _grouped(stack, lambda image: image.types[2:])
    if len(of_types) > 1:
        return [part for group in of_types for part in _apart(group)]
    for key in WHOLE_PARTS:
        groups = _grouped(stack, key)
        if _are_whole(groups):
            return groups
    return [stack]


def _grouped(stack: list[DicomImage], key: Callable[[DicomImage], Any]) -> list[list[DicomImage]]:
    groups: defaultdict[Any, list[DicomImage]] = defaultdict(list)
    for image in stack:
        groups[key(image)].append(image)
    return [groups[value] for value in sorted(groups, key=lambda value: (value is not None, value))]


def _are_whole(groups: list[list[DicomImage]]) -> bool:
    """Whether each is a stack by itself, as long as the others: what differs from slice to slice parts none."""
    sizes = {len(group) for group in groups}
    return len(groups) > 1 and len(sizes) == 1 and sizes != {1} and not any(map(_overlaps, groups))


def _overlaps(stack: list[DicomImage]) -> bool:
    if stack[0].placement is None:
        return False
    normal = stack[0].placement.normal
    along = sorted(float(image.where().position @ normal) for image in stack)
    return bool((np.diff(along) <= SAME_PLACE_MM).any())
