"""Coded concepts of everything that leaves as DICOM: public codes where one fits, the scheme 99U2AD where none does.

Codes of the schemes SCT, DCM, RADLEX, LN and UCUM stand in the context groups of DICOM PS3.16 (7150 and 7192: category
and spinal cord; 6343: signal; 7603: vertebrae; 1003: levels of discs; 7469: measurements). What a code of 99U2AD means
is written in Docs/dicom-out.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from u2ad.review.decision import Decision

if TYPE_CHECKING:
    from highdicom.coding_schemes import CodingSchemeIdentificationItem as CodingScheme
    from highdicom.sr import CodedConcept

PRIVATE = "99U2AD"
"""Coding scheme designator of this program's own codes (PS3.16 section 8: 99 begins local ones)."""


@dataclass(frozen=True)
class Code:
    """A coded concept, as in DICOM PS3.3 section 8.

    Args:
        scheme: coding scheme designator (0008,0102).
        value: code value (0008,0100).
        meaning: code meaning (0008,0104).
    """

    scheme: str
    value: str
    meaning: str

    def __str__(self) -> str:
        return f"{self.scheme}^{self.value}^{self.meaning}"

    def concept(self) -> CodedConcept:
        """The same for highdicom."""
        from highdicom.sr import CodedConcept

        return CodedConcept(self.value, self.scheme, self.meaning)


def _own(value: str, meaning: str) -> Code:
    return Code(PRIVATE, value, meaning)


ALTERED_STRUCTURE = Code("SCT", "49755003", "Morphologically Altered Structure")
ANATOMICAL_STRUCTURE = Code("SCT", "123037004", "Anatomical Structure")
SPINAL_CORD = Code("SCT", "2748008", "Spinal cord")
T2_HYPERINTENSITY = Code("RADLEX", "RID39467", "T2 Hyperintensity")
ARTIFICIAL_INTELLIGENCE = Code("DCM", "123110", "Artificial Intelligence")
SIGNAL_STATISTICS = _own("STATISTICS", "Statistics of the signal")

LEVEL_CODES: dict[str, Code] = {
    "C1": Code("SCT", "14806007", "C1 vertebra"),
    "C1/C2": _own("C1-C2", "Level between C1 and C2"),  # no disc lies there, and no context group names it
    "C2": Code("SCT", "39976000", "C2 vertebra"),
    "C2/C3": Code("SCT", "243902007", "Level of C2/C3 intervertebral disc"),
    "C3": Code("SCT", "113205007", "C3 vertebra"),
    "C3/C4": Code("SCT", "243903002", "Level of C3/C4 intervertebral disc"),
    "C4": Code("SCT", "5329002", "C4 vertebra"),
    "C4/C5": Code("SCT", "243904008", "Level of C4/C5 intervertebral disc"),
    "C5": Code("SCT", "36978003", "C5 vertebra"),
    "C5/C6": Code("SCT", "243905009", "Level of C5/C6 intervertebral disc"),
    "C6": Code("SCT", "36054005", "C6 vertebra"),
    "C6/C7": Code("SCT", "243906005", "Level of C6/C7 intervertebral disc"),
    "C7": Code("SCT", "87391001", "C7 vertebra"),
    "C7/T1": Code("SCT", "243925008", "Level of C7/T1 intervertebral disc"),
    "T1": Code("SCT", "64864005", "T1 vertebra"),
    "T1/T2": Code("SCT", "243908006", "Level of T1/T2 intervertebral disc"),
    "T2": Code("SCT", "53733008", "T2 vertebra"),
    "T2/T3": Code("SCT", "243909003", "Level of T2/T3 intervertebral disc"),
    "T3": Code("SCT", "1626008", "T3 vertebra"),
    "T3/T4": Code("SCT", "243910008", "Level of T3/T4 intervertebral disc"),
    "T4": Code("SCT", "73071006", "T4 vertebra"),
}
"""Levels of the spine, which modify the region "Spinal cord"; not segments of the cord (C8 lies beside C6 and C7)."""

DECISION_CODES: dict[Decision, Code] = {
    Decision.CONFIRMED: _own("CONFIRMED", "Confirmed by the reader"),
    Decision.REJECTED: _own("REJECTED", "Rejected by the reader"),
    Decision.UNSURE: _own("UNSURE", "Reader is unsure"),
    Decision.UNDECIDED: _own("UNDECIDED", "Not decided by a reader"),
}


