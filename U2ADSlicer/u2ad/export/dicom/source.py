"""The DICOM images that a scan came from: what objects made of it repeat of their headers and refer to."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from u2ad.export.dicom.deidentify import IDENTIFYING, pseudonymous

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

    from u2ad.scan import Scan


@dataclass(frozen=True)
class Plane:
    """One slice of the scan as a DICOM image.

    Args:
        sop_class: SOPClassUID (0008,0016).
        instance: SOPInstanceUID (0008,0018).
        frame: its number in a multi-frame image, from 1; None in an ordinary one.
        position: ImagePositionPatient (0020,0032), LPS mm, as the header states it.
    """

    sop_class: str
    instance: str
    frame: int | None
    position: tuple[float, float, float]


@dataclass(frozen=True, eq=False)
class Source:
    """The images of one scan.

    Args:
        header: what is repeated of patient, study, series and frame of reference, and the geometry that all slices
            share: nothing else of the files is kept.
        planes: the image of each slice, in the order of the array, length K.
        key: secret from which the UIDs of a de-identified export are made; empty where nothing is hidden.
    """

    header: Dataset
    planes: tuple[Plane, ...]
    key: bytes = b""

    def identifying(self) -> tuple[tuple[str, str], ...]:
        """Name and value of everything about patient and visit that an object made of this source says."""
        from pydicom.datadict import dictionary_description

        named = ((keyword, str(self.header.get(keyword, "") or "")) for keyword in IDENTIFYING)
        return tuple((dictionary_description(keyword), value) for keyword, value in named if value)

    def deidentified(self, key: bytes) -> Source:
        """The same images without what tells whose they are, by the basic profile of DICOM PS3.15 annex E.

        Args:
            key: the site's secret (:func:`u2ad.export.dicom.deidentify.site_key`): the same patient and the same
                images get the same pseudonym and the same UIDs in every export, and only who has the key can tell.
        """
        hidden = replace(self, key=key)
        planes = tuple(replace(plane, instance=hidden.uid(plane.instance)) for plane in self.planes)
        return replace(hidden, header=pseudonymous(self.header, hidden.token, hidden.uid), planes=planes)

    @property
    def hides_identity(self) -> bool:
        """Whether it was de-identified here: then nothing may be added that tells who, where or when."""
        return bool(self.key)

    @property
    def instances(self) -> dict[str, str]:
        """SOP class of every instance, by its UID."""
        return {plane.instance: plane.sop_class for plane in self.planes}

    def token(self, *parts: str) -> str:
        """32 hexadecimal digits that stand for ``parts``: always the same ones, with the key mixed in."""
        return stable_token(*parts, key=self.key)

    def uid(self, *parts: str) -> str:
        """A UID that stands for ``parts``: always the same one, of the form 2.25.<UUID> (PS3.5 B.2)."""
        return stable_uid(*parts, key=self.key)


def stable_token(*parts: str, key: bytes = b"") -> str:
    """32 hexadecimal digits that stand for ``parts``: always the same ones for the same key."""
    return hmac.new(key, "\0".join(parts).encode(), hashlib.sha256).hexdigest()[:32]


def stable_uid(*parts: str, key: bytes = b"") -> str:
    """A UID that stands for ``parts``: always the same one, of the form 2.25.<UUID> (PS3.5 B.2)."""
    return f"2.25.{int(stable_token(*parts, key=key), 16)}"


def read_source(scan: Scan) -> Source:
    """Read the headers of the images that a scan was made of.

    Args:
        scan: with the DICOM image of each slice.

    Raises:
        NoDicomSourceError: if it was not made of DICOM images, they cannot be read any more, lack what every object
            must repeat, or do not lie where the scan does.
    """
    from u2ad.export.dicom.reading import expect_source, planes_of, repeated_of, stated_in

    expect_source(scan)
    stated = stated_in(scan.source)
    planes = planes_of(stated, scan)
    return Source(repeated_of(stated, scan.grid), planes)
