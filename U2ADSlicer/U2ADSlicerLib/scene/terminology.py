"""What segments are called in codes: those of DICOM's context groups where there is one, U2AD's own where none is.

All codes but those of the scheme 99U2AD stand in the context groups of DICOM PS3.16, as pydicom 3.0 bundles them
(``pydicom.sr.codedict``): 7150 and 7192 (category, spinal cord), 6343 (signal), 7603 (vertebrae), 1003 (levels of
discs).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import slicer

from U2ADSlicerLib.scene.errors import SceneError

TERM_FILE = Path(__file__).with_name("U2AD.term.json")
LEVEL_FILE = Path(__file__).with_name("U2ADLevels.term.json")
TERM_CONTEXT = "U2AD spinal cord findings"
LEVEL_CONTEXT = "U2AD levels of the spinal cord"
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
T2_HYPERINTENSITY = Code("RADLEX", "RID39467", "T2 Hyperintensity")

LEVEL_CODES: dict[str, Code] = {
    "C1": Code("SCT", "14806007", "C1 vertebra"),
    "C1/C2": Code("99U2AD", "C1-C2", "Level between C1 and C2"),  # no disc lies there, and no context group names it
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


def entry(context: str, category: Code, kind: Code, region: Code = NO_CODE, level: Code = NO_CODE) -> str:
    """Slicer's terminology entry: seven parts, the first is the context's name.

    Args:
        context: name of the context that holds category and kind.
        category: such as a structure that is altered.
        kind: what the segment is.
        region: where it is.
        level: of the region.
    """
    regionContext = "" if region == NO_CODE else REGION_CONTEXT if level == NO_CODE else LEVEL_CONTEXT
    parts = (context, category, kind, NO_CODE, regionContext, region, level)
    return "~".join(str(part) for part in parts)


def findingEntry(level: str) -> str:
    """The terminology entry of a finding.

    Args:
        level: vertebral level, such as "C4" or "C4/C5"; any other word for a level that is not known.
    """
    return entry(TERM_CONTEXT, ALTERED_STRUCTURE, T2_HYPERINTENSITY, SPINAL_CORD, LEVEL_CODES.get(level, NO_CODE))


CORD_ENTRY = entry(MASTER_CONTEXT, ANATOMICAL_STRUCTURE, SPINAL_CORD)


def loadTerms() -> None:
    """Offers U2AD's terms and levels in Slicer's terminology selector; loading twice changes nothing.

    Raises:
        SceneError: if a term file is missing from the installation or damaged.
    """
    logic = slicer.modules.terminologies.logic()
    regions: list[str] = []
    logic.GetLoadedRegionContextNames(regions)
    if not logic.IsTerminologyContextLoaded(TERM_CONTEXT):
        _load(logic.LoadTerminologyFromFile, TERM_FILE, TERM_CONTEXT)
    if LEVEL_CONTEXT not in regions:
        _load(logic.LoadRegionContextFromFile, LEVEL_FILE, LEVEL_CONTEXT)


def _load(loader, path: Path, context: str) -> None:
    if not path.exists() or loader(str(path)) != context:
        msg = f"The term file {path.name} of U2AD is missing or damaged: install U2AD again."
        raise SceneError(msg)
