"""The term files, the codes in segments and Slicer's own reading of them agree."""

import json
from itertools import pairwise

import pytest
import slicer
from pydicom.sr._concepts_dict import concepts

from u2ad.cord.levels import DISCS, VERTEBRAE
from u2ad.export.codes import ALTERED_STRUCTURE, LEVEL_CODES, SPINAL_CORD, T2_HYPERINTENSITY, Code
from u2ad.export.segments import LEVEL_CONTEXT, TERM_CONTEXT, terminology_of
from U2ADSlicerLib.scene import terminology
from U2ADSlicerLib.scene.terminology import NO_CODE

LEVELS = [*VERTEBRAE, *DISCS]
DICOM_CODES = [code for code in LEVEL_CODES.values() if code.scheme == "SCT"]


@pytest.fixture
def logic(runtime):
    terminology.loadTerms()
    return slicer.modules.terminologies.logic()


def read(logic, entry: str):
    found = slicer.vtkSlicerTerminologyEntry()
    assert logic.DeserializeTerminologyEntry(entry, found)
    return found


def code_of(code) -> Code:
    return Code(code.GetCodingSchemeDesignator() or "", code.GetCodeValue() or "", code.GetCodeMeaning() or "")


@pytest.mark.parametrize("level", [*LEVELS, "unknown"])
def test_slicer_reads_and_writes_a_findings_entry(logic, level):
    entry = terminology_of(level)
    found = read(logic, entry)
    assert code_of(found.GetCategoryObject()) == ALTERED_STRUCTURE
    assert code_of(found.GetTypeObject()) == T2_HYPERINTENSITY
    assert code_of(found.GetRegionObject()) == SPINAL_CORD
    assert code_of(found.GetRegionModifierObject()) == LEVEL_CODES.get(level, NO_CODE)
    assert logic.SerializeTerminologyEntry(found) == entry


def test_slicer_reads_and_writes_the_cords_entry(logic):
    found = read(logic, terminology.CORD_ENTRY)
    assert code_of(found.GetTypeObject()) == SPINAL_CORD
    assert code_of(found.GetRegionObject()) == NO_CODE
    assert logic.SerializeTerminologyEntry(found) == terminology.CORD_ENTRY


def test_every_level_has_a_code_of_its_own():
    assert set(LEVEL_CODES) == set(LEVELS)
    assert len(set(LEVEL_CODES.values())) == len(LEVELS)


@pytest.mark.parametrize("code", [SPINAL_CORD, T2_HYPERINTENSITY, *DICOM_CODES], ids=str)
def test_codes_are_those_of_dicom(code):
    meanings = [codes[code.value][0] for codes in concepts[code.scheme].values() if code.value in codes]
    assert code.meaning in meanings


def test_levels_are_coded_by_what_they_are():
    for name in VERTEBRAE:
        assert LEVEL_CODES[name].meaning == f"{name} vertebra"
    for above, below in list(pairwise(VERTEBRAE))[1:]:
        assert LEVEL_CODES[f"{above}/{below}"].meaning == f"Level of {above}/{below} intervertebral disc"


def test_terms_and_levels_are_offered_under_our_names_once(logic):
    terminology.loadTerms()
    terms, regions = [], []
    logic.GetLoadedTerminologyNames(terms)
    logic.GetLoadedRegionContextNames(regions)
    assert terms.count(TERM_CONTEXT) == 1
    assert regions.count(LEVEL_CONTEXT) == 1


def test_slicer_offers_every_level_of_the_cord(logic):
    region, modifier = slicer.vtkSlicerTerminologyType(), slicer.vtkSlicerTerminologyType()
    assert logic.GetNumberOfRegionsInRegionContext(LEVEL_CONTEXT) == 1
    assert logic.GetNthRegionInRegionContext(LEVEL_CONTEXT, 0, region)
    offered = []
    for index in range(logic.GetNumberOfRegionModifierInRegion(LEVEL_CONTEXT, region)):
        assert logic.GetNthRegionModifierInRegion(LEVEL_CONTEXT, region, index, modifier)
        offered.append(code_of(modifier))
    assert sorted(offered, key=str) == sorted(LEVEL_CODES.values(), key=str)


def test_files_hold_the_codes_that_segments_carry():
    (category,) = json.loads(terminology.TERM_FILE.read_text())["SegmentationCodes"]["Category"]
    (kind,) = category["Type"]
    (region,) = json.loads(terminology.LEVEL_FILE.read_text())["AnatomicCodes"]["AnatomicRegion"]
    assert code_in(category) == ALTERED_STRUCTURE
    assert code_in(kind) == T2_HYPERINTENSITY
    assert code_in(region) == SPINAL_CORD
    assert [code_in(level) for level in region["Modifier"]] == list(LEVEL_CODES.values())


def code_in(entry) -> Code:
    return Code(entry["CodingSchemeDesignator"], entry["CodeValue"], entry["CodeMeaning"])


@pytest.mark.parametrize(("file", "context"), [("TERM_FILE", "TERM_CONTEXT"), ("LEVEL_FILE", "LEVEL_CONTEXT")])
def test_missing_term_file_says_what_to_do(runtime, monkeypatch, tmp_path, file, context):
    monkeypatch.setattr(terminology, file, tmp_path / "U2AD.term.json")
    monkeypatch.setattr(terminology, context, "not loaded yet")
    with pytest.raises(terminology.SceneError, match="install U2AD again"):
        terminology.loadTerms()
