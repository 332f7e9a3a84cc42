"""The page Export: what it says it will write is what it writes."""

import csv
import json
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
    return {path.name: path for path in only.iterdir()}


def test_everything_that_is_announced_is_written_and_reads_back(exporting, detection):
    hour, folder = exporting
    announced = hour.ui.exportPreview.text.splitlines()[0].split(": ")[1].split(", ")
    hour.click("exportButton")
    files = written(folder)
    assert sorted(files) == sorted(announced)
    confirmed = next(f for f in hour.session.findings if f.judgement.decision.value == "confirmed")
    labels = sitk.ReadImage(str(files["findings.nii.gz"]))
    array = sitk.GetArrayFromImage(labels)
    assert set(np.unique(array)) == {0, confirmed.number}
    assert np.array_equal(np.argwhere(array == confirmed.number), confirmed.voxels.kji)
    anomaly = sitk.GetArrayFromImage(sitk.ReadImage(str(files["anomaly.nii.gz"])))
    assert np.allclose(anomaly, detection.result.maps.anomaly)
    with files["findings.csv"].open(encoding="utf-8-sig") as lines:
        rows = list(csv.DictReader(lines))
    assert len(rows) == len(hour.session.findings)
    assert [row["decision"] for row in rows].count("confirmed") == 1
    steps = [json.loads(line) for line in files["journal.jsonl"].read_text().splitlines()]
    assert steps[-1]["kind"] == "decide"
    segmentation = slicer.util.loadSegmentation(str(files["findings.seg.nrrd"]))
    assert segmentation.GetSegmentation().GetNumberOfSegments() == 1


def test_all_findings_with_their_decision_are_written_on_request(exporting):
    hour, folder = exporting
    hour.click("exportConfirmedCheck")
    hour.click("exportButton")
    array = sitk.GetArrayFromImage(sitk.ReadImage(str(written(folder)["findings.nii.gz"])))
    assert set(np.unique(array)) - {0} == {f.number for f in hour.session.findings}


def test_what_is_missing_is_said_before(reviewed):
    reviewed.page("exportPage")
    assert "undecided" in reviewed.ui.exportPreview.text
    assert "No finding is confirmed" in reviewed.ui.exportPreview.text
    assert "reader has no name" in reviewed.ui.exportPreview.text


def test_a_second_export_replaces_nothing(exporting):
    hour, folder = exporting
    hour.click("exportButton")
    hour.settle(1.1)
    hour.click("exportButton")
    assert len(list(folder.iterdir())) == 2


def test_a_folder_that_cannot_be_written_leaves_nothing_half_done(exporting, monkeypatch):
    hour, folder = exporting
    monkeypatch.setattr("U2ADSlicerLib.export.write_csv", _full)
    hour.click("exportButton")
    assert list(folder.iterdir()) == []
    assert not hour.ui.exportOpenButton.isEnabled()


def _full(*_args):
    import errno

    raise OSError(errno.ENOSPC, "full")


def test_nothing_is_offered_without_a_scan(hour):
    hour.page("exportPage")
    assert not hour.ui.exportButton.isEnabled()
    assert "No scan is chosen" in hour.ui.exportPreview.text
