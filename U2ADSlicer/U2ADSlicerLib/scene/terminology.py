"""What segments are called in codes: SNOMED CT where a checked code exists, U2AD's own scheme where none does."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import slicer

from U2ADSlicerLib.scene.errors import SceneError

TERM_FILE = Path(__file__).with_name("U2AD.term.json")
TERM_CONTEXT = "U2AD spinal cord findings"
MASTER_CONTEXT = "Segmentation category and type - DICOM master list"
REGION_CONTEXT = "Anatomic codes - DICOM master list"


@dataclass(frozen=True)
class Code:
    """A coded concept, as in DICOM PS3.3 section 8 (code value, coding scheme designator, code meaning)."""

    scheme: str
    value: str
    meaning: str

    def __str__(self) -> str:
        return f"{self.scheme}^{self.value}^{self.meaning}"


NO_CODE = Code("", "", "")
ALTERED_STRUCTURE = Code("SCT", "49755003", "Morphologically Altered Structure")
ANATOMICAL_STRUCTURE = Code("SCT", "123037004", "Anatomical Structure")
SPINAL_CORD = Code("SCT", "2748008", "Spinal cord")
T2_HYPERINTENSITY = Code("99U2AD", "T2HYPER", "T2 hyperintensity of the spinal cord")


def entry(context: str, category: Code, kind: Code, region: Code = NO_CODE) -> str:
    """Slicer's terminology entry: seven parts, the first is the context's name."""
    regionContext = REGION_CONTEXT if region is not NO_CODE else ""
    parts = (context, category, kind, NO_CODE, regionContext, region, NO_CODE)
    return "~".join(str(part) for part in parts)


FINDING_ENTRY = entry(TERM_CONTEXT, ALTERED_STRUCTURE, T2_HYPERINTENSITY, SPINAL_CORD)
CORD_ENTRY = entry(MASTER_CONTEXT, ANATOMICAL_STRUCTURE, SPINAL_CORD)


def loadTerms() -> None:
    """Offers U2AD's terms in Slicer's terminology selector; loading twice changes nothing.

    Raises:
        SceneError: if the term file is missing from the installation or damaged.
    """
    logic = slicer.modules.terminologies.logic()
    if logic.IsTerminologyContextLoaded(TERM_CONTEXT):
        return
    if not TERM_FILE.exists() or logic.LoadTerminologyFromFile(str(TERM_FILE)) != TERM_CONTEXT:
        msg = f"The term file {TERM_FILE.name} of U2AD is missing or damaged: install U2AD again."
        raise SceneError(msg)
