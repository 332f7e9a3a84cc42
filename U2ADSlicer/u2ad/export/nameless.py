"""A review without what tells who read it, when, and in which words: for reports inside de-identified objects."""

from __future__ import annotations

from dataclasses import replace

from u2ad.export.reviewed import Reviewed
from u2ad.review.decision import REASONS, Judgement
from u2ad.review.listing import Listed


def nameless(reviewed: Reviewed) -> Reviewed:
    """The same findings, figures and decisions, without names, times, own words and the digest of the scan.

    Free text may name the patient, and times tell when the patient was there (PS3.15 E.3.5 and E.3.6).
    """
    impression, assessment = reviewed.impression, reviewed.assessment
    made = {**reviewed.document["provenance"], "started_utc": "", "scan_sha256": ""}
    return replace(
        reviewed,
        findings=tuple(_finding(one) for one in reviewed.findings),
        document={**reviewed.document, "provenance": made},
        reader="",
        impression=None if impression is None else replace(impression, text="", reader="", at=""),
        assessment=None if assessment is None else replace(assessment, comment="", reader="", at=""),
        journal="",
    )


def _finding(finding: Listed) -> Listed:
    said = finding.judgement
    reason = said.reason if said.reason in REASONS[said.decision] else ""
    return replace(finding, judgement=Judgement(said.decision, reason))
