"""The segmentation that is written without Slicer: Slicer reads it as its own, voxels, names, codes and decisions."""

from dataclasses import replace

import numpy as np
import pytest
import SimpleITK as sitk
import slicer
from listed_findings import SHAPE, judged, oblique_affine, three
from segment_voxels import voxels_of

from u2ad.export.seg_nrrd import layered, write_segmentation
from u2ad.export.segments import TAGS, terminology_of
from u2ad.review.decision import Decision, Origin
from u2ad.review.voxels import Voxels
from u2ad.scan import Grid
from u2ad.scan.masks import read_mask
from U2ADSlicerLib.scene.finding_segment import FindingFacts, statusOf, tagOf

WORDS = 'a "quote" & <tag>, \u00e4\u20ac\nnext line\t|:%'


def findings():
    """One of each decision, the second covering part of the first."""
    first, second, third = three()
    return (
        judged(first, Decision.CONFIRMED, "demyelination", WORDS),
        replace(judged(second, Decision.REJECTED, "motion"), voxels=second.voxels.union(first.voxels), edited=True),
        replace(judged(third, Decision.UNSURE), origin=Origin.READER),
    )


@pytest.fixture(params=["right-handed", "left-handed"])
def loaded(runtime, tmp_path, request):
    """The segmentation node of a written file, and the grid of its scan."""
    affine = oblique_affine(left_handed=request.param == "left-handed")
    path = tmp_path / "findings.seg.nrrd"
    write_segmentation(path, findings(), Grid(SHAPE, affine))
    node = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLSegmentationNode", "read")
    node.AddDefaultStorageNode()
    node.GetStorageNode().SetFileName(str(path))
    assert node.GetStorageNode().ReadData(node)
    return node, Grid(SHAPE, affine)


def test_every_voxel_comes_back_where_findings_overlap_too(loaded):
    node, grid = loaded
    for finding in findings():
        assert voxels_of(node, finding.key, grid) == finding.voxels


def test_a_segment_says_what_the_scene_would_say_of_it(loaded):
    node, _ = loaded
    for finding in findings():
        segment, facts = node.GetSegmentation().GetSegment(finding.key), FindingFacts.of(finding)
        assert segment.GetName() == facts.name
        np.testing.assert_allclose(segment.GetColor(), facts.color, atol=1e-6)
        assert segment.GetTerminology() == terminology_of(finding.figures.level)
        assert {tag: tagOf(segment, tag) for tag in TAGS} == facts.tags
        status = slicer.vtkSlicerSegmentationsModuleLogic.GetSegmentStatus(segment)
        assert status == statusOf(finding.judgement.decision)


@pytest.mark.parametrize("left_handed", [False, True])
def test_the_file_is_stored_as_slicer_stores_it(tmp_path, left_handed):
    """On a right-handed grid, with the box of each segment in its own slices."""
    path = tmp_path / "findings.seg.nrrd"
    write_segmentation(path, three(), Grid(SHAPE, oblique_affine(left_handed)))
    image = sitk.ReadImage(str(path))
    assert np.linalg.det(np.array(image.GetDirection()).reshape(3, 3)) > 0
    stored = sitk.GetArrayFromImage(image)
    for n in range(3):
        k, j, i = np.nonzero(stored == int(image.GetMetaData(f"Segment{n}_LabelValue")))
        extent = [f(axis) for axis in (i, j, k) for f in (np.min, np.max)]
        assert image.GetMetaData(f"Segment{n}_Extent") == " ".join(map(str, extent))


def test_findings_apart_from_each_other_share_a_layer():
    layers, places = layered([one.voxels for one in three()], SHAPE)
    assert (len(layers), places) == (1, [(0, 1), (0, 2), (0, 3)])
    assert len(layered([one.voxels for one in findings()], SHAPE)[0]) == 2


def test_the_file_is_read_by_this_program_too(tmp_path):
    grid = Grid(SHAPE, oblique_affine())
    write_segmentation(tmp_path / "one.seg.nrrd", findings()[:1], grid)
    assert Voxels.of_mask(read_mask(tmp_path / "one.seg.nrrd", grid) > 0.5) == findings()[0].voxels
