"""DICOM Structured Report by template TID 1500: what was measured, what the reader decided, and on which segment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from u2ad import __version__
from u2ad.export import codes
from u2ad.export.dicom.headers import instance_headers
from u2ad.export.dicom.options import (
    MANUFACTURER,
    DicomOptions,
    SeriesOf,
    chosen_findings,
    detector_name,
    detector_version,
    equipment,
    finish,
    series,
    weights_digest,
)
from u2ad.export.dicom.source import Source, stable_uid
from u2ad.export.dicom.sr_groups import cord_group, finding_group
from u2ad.export.dicom.words import person_name
from u2ad.export.reviewed import Reviewed

if TYPE_CHECKING:
    from highdicom.sr import MeasurementReport, ObservationContext, ObserverContext
    from pydicom.dataset import Dataset


def structured_report(
    reviewed: Reviewed, source: Source, options: DicomOptions, segmentation: Dataset | None = None
) -> Dataset:
    """The review as a Comprehensive SR: a measurement group for each finding, and one for the cord as a whole.

    Args:
        reviewed: the review.
        source: the images of its scan.
        options: which findings go; the same as for the segmentation.
        segmentation: what :func:`u2ad.export.dicom.seg.segmentation` made with the same options; each group then
            refers to its segment (TID 1411), without it to the images that the finding lies in (TID 1501).

    Returns:
        A highdicom ComprehensiveSR: complete, preliminary, and unverified, since nobody signs anything here.

    Raises:
        NothingToExportError: if a finding has no voxels.
    """
    from highdicom.sr import ComprehensiveSR

    evidence = instance_headers(source)
    dataset = ComprehensiveSR(
        evidence=[*evidence, segmentation] if segmentation is not None else evidence,
        content=_content(reviewed, source, options, segmentation)[0],
        is_complete=True,
        series_description="U2AD report",
        coding_schemes=codes.coding_schemes(),
        **series(source, SeriesOf.REPORT),
        **equipment(reviewed),
    )
    return finish(dataset, source)


def _content(
    reviewed: Reviewed, source: Source, options: DicomOptions, segmentation: Dataset | None
) -> MeasurementReport:
    from highdicom.sr import MeasurementReport

    chosen = chosen_findings(reviewed, options)
    groups = [finding_group(one, reviewed, source, segmentation) for one in chosen]
    return MeasurementReport(
        observation_context=_observers(reviewed, source),
        procedure_reported=codes.MRI.concept(),
        imaging_measurements=[cord_group(reviewed, source, len(chosen)), *groups],
    )


def _observers(reviewed: Reviewed, source: Source) -> ObservationContext:
    """The reader, where a name was typed and may be told, and this program with the detector that it ran."""
    from highdicom.sr import ObservationContext

    reader = "" if source.hides_identity else person_name(reviewed.reader)
    return ObservationContext(
        observer_person_context=_person(reader) if reader else None, observer_device_context=_device(reviewed)
    )


def _person(name: str) -> ObserverContext:
    from highdicom.sr import ObserverContext, PersonObserverIdentifyingAttributes
    from pydicom.sr.codedict import codes as standard

    return ObserverContext(standard.DCM.Person, PersonObserverIdentifyingAttributes(name=name))


def _device(reviewed: Reviewed) -> ObserverContext:
    from highdicom.sr import DeviceObserverIdentifyingAttributes, ObserverContext
    from pydicom.sr.codedict import codes as standard

    weights = weights_digest(reviewed)
    attributes = DeviceObserverIdentifyingAttributes(
        uid=stable_uid("device", detector_name(reviewed), detector_version(reviewed), weights, __version__),
        name=f"{MANUFACTURER} {__version__}",
        manufacturer_name=MANUFACTURER,
        model_name=detector_name(reviewed),
        serial_number=weights,
    )
    return ObserverContext(standard.DCM.Device, attributes)
