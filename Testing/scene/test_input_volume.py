"""Which volumes of a scene are scans, where they lie, and what is known of them."""

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import slicer
import vtk

from u2ad.errors import RefusedInputError
from u2ad.scan import Facts, Verdict, worst
from U2ADSlicerLib.scene.case import CaseNodes
from U2ADSlicerLib.scene.dicom_facts import factsOf, sourceOf
from U2ADSlicerLib.scene.input import checksOf, fits, onlyFitting, scanOf, versionOf
from U2ADSlicerLib.scene.matrices import asMatrix
from U2ADSlicerLib.scene.placement import gridOf
from U2ADSlicerLib.scene.results import putResult
from U2ADSlicerLib.scene.volumes import addVolume, voxelsOf


def put_under(volume, matrix):
    transform = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLLinearTransformNode")
    transform.SetMatrixTransformToParent(asMatrix(matrix))
    volume.SetAndObserveTransformNodeID(transform.GetID())
    return transform


def turned(degrees=20.0, shift=(3.0, -4.0, 5.0)):
    a = np.radians(degrees)
    matrix = np.eye(4)
    matrix[:3, :3] = [[np.cos(a), -np.sin(a), 0], [np.sin(a), np.cos(a), 0], [0, 0, 1]]
    matrix[:3, 3] = shift
    return matrix


def test_scan_is_where_the_volume_is(scan_volume, detection):
    scan = scanOf(scan_volume)
    assert scan.grid.matches(detection.scan.grid)
    np.testing.assert_array_equal(scan.array, detection.scan.array)
    assert scan.facts == Facts()


def test_rigid_transforms_above_each_other_move_the_scan(scan_volume, detection):
    inner = put_under(scan_volume, turned(20))
    outer = put_under(inner, turned(-7, (0, 0, 11)))
    world = turned(-7, (0, 0, 11)) @ turned(20)
    np.testing.assert_allclose(scanOf(scan_volume).grid.affine, world @ detection.scan.grid.affine, atol=1e-6)
    slicer.mrmlScene.RemoveNode(outer)


@pytest.mark.parametrize(
    ("matrix", "word"),
    [
        (np.diag([1.1, 1, 1, 1]), "stretches"),
        (np.diag([-1.0, 1, 1, 1]), "mirrors"),
        (np.array([[1, 0.1, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1.0]]), "shears"),
    ],
)
def test_transform_that_changes_sizes_is_refused_with_its_remedy(scan_volume, matrix, word):
    put_under(scan_volume, matrix)
    with pytest.raises(RefusedInputError) as refused:
        scanOf(scan_volume)
    assert word in refused.value.problem
    assert "Harden the transform" in refused.value.remedy


def test_transform_that_bends_is_refused_with_its_remedy(scan_volume):
    points = vtk.vtkPoints(), vtk.vtkPoints()
    for index, point in enumerate([(0, 0, 0), (50, 0, 0), (0, 50, 0), (0, 0, 50)]):
        points[0].InsertNextPoint(point)
        points[1].InsertNextPoint([x + index for x in point])
    spline = vtk.vtkThinPlateSplineTransform()
    spline.SetSourceLandmarks(points[0])
    spline.SetTargetLandmarks(points[1])
    spline.SetBasisToR()
    transform = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLTransformNode")
    transform.SetAndObserveTransformToParent(spline)
    scan_volume.SetAndObserveTransformNodeID(transform.GetID())
    (check,) = checksOf(scan_volume)
    assert check.verdict is Verdict.REFUSE
    assert not check.overridable
    assert "bends" in check.sentence
    assert "Harden the transform" in check.remedy


def empty_volume():
    return slicer.mrmlScene.AddNewNodeByClass("vtkMRMLScalarVolumeNode", "Empty")


def color_volume():
    node = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLVectorVolumeNode", "Color")
    image = vtk.vtkImageData()
    image.SetDimensions(20, 20, 20)
    image.AllocateScalars(vtk.VTK_UNSIGNED_CHAR, 3)
    image.GetPointData().GetScalars().Fill(7)
    node.SetAndObserveImageData(image)
    return node


def label_map():
    labels = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLLabelMapVolumeNode", "Labels")
    slicer.util.updateVolumeFromArray(labels, np.ones((5, 6, 7), np.int16))
    return labels


def single_picture():
    return addVolume(np.random.default_rng(0).normal(size=(1, 90, 80)).astype(np.float32), np.eye(4), "Picture")


