"""What tells the images of one series apart that lie at one place: water and fat, inversion times, acquisitions."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from u2ad.scan.dicom.header import Fields
from u2ad.scan.dicom.patient import without_patient

TERMS = {
    "water": {"WATER", "W"},
    "fat": {"FAT", "F"},
    "in phase": {"IN_PHASE", "INPHASE", "IN", "IP"},
    "opposed phase": {"OUT_PHASE", "OUTPHASE", "OPP_PHASE", "OPPOSED_PHASE", "OPP", "OP"},
    "fat fraction": {"FAT_FRACTION", "FATFRACTION", "FF", "PDFF"},
}
"""Values of ImageType (0008,0008) and Frame Type (0008,9007) of Dixon images: PS3.3 C.8.13.3.1.1, and what scanners
write in their place."""

SHORT = 2
"""Letters up to which a value means a Dixon image only beside others of its series: some scanners mean other things."""

UNFIT = {"fat", "opposed phase", "fat fraction"}
"""Dixon images in which cord and CSF do not look as in a T2-weighted one."""

SEQUENCE_NAME = re.compile(r"\*?[A-Za-z0-9_.]{1,16}")
TYPE_VALUE = re.compile(r"[A-Z][A-Z0-9_]{0,15}")
"""What is repeated of a header in a list; anything else may be what somebody typed."""


@dataclass(frozen=True)
class Part:
    """Which of the images at one place an image is; empty or None where the header does not say.

    Args:
        types: values of ImageType from the third on, upper case.
        inversion_ms: InversionTime (0018,0082).
        b_value: DiffusionBValue (0018,9087) in s/mm2.
        sequence: SequenceName (0018,0024) or PulseSequenceName (0018,9005).
        acquisition: AcquisitionNumber (0020,0012), or that of the frame (0020,9156).
    """

    types: tuple[str, ...]
    inversion_ms: float | None = None
    b_value: float | None = None
    sequence: str = ""
    acquisition: int | None = None

    @property
    def dixon(self) -> str:
        """Which image of a Dixon series it is; empty where it is none."""
        return _dixon(self.types)


def is_unfit(types: Sequence[str]) -> bool:
    """Whether type values say that an image is the fat, opposed-phase or fat fraction one of a Dixon series.

    Args:
        types: values of ImageType or of the frame's own type from the third on, upper case.
    """
    return _dixon(types if "DIXON" in types else [value for value in types if len(value) > SHORT]) in UNFIT


def part_of(frame: Fields, types: tuple[str, ...], stated: str) -> Part:
    """What a header says of it.

    Args:
        frame: the header.
        types: values of ImageType or of the frame's own type, upper case.
        stated: words that tell who the patient is; they are left out.
    """
    sequence = without_patient(frame.text("SequenceName") or frame.text("PulseSequenceName"), stated)
    acquisition = frame.number("FrameAcquisitionNumber", "AcquisitionNumber")
    return Part(
        tuple(value for value in types[2:] if without_patient(value, stated) == value),
        frame.number("InversionTime", "InversionTimes"),
        frame.number("DiffusionBValue"),
        sequence if SEQUENCE_NAME.fullmatch(sequence) else "",
        None if acquisition is None else int(acquisition),
    )


def told_apart(parts: Sequence[Part]) -> tuple[str, ...]:
    """What each of some parts is and not all of them are, in a few words; empty where the headers do not tell."""
    return tuple(_in_words(part, parts) for part in parts)


def _dixon(types: Sequence[str]) -> str:
    plain = {re.sub(r"[\s-]+", "_", value) for value in types}
    return next((words for words, values in TERMS.items() if values & plain), "")


def _in_words(part: Part, parts: Sequence[Part]) -> str:
    words = [part.dixon or _type_words(part, parts)] if len({one.types for one in parts}) > 1 else []
    for name, how in (
        ("inversion_ms", "TI {:g} ms"), ("b_value", "b {:g}"), ("sequence", "{}"), ("acquisition", "acquisition {}")
    ):  # fmt: skip
        value = getattr(part, name)
        if value not in (None, "") and len({getattr(one, name) for one in parts}) > 1:
            words.append(how.format(value))
    return ", ".join(word for word in words if word)


def _type_words(part: Part, parts: Sequence[Part]) -> str:
    """The type values that not all of the parts have."""
    shared = set(parts[0].types).intersection(*(one.types for one in parts))
    return " ".join(value for value in part.types if value not in shared and TYPE_VALUE.fullmatch(value))
