"""From a review to the content of its report."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict

import numpy as np

from u2ad.export.caveats import CORRECTED, refusals
from u2ad.export.report import words
from u2ad.export.report.content import Content, Entry, Note, Picture, Saying
from u2ad.export.reviewed import Reviewed
from u2ad.progress import Progress, Silent
from u2ad.result import words as told
from u2ad.result.chart import Chart, chart_of
from u2ad.result.document import RESEARCH_USE
from u2ad.review.listing import Listed


def content_of(reviewed: Reviewed, progress: Progress | None = None) -> Content:
    """The content of the report; pictures are drawn where the scan is at hand.

    Args:
        reviewed: the review.
        progress: told of each finding's pictures; may cancel.
    """
    progress = progress or Silent()
    overview, pictures = _pictures(reviewed, progress)
    return Content(
        research_use=RESEARCH_USE,
        headline=words.headline(reviewed),
        summary=words.summary(reviewed),
        notes=tuple(sorted(_notes(reviewed), key=lambda note: not note.grave)),
        sayings=tuple(_sayings(reviewed)),
        overview=overview,
        chart=_chart(reviewed),
        chart_note=_chart_note(reviewed),
        marks={one.number: one.judgement.decision for one in reviewed.findings},
        entries=tuple(_entry(one, pictures.get(one.number, ())) for one in reviewed.findings),
        table_note=f"{words.TABLE_NOTE} {reviewed.case.yardstick.note}",
        provenance=words.provenance(reviewed),
    )


def _pictures(reviewed: Reviewed, progress: Progress) -> tuple[tuple[Picture, ...], dict[int, tuple[Picture, ...]]]:
    if reviewed.image is None:
        return (), {}
    from u2ad.export.report.pictures import Painter  # Pillow and contourpy, only where pictures are drawn

    painter = Painter(reviewed.image, reviewed.case, reviewed.findings)
    pictures = {}
    for finding in reviewed.findings:
        pictures[finding.number] = painter.finding(finding)
        progress.advance(0)
    return painter.overview(), pictures


def _entry(finding: Listed, pictures: tuple[Picture, ...]) -> Entry:
    return Entry(
        finding.number,
        words.place(finding),
        finding.judgement.decision,
        words.decided(finding),
        finding.judgement.comment,
        words.figures(finding),
        words.row(finding),
        pictures,
    )


def _notes(reviewed: Reviewed) -> Iterator[Note]:
    if refusals(reviewed):
        yield Note(
            "This input was refused, and searched on request all the same.", "Do not rely on the result.", grave=True
        )
    for check in told.warnings(reviewed.document):
        yield Note(check["sentence"], check["remedy"], check["verdict"] == "refuse")
    adapted = words.adapted(reviewed)
    if adapted:
        yield Note(adapted, "Compare with the published model before it is relied on.", grave=True)
    if reviewed.cord_is_corrected:
        yield Note(CORRECTED, "Detect again before a silence there is relied on.", grave=True)
    if not reviewed.cord_is_seen:
        yield Note(told.cord_flag(reviewed.document["cord"]))
    if not reviewed.reader and any(one.judgement.at for one in reviewed.findings):
        yield Note("The reader has given no name.")


def _sayings(reviewed: Reviewed) -> Iterator[Saying]:
    impression, assessment = reviewed.impression, reviewed.assessment
    if impression is not None:
        when = "before anything of the detection was shown" if impression.blind else "the detection had been shown"
        by = "; ".join(filter(None, (words.by(impression.reader, impression.at).strip()[1:-1], when)))
        yield Saying("First impression", impression.suspicious, impression.text, by)
    if assessment is not None and assessment.decision:
        by = words.by(assessment.reader, assessment.at).strip()[1:-1]
        yield Saying("Assessment", assessment.decision, assessment.comment, by)


def _chart(reviewed: Reviewed) -> Chart | None:
    curve = reviewed.case.curve
    return chart_of(
        {
            "curve": {
                "along_mm": curve.along.tolist(),
                "value": [None if np.isnan(value) else float(value) for value in curve.value],
                "level": list(curve.level),
            },
            "threshold": reviewed.document["threshold"],
            "findings": [_for_chart(one) for one in reviewed.findings],
        }
    )


def _chart_note(reviewed: Reviewed) -> str:
    marks = f"{words.MARKS_NOTE} " if reviewed.findings else ""
    return f"{words.CHART_NOTE} {marks}{told.LEVELS[reviewed.case.levels.source.value]}"


def _for_chart(finding: Listed) -> dict:
    figures = asdict(finding.figures)
    return {
        "label": finding.number,
        "along_mm": figures["along"],
        "extent_mm": {"along_cord": figures["extent"][0]},
    }
