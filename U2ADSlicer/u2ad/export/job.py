"""One export as asked for: what, of which review, and with which means."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from u2ad.errors import RefusedInputError, U2ADError
from u2ad.export.formats import USUAL, Format
from u2ad.export.reviewed import Reviewed
from u2ad.home import default_root
from u2ad.review.listing import Listed

if TYPE_CHECKING:
    from u2ad.export.dicom.source import Source

SUBJECT = re.compile(r"[0-9A-Za-z]+")
"""Labels of BIDS are letters and digits."""

SceneWriter = Callable[[Path, Reviewed, Callable[[], None]], None]
"""Writes a review as a Slicer scene to a file that ends in .mrb, in a process of its own. The last argument is called
several times a second; what it raises ends the writing and is raised again."""


@dataclass(frozen=True)
class OpenScene:
    """The scene as it is open in Slicer: all of it, not the review alone, under the names that it has there.

    Args:
        size: expected bytes of its file.
        saved: the file that Slicer has saved, which the export takes for its own; None while it is only planned.
    """

    size: int
    saved: Path | None = None


@dataclass(frozen=True)
class Choice:
    """What the reader has asked for.

    Args:
        formats: the products; the usual ones, as far as they can be made, where empty.
        all_findings: all findings with their decision rather than the confirmed ones alone.
        deidentify: leave out of DICOM objects what identifies the patient.
        subject: label of the subject in names of NIfTI files; never a patient's name.

    Raises:
        RefusedInputError: if the label is none.
    """

    formats: tuple[Format, ...] = ()
    all_findings: bool = False
    deidentify: bool = False
    subject: str = "01"

    def __post_init__(self) -> None:
        if not SUBJECT.fullmatch(self.subject):
            raise RefusedInputError(
                "The label of the subject has other characters than letters and digits.",
                "Give a neutral one such as 01; it stands in names of files.",
            )

    @property
    def wanted(self) -> tuple[Format, ...]:
        """The formats, each once."""
        return tuple(dict.fromkeys(self.formats or USUAL))


@dataclass(frozen=True, eq=False)
class Job:
    """All that the writers of the formats need.

    Args:
        reviewed: what is exported.
        choice: what of it, and how.
        scene_writer: writes Slicer scenes; None where there is no Slicer at hand.
        open_scene: goes in place of a scene that is made of the review; None where the reader does not sit in Slicer.
        root: data folder with the site's secret for pseudonyms.
    """

    reviewed: Reviewed
    choice: Choice = field(default_factory=Choice)
    scene_writer: SceneWriter | None = None
    open_scene: OpenScene | None = None
    root: Path = field(default_factory=default_root)

    @cached_property
    def chosen(self) -> tuple[Listed, ...]:
        """The findings that leave the program as voxels, by falling score."""
        return self.reviewed.chosen(confirmed_only=not self.choice.all_findings)

    @cached_property
    def cord(self) -> np.ndarray | None:
        """The cord as the reader knows it, bool, KJI; None where there is none."""
        return None if self.reviewed.case.cord is None else self.reviewed.case.cord.mask

    @cached_property
    def source(self) -> Source | U2ADError:
        """The headers of the scan's DICOM images, as they are; the error where there are none."""
        try:
            return self._read_source()
        except U2ADError as error:
            return error

    def _read_source(self) -> Source:
        image = self.reviewed.image
        if image is None or not image.source:
            raise RefusedInputError(
                "The scan is not at hand as DICOM images, which DICOM objects refer to.",
                "Take the scan from its DICOM series, in Slicer from the DICOM database.",
                option="--source",
            )
        from u2ad.export.dicom.source import read_source  # pydicom and highdicom, only where DICOM is asked for

        return read_source(image)

    @cached_property
    def told_source(self) -> Source:
        """The headers as objects repeat them, de-identified where asked: the site's secret is made only for that.

        Raises:
            U2ADError: if there are none.
            OutputError: if the secret can be neither read nor written.
        """
        source = self.source
        if isinstance(source, U2ADError):
            raise source
        if not self.choice.deidentify:
            return source
        from u2ad.export.dicom.deidentify import site_key

        return source.deidentified(site_key(self.root))
