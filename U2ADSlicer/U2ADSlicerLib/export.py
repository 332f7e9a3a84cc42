"""The review of the scene as the value that :mod:`u2ad.export` writes from, and what would become of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path

from u2ad.cord import MaskSource
from u2ad.export.formats import Format
from u2ad.export.job import Choice, Job, OpenScene
from u2ad.export.plan import Plan, plan_of
from u2ad.export.reviewed import Reviewed
from u2ad.review.case import Case
from U2ADSlicerLib.scene.anatomy import correctedCord
from U2ADSlicerLib.scene.dicom_facts import sourceOf
from U2ADSlicerLib.scene.input import scanOf
from U2ADSlicerLib.scene.saving import expectedSize


def reviewedOf(session) -> Reviewed:
    """The review as it stands, with the cord as it is drawn now; the session has a detection."""
    scan, document = scanOf(session.volume), session.document
    cord = {**document["cord"], "seen_by_person": session.anatomy.cordSeen}
    review = session.review
    return Reviewed(
        _case(session),
        session.findings,
        {**document, "threshold": session.threshold, "cord": cord},
        replace(scan, source=sourceOf(session.volume, scan.grid)),
        session.reader,
        review.impression,
        review.assessment,
        "".join(f"{action.to_json()}\n" for action in review.actions),
    )


def planOf(reviewed: Reviewed, formats: tuple[Format, ...], allFindings: bool, deidentify: bool) -> Plan:
    """What would be written, before anything is."""
    scene = OpenScene(expectedSize())
    return plan_of(Job(reviewed, Choice(formats, allFindings, deidentify), open_scene=scene))


def targetIn(parent: Path) -> Path:
    """A new folder below ``parent`` with a neutral name."""
    return Path(parent) / f"U2AD-{datetime.now().strftime('%Y%m%d-%H%M%S')}"


def _case(session) -> Case:
    corrected = correctedCord(session.nodes)
    if corrected is None:
        return session.case
    cord = replace(
        session.case.cord, fraction=corrected, source=MaskSource.READER, seen_by_person=not session.anatomy.wasTaken
    )
    return replace(session.case, cord=cord)