def image_of_sequence():
    volume = addVolume(np.random.default_rng(0).normal(size=(9, 90, 80)).astype(np.float32), np.eye(4), "Cine")
    sequence = slicer.mrmlScene.AddNode(slicer.vtkMRMLSequenceNode())
    sequence.SetDataNodeAtValue(volume, "1")
    browser = slicer.mrmlScene.AddNode(slicer.vtkMRMLSequenceBrowserNode())
    browser.AddSynchronizedSequenceNode(sequence)
    browser.AddProxyNode(volume, sequence, False)
    return volume


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (empty_volume, "no voxels"),
        (color_volume, "colour"),
        (label_map, "label map"),
        (single_picture, "single picture"),
        (image_of_sequence, "sequence (4D)"),
    ],
)
def test_what_is_no_scan_is_refused_for_good(runtime, make, words):
    volume = make()
    (check,) = checksOf(volume)
    assert check.verdict is Verdict.REFUSE
    assert not check.overridable
    assert words in check.sentence
    assert check.remedy
    assert not fits(volume)


def test_checks_of_a_good_scan_are_all_there(scan_volume):
    checks = checksOf(scan_volume)
    assert worst(checks) is Verdict.OK
    assert {"voxels", "direction", "weighting"} <= {check.name for check in checks}


def test_only_the_scan_fits_among_its_own_results(nodes):
    assert onlyFitting() is nodes.volume
    assert not fits(nodes.anomaly)
    assert [check.sentence for check in checksOf(nodes.epistemic)] == ["This is a map that U2AD made, not a scan."]


def test_two_scans_that_fit_are_not_chosen_from(scan_volume, detection):
    addVolume(detection.scan.array.copy(), detection.scan.grid.affine, "Another")
    assert onlyFitting() is None


def test_the_scan_among_others_that_are_refused_is_chosen(scan_volume):
    addVolume(np.arange(1000, dtype=np.int16).reshape(10, 10, 10), np.diag([9.0, 9, 9, 1]), "Coarse")
    assert onlyFitting() is scan_volume


def test_a_lonely_volume_is_chosen_even_if_it_is_refused(runtime):
    coarse = addVolume(np.arange(1000, dtype=np.int16).reshape(10, 10, 10), np.diag([9.0, 9, 9, 1]), "Coarse")
    assert worst(checksOf(coarse)) is Verdict.REFUSE
    assert onlyFitting() is coarse


def test_an_empty_scene_has_nothing_that_fits(runtime):
    assert onlyFitting() is None


def test_version_follows_voxels_and_place_and_nothing_else(scan_volume):
    first = versionOf(scan_volume)
    scan_volume.SetName("Renamed")
    scan_volume.CreateDefaultDisplayNodes()
    assert versionOf(scan_volume) == first
    voxelsOf(scan_volume)[0, 0, 0] += 1
    slicer.util.arrayFromVolumeModified(scan_volume)
    second = versionOf(scan_volume)
    assert second != first
    transform = put_under(scan_volume, turned())
    third = versionOf(scan_volume)
    assert third != second
    transform.SetMatrixTransformToParent(asMatrix(turned(30)))
    assert versionOf(scan_volume) != third


class Database:
    """Slicer's DICOM database as far as it is asked, over headers read from files."""

    def __init__(self, headers):
        self.headers = {header.SOPInstanceUID: header for header in headers}
        self.asked = set()

    def instanceValue(self, uid, tag):  # noqa: N802
        self.asked.add(tag)
        element = self.headers[uid].get(tuple(int(part, 16) for part in tag.split(",")))
        if element is None or element.value is None:
            return ""
        value = element.value
        return "\\".join(str(part) for part in value) if element.VM > 1 else str(value)


HEADER = {
    "Modality": "MR",
    "SeriesDescription": "t2_tse_sag DOE^JANE",
    "StudyDescription": "Spine",
    "ProtocolName": "HWS",
    "BodyPartExamined": "CSPINE",
    "RepetitionTime": "3500.5",
    "EchoTime": "101",
    "SliceThickness": "3",
    "PatientName": "Doe^Jane",
    "ImageOrientationPatient": [0, 1, 0, 0, 0, -1],
}


