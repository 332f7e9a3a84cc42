"""The page Export: what it says it will write is what it writes."""

import csv
import errno
import json
import re
import zipfile
from pathlib import Path

import numpy as np
import pytest
import SimpleITK as sitk
import slicer


@pytest.fixture
def exporting(reviewed, tmp_path):
    """The first finding is confirmed, the page is open, a folder is chosen."""
    reviewed.press("C")
    folder = tmp_path / "out"
    folder.mkdir()
    reviewed.page("exportPage")
    reviewed.ui.exportFolderButton.directory = str(folder)
    return reviewed, folder


def written(folder: Path) -> dict[str, Path]:
    (only,) = folder.iterdir()
    return {path.name: path for path in only.rglob("*") if path.is_file()}


def export(hour) -> None:
    """Clicks, and waits until the worker has ended."""
    hour.click("exportButton")
    hour.wait_until(lambda: not hour.widget.panel.export.isRunning)
    hour.settle()


def choose(hour, *names: str) -> None:
    """Checks these boxes of products, and no others."""
    from U2ADSlicerLib.panels.export import PRODUCTS

    for name in PRODUCTS:
        getattr(hour.ui, name).setChecked(name in names)
    hour.settle()


def announced(hour) -> list[str]:
    return hour.ui.exportPreview.toolTip.splitlines()


def test_everything_that_is_announced_is_written_and_reads_back(exporting, detection):
    hour, folder = exporting
    choose(hour, "exportSegmentationCheck", "exportNiftiCheck", "exportTableCheck", "exportJournalCheck")
    told = {name.rpartition("/")[2] for name in announced(hour)}
    first = hour.ui.exportPreview.text.splitlines()[0]
    assert "findings.csv" in first
    assert "files (NIfTI" in first  # whose names alone would fill the page
    export(hour)
    files = written(folder)
    assert set(files) == told | {"export.json"}
    confirmed = next(f for f in hour.session.findings if f.judgement.decision.value == "confirmed")
    array = sitk.GetArrayFromImage(sitk.ReadImage(str(files["sub-01_desc-findings_dseg.nii.gz"])))
    assert set(np.unique(array)) == {0, confirmed.number}
    assert np.array_equal(np.argwhere(array == confirmed.number), confirmed.voxels.kji)
    anomaly = sitk.GetArrayFromImage(sitk.ReadImage(str(files["sub-01_desc-anomaly_map.nii.gz"])))
    assert np.allclose(anomaly, detection.result.maps.anomaly)
    with files["findings.csv"].open(encoding="utf-8-sig") as lines:
        rows = list(csv.DictReader(lines))
    assert len(rows) == len(hour.session.findings)
    assert [row["decision"] for row in rows].count("confirmed") == 1
    steps = [json.loads(line) for line in files["journal.jsonl"].read_text().splitlines()]
    assert steps[-1]["kind"] == "decide"
    segmentation = slicer.util.loadSegmentation(str(files["findings.seg.nrrd"]))
    assert segmentation.GetSegmentation().GetNumberOfSegments() == 1


def test_the_report_is_among_what_is_offered_first(exporting):
    hour, folder = exporting
    assert {"report.html", "report.pdf", "findings.seg.nrrd", "findings.csv"} <= set(announced(hour))
    export(hour)
    assert written(folder)["report.pdf"].read_bytes().startswith(b"%PDF")
    assert "Written into the folder" in hour.ui.exportStatus.text
    assert hour.ui.exportOpenButton.isEnabled()


def test_the_page_shows_how_far_it_is_and_cancels(exporting):
    hour, folder = exporting
    hour.click("exportButton")
    assert hour.ui.exportButton.text == "Cancel"
    assert hour.ui.exportProgress.isVisible()
    hour.wait_until(hour.ui.exportButton.isEnabled)
    hour.click("exportButton")
    hour.wait_until(lambda: not hour.widget.panel.export.isRunning, 3)
    assert hour.ui.exportButton.text == "Export"
    assert not hour.ui.exportProgress.isVisible()
    assert "Stopped" in hour.ui.exportStatus.text
    assert list(folder.iterdir()) == []


def test_all_findings_with_their_decision_are_written_on_request(exporting):
    hour, folder = exporting
    choose(hour, "exportNiftiCheck")
    hour.click("exportConfirmedCheck")
    export(hour)
    array = sitk.GetArrayFromImage(sitk.ReadImage(str(written(folder)["sub-01_desc-findings_dseg.nii.gz"])))
    assert set(np.unique(array)) - {0} == {f.number for f in hour.session.findings}


def test_what_is_missing_is_said_before(reviewed):
    reviewed.page("exportPage")
    assert "undecided" in reviewed.ui.exportPreview.text
    assert "No finding is confirmed" in reviewed.ui.exportPreview.text
    assert "reader has no name" in reviewed.ui.exportPreview.text


