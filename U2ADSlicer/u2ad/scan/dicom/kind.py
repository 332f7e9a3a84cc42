"""What sort of image a DICOM header declares: a plain scan, or something made for or from one."""

from __future__ import annotations

import re
from enum import Enum

from pydicom.uid import UID

from u2ad.scan.dicom.parts import is_unfit
from u2ad.scan.verdict import Verdict


class Kind(Enum):
    """What an image is, in the words of the list of series."""

    SCAN = "scan"
    DERIVED = "computed from other images"
    INVERSION_RECOVERY = "inversion recovery (STIR or FLAIR)"
    LOCALIZER = "localizer"
    DIFFUSION = "diffusion"
    PHASE = "phase or part of a complex image"
    FAT = "fat or opposed-phase image of a Dixon series"
    PROJECTION = "projection or subtraction"
    SCREENSHOT = "screenshot"
    MOSAIC = "mosaic: all slices in one picture"
    OBJECT = "segmentation or map made from a scan"

    @property
    def verdict(self) -> Verdict:
        """How fit an image of this kind is for the detection."""
        if self is Kind.SCAN:
            return Verdict.OK
        return Verdict.WARN if self in (Kind.DERIVED, Kind.INVERSION_RECOVERY) else Verdict.REFUSE


OBJECTS = re.compile(r"segmentation|parametric map|rt dose|deformable|surface", re.IGNORECASE)
SCREENSHOTS = re.compile(r"secondary capture", re.IGNORECASE)
"""In the names of SOP classes, PS3.6 Annex A."""

TYPES = {
    Kind.MOSAIC: {"MOSAIC"},
    Kind.LOCALIZER: {"LOCALIZER", "SCOUT"},
    Kind.DIFFUSION: {"DIFFUSION", "ADC", "TRACEW", "FA", "DIFFUSION_ANISO", "DIFFUSION_ATTNTD"},
    Kind.PROJECTION: {"PROJECTION IMAGE", "MIP", "MAX_IP", "MIN_IP", "MNIP", "SUBTRACTION", "SUBTRACT"},
    Kind.PHASE: {"P", "PHASE", "PHASE MAP", "R", "REAL", "I", "IMAGINARY", "VELOCITY"},
}
"""Values of ImageType (0008,0008) and Frame Type (0008,9007): PS3.3 C.8.3.1.1.1 and C.8.13.3.1.1, and what scanners
write in their place."""

WORDS = {
    Kind.LOCALIZER: r"loc\d*|locali[sz]er\d*|scout\d*|survey|3 ?plane|plan scan|smartbrain|ueberblick",
    Kind.DIFFUSION: r"dwi|dti|diff\w*|adc|ep2d\w*|resolve|trace\w*",
    Kind.PROJECTION: r"mip|subtraction",
    Kind.INVERSION_RECOVERY: r"\w*stir|\w*tirm|\w*flair\w*|tir",
}
"""Words of descriptions and protocols, the spelling of the vendors."""


def kind_of(sop_class: UID, types: tuple[str, ...], described: str, inversion_time_ms: float | None) -> Kind:
    """What an image is.

    Args:
        sop_class: SOPClassUID (0008,0016).
        types: values of ImageType or of the frame's own type, upper case.
        described: description and protocol.
        inversion_time_ms: InversionTime (0018,0082).
    """
    if OBJECTS.search(sop_class.name):
        return Kind.OBJECT
    if SCREENSHOTS.search(sop_class.name):
        return Kind.SCREENSHOT
    kind = _kind_of_types(types[2:])
    if kind is not None:
        return kind
    plain = re.sub(r"[^a-z0-9]+", " ", described.lower())
    for kind, words in WORDS.items():
        if re.search(rf"\b({words})\b", plain):
            return kind
    if inversion_time_ms:
        return Kind.INVERSION_RECOVERY
    return Kind.DERIVED if types[:1] == ("DERIVED",) else Kind.SCAN


def _kind_of_types(types: tuple[str, ...]) -> Kind | None:
    named = (kind for kind, values in TYPES.items() if values & set(types))
    return next(named, Kind.FAT if is_unfit(types) else None)
