"""Telling the series of a folder apart, and asking which one is meant."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from u2ad.errors import UnreadableInputError
from u2ad.scan.dicom.images import DicomImage, images_in, is_dicom_file

SAME_DIRECTION = 0.01
"""Difference in a direction cosine up to which two images count as parallel: 0.6 degrees."""


@dataclass(frozen=True, eq=False)
class Series:
    """Images that form one stack: of one series, parallel, of one matrix and one echo time.

    Args:
        images: in no particular order, at least one.
    """

    images: tuple[DicomImage, ...]

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
        description = self.first.description or "(no description)"
        count = f"{len(self.images)} image{'s' if len(self.images) > 1 else ''}"
        return f"{self.first.facts.modality or '?'}  {description}  ({count}, {self.orientation}{known_echo})"


class SeveralSeriesError(UnreadableInputError):
    """A folder holds several series and none was chosen.

    Args:
        series: in the order of the numbers that choose them, which start at 1.
    """

    def __init__(self, series: tuple[Series, ...]) -> None:
        self.series = series
        super().__init__(
            f"The folder holds {len(series)} series:\n{_list(series)}\n", "Choose one by its number with --series N."
        )


def list_series(folder: Path) -> tuple[Series, ...]:
    """The series of a folder and its subfolders, by series number.

    Raises:
        UnreadableInputError: if there is no DICOM image in it.
        OSError: if a part of it may not be read.
    """
    return series_in(sorted(_files(folder)))


def series_in(files: Sequence[Path]) -> tuple[Series, ...]:
    """The series that some files make up, by series number; files that are no DICOM are passed over.

    Raises:
        UnreadableInputError: if there is no DICOM image among them.
        OSError: if one of them may not be read.
    """
    images = [image for path in files for image in images_in(path)]
    if not images:
        raise _no_images(files)
    return tuple(sorted(_stacks(images), key=lambda one: (one.first.series_number, one.uid)))


def choose(series: tuple[Series, ...], wanted: str | None) -> Series:
    """The series that ``wanted`` means: a number in the list from 1, or a SeriesInstanceUID.

    Raises:
        SeveralSeriesError: if none is wanted, or the UID is that of several stacks.
        UnreadableInputError: if there is no such series.
    """
    if wanted is None:
        matching = series
    elif wanted.isdigit():
        matching = series[int(wanted) - 1 : int(wanted)] if int(wanted) else ()
    else:
        matching = tuple(one for one in series if one.uid == wanted)
    if len(matching) == 1:
        return matching[0]
    if matching:
        raise SeveralSeriesError(series)
    raise UnreadableInputError(
        f"There is no series {wanted} among these:\n{_list(series)}\n", "Choose one by its number with --series N."
    )


def _files(folder: Path) -> Iterator[Path]:
    def stop(error: OSError) -> None:
        raise error

    for directory, _, names in os.walk(folder, onerror=stop):
        yield from (Path(directory) / name for name in names if name.upper() != "DICOMDIR")


def _no_images(files: Sequence[Path]) -> UnreadableInputError:
    if any(is_dicom_file(path) for path in files):
        return UnreadableInputError(
            "The DICOM files are documents or reports (such as PDF or SR) and hold no images.",
            "Choose the folder of the MR series itself.",
        )
    return UnreadableInputError(
        "The folder holds no DICOM images.", "Give the folder of one DICOM series, or name the image file itself."
    )


def _stacks(images: Iterable[DicomImage]) -> list[Series]:
    groups: list[list[DicomImage]] = []
    for image in images:
        group = next((group for group in groups if _together(group[0], image)), None)
        if group is None:
            groups.append([image])
        else:
            group.append(image)
    return [Series(tuple(group)) for group in groups]


def _together(one: DicomImage, other: DicomImage) -> bool:
    if (one.series, one.shape, one.facts.echo_time_ms) != (other.series, other.shape, other.facts.echo_time_ms):
        return False
    if one.placement is None or other.placement is None:
        return one.placement is other.placement
    return bool(np.abs(one.placement.axes - other.placement.axes).max() < SAME_DIRECTION)


def _list(series: tuple[Series, ...]) -> str:
    return "\n".join(f"  {number}  {one.line}" for number, one in enumerate(series, start=1))
