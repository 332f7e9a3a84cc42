"""What is asked of an export, and what all objects made here say of themselves."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING, Any

from u2ad import __version__
from u2ad.export.dicom.errors import NothingToExportError
from u2ad.export.reviewed import Reviewed
from u2ad.review.listing import Listed

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

    from u2ad.export.dicom.source import Source

MANUFACTURER = "U2ADSlicer"
RESEARCH_USE = "Research use only, not for diagnosis"


@dataclass(frozen=True)
class DicomOptions:
    """What is asked of an export.

    Args:
        confirmed_only: leave out what the reader has not confirmed; otherwise all findings go, each with its decision.
    """

    confirmed_only: bool = True


class SeriesOf(IntEnum):
    """Kinds of series; added to a hundred times the number of the source's series, the series number."""

    SEGMENTATION = 1
    REPORT = 2
    MAPS = 3
    DOCUMENT = 4


def chosen_findings(reviewed: Reviewed, options: DicomOptions) -> tuple[Listed, ...]:
    """The findings that leave, by falling score.

    Raises:
        NothingToExportError: if one of them has no voxels.
    """
    findings = reviewed.chosen(confirmed_only=options.confirmed_only)
    for finding in findings:
        if not len(finding.voxels):
            raise NothingToExportError(
                f"Finding {finding.number} holds no voxels.", "Paint it, or reject it, and export again."
            )
    return findings


def equipment(reviewed: Reviewed) -> dict[str, Any]:
    """Manufacturer, model, version and serial number, (0008,0070) to (0018,1000), for highdicom.

    The serial number stands for the very weights that were used, as a version number does not.
    """
    return {
        "manufacturer": MANUFACTURER,
        "manufacturer_model_name": detector_name(reviewed),
        "software_versions": __version__,
        "device_serial_number": weights_digest(reviewed),
    }


def detector_name(reviewed: Reviewed) -> str:
    """The name of the detector that found what is reviewed."""
    return str(_provenance(reviewed).get("detector") or "none")


def detector_version(reviewed: Reviewed) -> str:
    """Version of this program and of the network, such as "0.1.0 (starter)"."""
    provenance = _provenance(reviewed)
    program = str(provenance.get("versions", {}).get("u2ad", __version__))
    return f"{program} ({provenance['model']})" if provenance.get("model") else program


def weights_digest(reviewed: Reviewed) -> str:
    """First 16 digits of the SHA-256 over those of the weights; "none" for a detector without a model."""
    weights = [str(one["sha256"]) for one in _provenance(reviewed).get("weights", [])]
    return hashlib.sha256(" ".join(weights).encode()).hexdigest()[:16] if weights else "none"


def _provenance(reviewed: Reviewed) -> dict[str, Any]:
    return reviewed.document.get("provenance") or {}


def series(source: Source, kind: SeriesOf) -> dict[str, Any]:
    """UIDs and numbers of a new series with its first instance, for highdicom."""
    return {
        "series_instance_uid": new_uid(),
        "series_number": 100 * max(0, int(source.header.SeriesNumber)) + kind,
        "sop_instance_uid": new_uid(),
        "instance_number": 1,
    }


def new_uid() -> str:
    """A UID that nobody has, of the form 2.25.<UUID> (PS3.5 B.2)."""
    from pydicom.uid import generate_uid

    return generate_uid(prefix=None)


def finish(dataset: Dataset, source: Source) -> Dataset:
    """Say what is true of every object made here: who hid the patient, and from when it is."""
    for keyword in ("PatientIdentityRemoved", "DeidentificationMethod", "DeidentificationMethodCodeSequence",
                    "LongitudinalTemporalInformationModified", "IssuerOfPatientID", "StudyDescription"):  # fmt: skip
        if keyword in source.header:
            dataset[keyword] = source.header[keyword]
    dataset.SpecificCharacterSet = "ISO_IR 192"
    if source.hides_identity:
        for element in dataset.iterall():
            if element.VR in ("DA", "DT") and element.value:
                element.value = "20000101"
            elif element.VR == "TM" and element.value:
                element.value = "000000"
    return dataset
