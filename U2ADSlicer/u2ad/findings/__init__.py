"""Findings: from the maps of a detector to ranked candidates, a curve along the cord and a score of the patient."""

from u2ad.findings.candidates import CandidateSettings, find
from u2ad.findings.finding import AnomalyCurve, Finding, Findings

__all__ = ["AnomalyCurve", "CandidateSettings", "Finding", "Findings", "find"]