REASON_CODES: dict[str, Code] = {
    "compressive myelopathy": _own("R-COMPRESSION", "Compressive myelopathy"),
    "demyelination": _own("R-DEMYELINATION", "Demyelination"),
    "contusion or edema": _own("R-CONTUSION", "Contusion or edema"),
    "ischemia": _own("R-ISCHEMIA", "Ischemia"),
    "tumor": _own("R-TUMOR", "Tumor"),
    "syrinx": _own("R-SYRINX", "Syrinx"),
    "flow artefact": _own("R-FLOW", "Flow artefact"),
    "truncation (Gibbs) artefact": _own("R-GIBBS", "Truncation (Gibbs) artefact"),
    "partial volume at the rim": _own("R-PARTIAL-VOL", "Partial volume at the rim"),
    "central canal": _own("R-CENTRAL-CANAL", "Central canal"),
    "motion": _own("R-MOTION", "Motion"),
    "poor image quality": _own("R-QUALITY", "Poor image quality"),
    "normal variant": _own("R-VARIANT", "Normal variant"),
    "other": _own("R-OTHER", "Other reason"),
}
"""The reasons that the panel offers; they are what the reader thinks, so they are no diagnoses of SNOMED."""

READING_CODES: dict[str, Code] = {
    "normal": Code("SCT", "17621005", "Normal"),
    "suspicious": _own("SUSPICIOUS", "Suspicious"),
    "unsure": _own("READING-UNSURE", "Unsure"),
}
"""What a reader says of the cord as a whole."""

AUTOMATIC = _own("O-MODEL", "Outline of the model")
EDITED = _own("O-EDITED", "Outline of the model, edited by the reader")
DRAWN = _own("O-READER", "Outline drawn by the reader")

DECISION = _own("DECISION", "Decision of the reader")
REASON = _own("REASON", "Reason for the decision")
OUTLINE = _own("OUTLINE", "Origin of the outline")
IMPRESSION = _own("IMPRESSION", "First impression, before the model was shown")
ASSESSMENT = _own("ASSESSMENT", "Assessment of the whole cord")
COMMENT = Code("DCM", "121106", "Comment")
PERSON = Code("DCM", "121008", "Person Observer Name")
OBSERVED = _own("DECIDED-AT", "Time of the decision, UTC")

VOLUME = Code("SCT", "118565006", "Volume")
LENGTH = Code("SCT", "410668003", "Length")
DEPTH = Code("SCT", "131197000", "Depth")
WIDTH = Code("SCT", "103355008", "Width")
MEAN = Code("SCT", "373098007", "Mean")
MAXIMUM = Code("SCT", "56851009", "Maximum")
ANOMALY = _own("ANOMALY", "Anomaly: brighter than expected, in robust SD")
EPISTEMIC = _own("EPISTEMIC", "Epistemic uncertainty, as a share of the cord to CSF contrast")
ALEATORIC = _own("ALEATORIC", "Aleatoric uncertainty, as a share of the cord to CSF contrast")
SCORE = _own("SCORE", "Score of the finding")
CONFIDENCE = _own("CONFIDENCE", "Share of such candidates that were real in simulated scans")
PATIENT_SCORE = _own("PATIENT-SCORE", "Patient score: highest score of a finding")
CORD_SCORE = _own("CORD-SCORE", "Cord score: highest score in the cord")
PERCENTILE = _own("PERCENTILE", "Lesion-free scans with a lower cord score")
THRESHOLD = _own("THRESHOLD", "Anomaly at which a voxel becomes a candidate")
COUNT = _own("COUNT", "Number of findings in this report")
LEFT_OUT = _own("LEFT-OUT", "Number of findings that are not in this report")

MILLIMETRE = Code("UCUM", "mm", "mm")
CUBIC_MILLIMETRE = Code("UCUM", "mm3", "cubic millimeter")
NO_UNITS = Code("UCUM", "1", "no units")
PERCENT = Code("UCUM", "%", "Percent")

MRI = Code("LN", "25056-3", "MRI unspecified body region")
REPORT_TITLE = Code("LN", "18748-4", "Diagnostic Imaging Report")


def coding_schemes() -> list[CodingScheme]:
    """What the schemes are that the standard does not define, for (0008,0110)."""
    from highdicom.coding_schemes import CodingSchemeIdentificationItem

    return [
        CodingSchemeIdentificationItem(
            PRIVATE, name="Codes of U2ADSlicer, see Docs/dicom-out.md", responsible_organization="U2ADSlicer"
        ),
        CodingSchemeIdentificationItem("RADLEX", name="RadLex", uid="2.16.840.1.113883.6.256", registry="HL7"),
    ]