def test_dicom_objects_need_images_from_the_database_and_the_rest_is_written(exporting):
    hour, folder = exporting
    choose(hour, "exportDicomSegCheck", "exportTableCheck")
    assert "in Slicer from the DICOM database" in hour.ui.exportPreview.text
    export(hour)
    assert "seg.dcm" not in written(folder)


def test_a_second_export_replaces_nothing(exporting):
    hour, folder = exporting
    choose(hour, "exportTableCheck")
    export(hour)
    hour.settle(1.1)
    export(hour)
    assert len(list(folder.iterdir())) == 2


def test_a_folder_that_cannot_be_written_leaves_nothing_half_done(exporting, monkeypatch):
    hour, folder = exporting
    choose(hour, "exportTableCheck")
    monkeypatch.setattr("U2ADSlicerLib.process.keep.shutil.copytree", _full)
    export(hour)
    assert list(folder.iterdir()) == []
    assert not hour.ui.exportOpenButton.isEnabled()
    assert "disk is full" in hour.ui.exportStatus.text


def _full(*_args):
    raise OSError(errno.ENOSPC, "full")


def test_nothing_is_offered_without_a_scan(hour):
    hour.page("exportPage")
    assert not hour.ui.exportButton.isEnabled()
    assert "No scan is chosen" in hour.ui.exportPreview.text


def test_nothing_is_offered_before_a_detection(hour, detection):
    hour.load(detection)
    hour.page("exportPage")
    assert not hour.ui.exportButton.isEnabled()
    assert "run a detection first" in hour.ui.exportPreview.text


def stored_as() -> dict[str, tuple]:
    """Address of the scene, and of every node that can be stored: whether it is unsaved, and in which file it lies."""
    scene = slicer.mrmlScene
    told = {"scene": (scene.GetURL(), scene.GetRootDirectory(), scene.GetNumberOfNodes())}
    for node in slicer.util.getNodesByClass("vtkMRMLStorableNode"):
        storage = node.GetStorageNode()
        told[node.GetID()] = (node.GetModifiedSinceRead(), storage and (storage.GetID(), storage.GetFileName()))
    return told


def names_in(bundle: Path, folder: Path) -> set[str]:
    """Names of the volumes in a saved scene, read into a scene of its own."""
    with zipfile.ZipFile(bundle) as archive:
        archive.extractall(folder)
    (text,) = [path.read_text(encoding="utf-8") for path in folder.rglob("*.mrml")]
    return set(re.findall(r'<Volume[^>]* name="([^"]*)"', text))


def test_the_scene_is_written_with_all_that_is_open_and_is_as_unsaved_as_before(exporting, detection, tmp_path):
    hour, folder = exporting
    saved = hour.load(detection, "Former scan")
    slicer.mrmlScene.SetURL("/reader/own.mrml")
    changed = hour.load(detection, "Changed scan")
    for node in (saved, changed):
        slicer.util.saveNode(node, str(tmp_path / f"{node.GetID()}.nrrd"))
    slicer.util.arrayFromVolume(changed)[:] += 1
    slicer.util.arrayFromVolumeModified(changed)
    choose(hour, "exportSceneCheck", "exportTableCheck")
    assert announced(hour) == ["findings.csv", "review.json", "review.mrb"]
    assert "other volumes too" in hour.ui.exportPreview.text
    before = stored_as()
    export(hour)
    files = written(folder)
    assert set(files) == {"findings.csv", "review.json", "review.mrb", "export.json"}
    assert {"T2 sagittal", "Former scan"} <= names_in(files["review.mrb"], tmp_path / "unpacked")
    assert stored_as() == before
    assert [before[node.GetID()][0] for node in (saved, changed)] == [False, True]


def test_a_scene_alone_may_be_exported(exporting):
    hour, folder = exporting
    choose(hour, "exportSceneCheck")
    export(hour)
    assert set(written(folder)) == {"review.mrb", "export.json"}


def test_a_scene_that_cannot_be_saved_leaves_nothing_and_says_so(exporting, monkeypatch):
    hour, folder = exporting
    told = []
    monkeypatch.setattr(slicer.util, "warningDisplay", lambda text, **_: told.append(text))
    monkeypatch.setattr(slicer.util, "saveScene", lambda *_: False)
    choose(hour, "exportSceneCheck", "exportTableCheck")
    before = stored_as()
    hour.click("exportButton")
    assert told[0].startswith("Slicer could not save the scene, so nothing was written.")
    assert not hour.widget.panel.export.isRunning
    assert hour.ui.exportButton.isEnabled()
    assert list(folder.iterdir()) == []
    assert stored_as() == before


def test_a_scene_is_left_out_where_the_patient_is(exporting):
    hour, _folder = exporting
    choose(hour, "exportSceneCheck", "exportTableCheck")
    hour.click("exportDeidentifyCheck")
    assert announced(hour) == ["findings.csv", "review.json"]
    assert "of which none is left out. Export it without leaving the patient out" in hour.ui.exportPreview.text
