"""The page Export, where the scan came from one enhanced multi-frame image in the DICOM database."""

from types import SimpleNamespace

import highdicom
import numpy as np
import pytest
import slicer
from dicom_series import write_enhanced


@pytest.fixture
def image(detection, tmp_path):
    """The file of the scan, its last slice first."""
    scan = detection.scan
    falling = np.arange(len(scan.array))[::-1]
    voxels = np.round(scan.array).astype(np.int16)
    return write_enhanced(tmp_path / "in" / "one.dcm", voxels, falling, scan.grid) / "one.dcm"


@pytest.fixture
def exporting(hour, detection, image, tmp_path, monkeypatch):
    """The scan is loaded from the database, its first finding confirmed, and DICOM SEG alone is chosen."""
    from U2ADSlicerLib.panels.export import PRODUCTS

    known = SimpleNamespace(fileForInstance=lambda _: str(image), instanceValue=lambda *_: "")
    monkeypatch.setattr(slicer, "dicomDatabase", known, raising=False)
    volume = hour.load(detection)
    volume.SetAttribute("DICOM.instanceUIDs", "1.2.3")
    hour.take(detection)
    hour.press("C")
    hour.page("exportPage")
    (tmp_path / "out").mkdir()
    hour.ui.exportFolderButton.directory = str(tmp_path / "out")
    for name in PRODUCTS:
        getattr(hour.ui, name).setChecked(name == "exportDicomSegCheck")
    hour.settle()
    return hour


def test_the_segmentation_reads_back_to_the_same_voxels_of_the_same_frames(exporting, detection, image, tmp_path):
    exporting.click("exportButton")
    exporting.wait_until(lambda: not exporting.widget.panel.export.isRunning)
    exporting.settle()

    (file,) = (tmp_path / "out").rglob("seg.dcm")
    seg = highdicom.seg.segread(file)
    source = highdicom.imread(image)
    numbers = list(range(1, source.NumberOfFrames + 1))
    frames = seg.get_pixels_by_source_frame(
        source.SOPInstanceUID, numbers, combine_segments=True, assert_missing_frames_are_empty=True
    )
    confirmed = next(f for f in exporting.session.findings if f.judgement.decision.value == "confirmed")
    np.testing.assert_array_equal(np.argwhere(frames[::-1]), confirmed.voxels.kji)
    np.testing.assert_array_equal(source.pixel_array[::-1], np.round(detection.scan.array).astype(np.int16))


def test_a_file_that_holds_other_slices_is_refused_before_anything_is_written(exporting, detection, image):
    voxels = np.round(detection.scan.array).astype(np.int16)
    write_enhanced(image, voxels, np.arange(len(voxels) - 1), detection.scan.grid)
    exporting.ui.exportConfirmedCheck.click()
    exporting.settle()

    assert "not as many slices as DICOM images" in exporting.ui.exportPreview.text
    assert "load it anew from the DICOM database" in exporting.ui.exportPreview.text
    assert not exporting.ui.exportButton.isEnabled()
