"""Maps look the same for the same value in every scan; scans show the cord as a middle grey."""

import numpy as np
import pytest
import slicer

from U2ADSlicerLib.scene import files, volumes
from U2ADSlicerLib.scene.colors import ALEATORIC, ANOMALY, EPISTEMIC, colorNode
from U2ADSlicerLib.scene.errors import SceneError

STYLES = [ANOMALY, EPISTEMIC, ALEATORIC]
AFFINE = np.array([[0, 0, 3.0, 5], [-0.5, 0.1, 0, 6], [0, -0.7, 0.2, 7], [0, 0, 0, 1]])


@pytest.mark.parametrize("highest", [0.1, 40.0])
@pytest.mark.parametrize("style", STYLES, ids=lambda style: style.title)
def test_window_does_not_depend_on_the_scan(runtime, style, highest):
    volume = volumes.addVolume(np.linspace(0, highest, 60, dtype=np.float32).reshape(3, 4, 5), np.eye(4), "Map")
    volumes.showMap(volume, style)
    display = volume.GetDisplayNode()
    assert (display.GetWindowLevelMin(), display.GetWindowLevelMax()) == pytest.approx((style.lower, style.upper))
    assert display.GetLowerThreshold() == pytest.approx(style.hideBelow)
    assert display.GetUpperThreshold() >= highest
    assert display.GetApplyThreshold()
    assert display.GetColorNode() is colorNode(style)


@pytest.mark.parametrize("style", STYLES, ids=lambda style: style.title)
def test_brightness_rises_with_the_value(style):
    luminance = np.array(style.scale) @ (0.2126, 0.7152, 0.0722)
    assert (np.diff(luminance) > 0.05).all()


def test_anomaly_is_warm_and_uncertainties_are_not():
    warm = [all(red >= blue for red, _, blue in style.scale) for style in STYLES]
    assert warm == [True, False, False]


def test_colour_node_is_made_once_and_saved_with_the_scene(runtime):
    node = colorNode(ANOMALY)
    assert colorNode(ANOMALY) is node
    assert node.GetSaveWithScene()
    assert not node.GetHideFromEditors()


def test_array_becomes_a_volume_at_its_place(runtime):
    array = np.arange(60, dtype=np.float32).reshape(3, 4, 5)
    node = volumes.addVolume(array, AFFINE, "Map")
    np.testing.assert_allclose(volumes.affineOf(node), AFFINE, atol=1e-6)
    np.testing.assert_array_equal(volumes.voxelsOf(node), array)


def test_left_handed_array_becomes_a_right_handed_volume_at_its_place(runtime):
    array = np.arange(60, dtype=np.float32).reshape(3, 4, 5)
    affine = AFFINE @ np.diag([1, 1, -1, 1])
    node = volumes.addVolume(array, affine, "Map")
    assert np.linalg.det(volumes.affineOf(node)[:3, :3]) > 0
    for kji in [(0, 0, 0), (2, 3, 4), (1, 2, 0)]:
        ras = affine @ [*kji[::-1], 1]
        ijk = np.linalg.inv(volumes.affineOf(node)) @ ras
        assert volumes.voxelsOf(node)[tuple(np.round(ijk[2::-1]).astype(int))] == array[kji]


def test_points_are_voxel_centres_in_ras(runtime, label_node, rows):
    for row in rows:
        np.testing.assert_allclose(volumes.pointsIn(label_node, row.label).mean(axis=0), row.centre, atol=0.6)
    both = sum(len(volumes.pointsIn(label_node, row.label)) for row in rows)
    assert len(volumes.pointsIn(label_node)) == both


def test_cord_is_a_middle_grey_whatever_surrounds_it(runtime, scan_node, job):
    voxels = slicer.util.arrayFromVolume(scan_node)
    voxels[:, :10] = 8000  # fat, or a coil's flare
    volumes.showScan(scan_node, files.loadLabelMap(job.cord, "Cord"))
    display = scan_node.GetDisplayNode()
    black, white = display.GetWindowLevelMin(), display.GetWindowLevelMax()
    assert (300 - black) / (white - black) == pytest.approx(volumes.CORD_GREY, abs=0.02)


def test_file_that_is_no_image_is_refused_without_its_path(runtime, tmp_path):
    path = tmp_path / "doe_john.nii.gz"
    path.write_bytes(b"no image")
    with pytest.raises(SceneError) as caught:
        files.loadVolume(path, "Scan")
    assert "doe" not in str(caught.value)
    runtime.log.errors.clear()
    runtime.log.warnings.clear()
