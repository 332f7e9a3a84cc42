"""What segments are called in codes, in the form of Slicer's terminologies; DICOM exports use the same codes."""

from __future__ import annotations

from pathlib import Path

import slicer

from u2ad.export.codes import ANATOMICAL_STRUCTURE, SPINAL_CORD, Code
from u2ad.export.segments import LEVEL_CONTEXT, TERM_CONTEXT
from U2ADSlicerLib.scene.errors import SceneError

TERM_FILE = Path(__file__).with_name("U2AD.term.json")
LEVEL_FILE = Path(__file__).with_name("U2ADLevels.term.json")
MASTER_CONTEXT = "Segmentation category and type - DICOM master list"

NO_CODE = Code("", "", "")

CORD_ENTRY = "~".join(map(str, (MASTER_CONTEXT, ANATOMICAL_STRUCTURE, SPINAL_CORD, NO_CODE, "", NO_CODE, NO_CODE)))
"""Slicer's terminology entry of the cord: context, category, type, modifier, region's context, region, level."""


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
