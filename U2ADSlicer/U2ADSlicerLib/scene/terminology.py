"""What segments are called in codes, in the form of Slicer's terminologies; DICOM exports use the same codes."""

from __future__ import annotations

from pathlib import Path

import slicer

from u2ad.export.codes import ALTERED_STRUCTURE, ANATOMICAL_STRUCTURE, LEVEL_CODES, SPINAL_CORD, T2_HYPERINTENSITY, Code
from U2ADSlicerLib.scene.errors import SceneError

TERM_FILE = Path(__file__).with_name("U2AD.term.json")
LEVEL_FILE = Path(__file__).with_name("U2ADLevels.term.json")
TERM_CONTEXT = "U2AD spinal cord findings"
LEVEL_CONTEXT = "U2AD levels of the spinal cord"
MASTER_CONTEXT = "Segmentation category and type - DICOM master list"
REGION_CONTEXT = "Anatomic codes - DICOM master list"

NO_CODE = Code("", "", "")


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
