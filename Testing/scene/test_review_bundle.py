"""A review that is written as a scene by the command line opens as one that Slicer has saved."""

import tempfile
import time
import zipfile
from dataclasses import replace

import numpy as np
import pytest
from segment_voxels import voxels_of

from EmbeddedSlicer.bundle import write_bundle
from u2ad.benchmark.crowded import crowded
from u2ad.errors import Cancelled, OutputError, U2ADError
from u2ad.export.formats import Format
from u2ad.export.job import Choice, Job
from u2ad.export.run import export
from u2ad.progress import Silent
from u2ad.review.voxels import Voxels
from u2ad.scan import Grid, Scan
from U2ADSlicerLib.scene.case import CaseNodes
from U2ADSlicerLib.scene.finding_segment import tagOf
from U2ADSlicerLib.scene.journal import readJournal
from U2ADSlicerLib.scene.results import caseOf
from U2ADSlicerLib.scene.volumes import affineOf, voxelsOf


@pytest.fixture(scope="module")
def reviewed():
    return crowded((8, 80, 80), 3)


def mirrored(reviewed):
    """The same review of the same scan, its slices stored in the other order: one of both is left-handed."""
    grid, last = reviewed.grid, reviewed.grid.shape[0] - 1
    affine = grid.affine @ np.array([[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, -1, last], [0, 0, 0, 1.0]])
    grid = Grid(grid.shape, affine)
    maps, cord = reviewed.case.maps, reviewed.case.cord
    names = ("anomaly", "reconstruction", "certainty", "epistemic", "aleatoric")
    maps = replace(maps, grid=grid, **{name: getattr(maps, name)[::-1] for name in names})
    case = replace(reviewed.case, grid=grid, maps=maps, cord=replace(cord, grid=grid, fraction=cord.fraction[::-1]))
    findings = tuple(replace(one, voxels=Voxels(np.abs(one.voxels.kji - (last, 0, 0)))) for one in reviewed.findings)
    return replace(reviewed, case=case, findings=findings, image=Scan(reviewed.image.array[::-1], grid))


@pytest.fixture(scope="module", params=["as made", "slices reversed"])
def written(reviewed, tmp_path_factory, request):
    """The unpacked scene, and the review that it was made of."""
    folder = tmp_path_factory.mktemp("bundle")
    told = reviewed if request.param == "as made" else mirrored(reviewed)
    write_bundle(folder / "review.mrb", told, lambda: None)
    with zipfile.ZipFile(folder / "review.mrb") as archive:
        archive.extractall(folder / "opened")
    (saved,) = (folder / "opened").rglob("*.mrml")
    return saved, told


@pytest.fixture
def opened(runtime, written):
    """The nodes of the scene after it was opened, and what was written."""
    saved, told = written
    runtime.scene.SetURL(str(saved))
    assert runtime.scene.Connect()
    return CaseNodes(runtime.scene.GetFirstNodeByClass("vtkMRMLScalarVolumeNode")), told


def test_scan_and_maps_lie_where_they_did(opened):
    nodes, told = opened
    own = Grid(voxelsOf(nodes.volume).shape, affineOf(nodes.volume))
    place = tuple(told.findings[0].voxels.kji[0])
    there = tuple(np.round(own.to_kji(told.grid.to_ras(np.array(place)))).astype(int))
    assert voxelsOf(nodes.volume)[there] == told.image.array[place]
    assert caseOf(nodes).maps.anomaly[there] == pytest.approx(told.case.maps.anomaly[place])


def test_findings_come_back_with_voxels_and_decisions(opened):
    nodes, told = opened
    for finding in told.findings:
        assert voxels_of(nodes.findings, finding.key, told.grid) == finding.voxels
        segment = nodes.findings.GetSegmentation().GetSegment(finding.key)
        assert tagOf(segment, "U2AD.Decision") == finding.judgement.decision.value


def test_the_review_can_go_on(opened):
    nodes, told = opened
    assert "".join(f"{action.to_json()}\n" for action in readJournal(nodes)) == told.journal


def test_the_scene_names_no_folder_of_this_computer(written):
    saved, _ = written
    text = saved.read_text(encoding="utf-8")
    assert str(saved.parents[2]) not in text
    assert "u2ad-" not in text
    temporary = tempfile.gettempdir().encode()
    noting = [path.name for path in saved.parent.rglob("*") if path.is_file() and temporary in path.read_bytes()]
    assert noting == []


def test_without_the_scan_there_is_no_scene(reviewed, tmp_path):
    with pytest.raises(U2ADError, match="no detection"):
        write_bundle(tmp_path / "review.mrb", replace(reviewed, image=None), lambda: None)


def test_a_child_that_fails_is_told_and_leaves_nothing(reviewed, tmp_path):
    with pytest.raises(OutputError, match="could not be written"):
        write_bundle(tmp_path / "missing" / "review.mrb", reviewed, lambda: None)
    assert list(tmp_path.iterdir()) == []


def test_an_export_writes_the_scene_beside_the_other_files(reviewed, tmp_path):
    job = Job(reviewed, Choice((Format.MRB, Format.CSV)), write_bundle)
    exported = export(job, tmp_path / "out", Silent())
    assert (tmp_path / "out" / "review.mrb").is_file()
    assert set(exported.files) == {Format.MRB, Format.CSV}


def test_cancelling_ends_the_child_within_a_second(reviewed, tmp_path):
    class Impatient(Silent):
        def advance(self, amount: int = 1) -> None:
            if amount == 0:
                raise Cancelled

    started = time.monotonic()
    with pytest.raises(Cancelled):
        export(Job(reviewed, Choice((Format.MRB,)), write_bundle), tmp_path / "out", Impatient())
    assert time.monotonic() - started < 1.5
    assert list(tmp_path.iterdir()) == []