@pytest.fixture
def headers():
    from pydicom.dataset import Dataset

    made = []
    for index in range(4):
        header = Dataset()
        for keyword, value in HEADER.items():
            setattr(header, keyword, value)
        header.SOPInstanceUID = f"1.2.3.{index}"
        header.ImagePositionPatient = [10 - 3.3 * index, 1, 2]
        made.append(header)
    return made


def test_facts_from_the_database_are_those_from_the_files(headers, scan_volume, monkeypatch, tmp_path):
    import pydicom

    from u2ad.scan.dicom.images import images_in

    scan_volume.SetAttribute("DICOM.instanceUIDs", " ".join(header.SOPInstanceUID for header in headers))
    database = Database(headers)
    monkeypatch.setattr(slicer, "dicomDatabase", database, raising=False)
    facts = factsOf(scan_volume)
    header = headers[0]
    header.Rows = header.Columns = 4
    header.PixelSpacing = [0.7, 0.7]
    header.file_meta = pydicom.dataset.FileMetaDataset()
    header.file_meta.TransferSyntaxUID = pydicom.uid.ExplicitVRLittleEndian
    header.SOPClassUID = pydicom.uid.MRImageStorage
    pydicom.dcmwrite(tmp_path / "one.dcm", header, enforce_file_format=True)
    (image,) = images_in(tmp_path / "one.dcm")
    expected = image.facts
    assert facts.weighting_hint == "T2"
    assert facts.region_hint == "cervical"
    assert {**vars(facts), "slice_positions_mm": None} == vars(expected)
    np.testing.assert_allclose(np.diff(facts.slice_positions_mm), 3.3)
    assert not database.asked & {"0010,0010", "0010,0020"}


def test_a_missing_slice_is_noticed_through_the_database(headers, scan_volume, monkeypatch):
    del headers[2]
    scan_volume.SetAttribute("DICOM.instanceUIDs", " ".join(header.SOPInstanceUID for header in headers))
    monkeypatch.setattr(slicer, "dicomDatabase", Database(headers), raising=False)
    gaps = next(check for check in checksOf(scan_volume) if check.name == "gaps")
    assert gaps.verdict is Verdict.REFUSE


def test_an_image_that_the_database_has_lost_is_unknown(scan_volume, monkeypatch):
    scan_volume.SetAttribute("DICOM.instanceUIDs", "1.2.3")
    monkeypatch.setattr(slicer, "dicomDatabase", SimpleNamespace(instanceValue=lambda *_: ""), raising=False)
    assert factsOf(scan_volume) == Facts()


def test_results_of_a_moved_scan_are_no_scans_either(scan_volume, detection):
    put_under(scan_volume, turned())
    putResult(CaseNodes(scan_volume), detection.result)
    assert onlyFitting() is scan_volume


class TestSourceImages:
    """The images of the database that the slices of a volume came from."""

    @pytest.fixture
    def database(self, scan_volume, monkeypatch):
        """One image a slice of the volume, told in no order; positions are DICOM's, to the left and to the back."""
        grid = gridOf(scan_volume)
        positions = {f"1.2.{k}": grid.to_ras(np.array([k, 0.0, 0.0])) * (-1, -1, 1) for k in range(grid.shape[0])}
        known = SimpleNamespace(
            instanceValue=lambda instance, _: "\\".join(f"{value:.5f}" for value in positions[instance]),
            fileForInstance=lambda instance: f"/images/{instance}.dcm",
        )
        monkeypatch.setattr(slicer, "dicomDatabase", known, raising=False)
        instances = sorted(positions, reverse=True)
        scan_volume.SetAttribute("DICOM.instanceUIDs", " ".join(instances))
        return SimpleNamespace(grid=grid, positions=positions, known=known)

    def test_each_slice_has_its_own_image(self, scan_volume, database):
        found = sourceOf(scan_volume, database.grid)
        assert [one.instance for one in found] == [f"1.2.{k}" for k in range(database.grid.shape[0])]
        assert found[3].path == Path("/images/1.2.3.dcm")

    def test_two_images_at_one_place_are_no_source(self, scan_volume, database):
        database.positions["1.2.2"] = database.positions["1.2.1"]
        assert sourceOf(scan_volume, database.grid) == ()

    def test_an_image_without_a_file_is_no_source(self, scan_volume, database):
        database.known.fileForInstance = lambda _: ""
        assert sourceOf(scan_volume, database.grid) == ()

    def test_a_volume_from_a_file_has_none(self, scan_volume):
        assert sourceOf(scan_volume, gridOf(scan_volume)) == ()
