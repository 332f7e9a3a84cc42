"""The term file, the codes in segments and Slicer's own reading of them agree."""

import json

import pytest
import slicer
from U2ADSlicerLib.scene import terminology


@pytest.fixture
def logic(runtime):
    terminology.loadTerms()
    return slicer.modules.terminologies.logic()


@pytest.mark.parametrize(
    ("entry", "kind", "region"),
    [
        (terminology.FINDING_ENTRY, terminology.T2_HYPERINTENSITY, terminology.SPINAL_CORD),
        (terminology.CORD_ENTRY, terminology.SPINAL_CORD, terminology.NO_CODE),
    ],
)
def test_slicer_reads_the_entry(logic, entry, kind, region):
    read = slicer.vtkSlicerTerminologyEntry()
    assert logic.DeserializeTerminologyEntry(entry, read)
    assert code_of(read.GetTypeObject()) == kind
    assert code_of(read.GetRegionObject()) == region


def code_of(code):
    return terminology.Code(
        code.GetCodingSchemeDesignator() or "", code.GetCodeValue() or "", code.GetCodeMeaning() or ""
    )


def test_terms_are_offered_under_our_name_once(logic):
    terminology.loadTerms()
    names = []
    logic.GetLoadedTerminologyNames(names)
    assert names.count(terminology.TERM_CONTEXT) == 1


def test_file_holds_the_code_that_segments_carry():
    (category,) = json.loads(terminology.TERM_FILE.read_text())["SegmentationCodes"]["Category"]
    (kind,) = category["Type"]
    assert code_in(category) == terminology.ALTERED_STRUCTURE
    assert code_in(kind) == terminology.T2_HYPERINTENSITY


def code_in(entry):
    return terminology.Code(entry["CodingSchemeDesignator"], entry["CodeValue"], entry["CodeMeaning"])


def test_missing_term_file_says_what_to_do(runtime, monkeypatch, tmp_path):
    monkeypatch.setattr(terminology, "TERM_FILE", tmp_path / "U2AD.term.json")
    monkeypatch.setattr(terminology, "TERM_CONTEXT", "not loaded yet")
    with pytest.raises(terminology.SceneError, match="install U2AD again"):
        terminology.loadTerms()
