"""Slicer's slice view, off-screen: head up, face left, true proportions, things where they are."""

import numpy as np
import pytest
from scene_jobs import SPACING

from EmbeddedSlicer.framing import frameCord
from EmbeddedSlicer.views import directionLetters
from U2ADSlicerLib.scene import files
from U2ADSlicerLib.scene.colors import ANOMALY
from U2ADSlicerLib.scene.findings import addFindings
from U2ADSlicerLib.scene.volumes import addVolume, affineOf, pointsIn, showMap, showScan

SIZE = (240, 360)


def colored(picture, color, tolerance=40):
    """Columns and rows of the pixels of a colour, RGB 0 to 1, shape (N, 2)."""
    near = np.abs(picture.astype(int) - np.round(np.array(color) * 255)).max(axis=2) < tolerance
    return np.argwhere(near)[:, ::-1]


@pytest.fixture
def sagittal(make_view, scan_node, job):
    showScan(scan_node, files.loadLabelMap(job.cord, "Cord"))
    view = make_view("Sagittal", SIZE)
    view.show(scan_node)
    return view


@pytest.mark.parametrize("label", [1, 2])
@pytest.mark.parametrize("orientation", ["Sagittal", "Axial"])
def test_outline_surrounds_the_finding(make_view, scan_node, label_node, rows, label, orientation):
    row = rows[label - 1]
    addFindings(label_node, scan_node, rows)
    view = make_view(orientation, SIZE)
    view.show(scan_node)
    view.jump(row.centre)
    view.zoom(50)
    pixels = colored(view.grab(), row.color)
    expected = view.pixelOf(pointsIn(label_node, label))
    assert len(pixels) > 20
    np.testing.assert_allclose(pixels.mean(axis=0), view.pixelOf(row.centre), atol=2.0 / view.mmPerPixel)
    np.testing.assert_allclose(np.ptp(pixels, axis=0), np.ptp(expected, axis=0), atol=4.0 / view.mmPerPixel)


def test_oblique_stack_is_shown_as_it_was_acquired(sagittal, scan_node):
    stacked = affineOf(scan_node)[:3, 2]
    assert abs(sagittal.axes[2] @ stacked) == pytest.approx(np.linalg.norm(stacked), abs=1e-5)
    assert sagittal.sliceSpacing == pytest.approx(SPACING[2])


def test_head_is_up_and_face_is_left(make_view):
    """A stack stored upside down and back to front, with a bright block above and in front."""
    affine = np.array([[0, 0, 3.0, -15], [1.0, 0, 0, -40], [0, 1.0, 0, -40], [0, 0, 0, 1]])
    array = np.full((11, 80, 80), 100, np.int16)
    array[:, 60:75, 55:70] = 1000  # superior and anterior: high J and high I
    scan = addVolume(array, affine, "Scan")
    showScan(scan)
    view = make_view("Sagittal", (200, 200))
    view.show(scan)
    assert view.letters == ("A", "P", "S", "I")
    column, row = colored(view.grab(), (1, 1, 1)).mean(axis=0)
    assert column < 80
    assert row < 80


def test_patients_right_is_left_on_axial_views(make_view, scan_node):
    view = make_view("Axial", SIZE)
    view.show(scan_node)
    assert view.letters == ("R", "L", "A", "P")


def test_a_ball_is_round_whatever_the_voxels(make_view):
    spacing = np.array([3.0, 0.5, 0.9])  # K, J, I
    kji = np.stack(np.meshgrid(*(np.arange(n) for n in (15, 100, 60)), indexing="ij"), axis=-1)
    ball = np.linalg.norm((kji - (7, 50, 30)) * spacing, axis=-1) < 12
    affine = np.array([[0, 0, -3.0, 0], [-0.9, 0, 0, 0], [0, -0.5, 0, 0], [0, 0, 0, 1]])
    scan = addVolume(np.where(ball, 1000, 0).astype(np.int16), affine, "Ball")
    showScan(scan)
    view = make_view("Sagittal", (320, 240))
    view.show(scan)
    view.zoom(30)
    width, height = np.ptp(colored(view.grab(), (1, 1, 1), 128), axis=0) * view.mmPerPixel
    assert width == pytest.approx(24, abs=1.5)
    assert height == pytest.approx(24, abs=1.5)


def test_heat_map_is_drawn_above_its_threshold_only(sagittal, job, rows):
    anomaly = files.loadVolume(job.anomaly, "Anomaly")
    showMap(anomaly, ANOMALY)
    sagittal.jump(rows[0].centre)
    plain = sagittal.grab().astype(int)
    sagittal.overlay(anomaly, 0.6)
    changed = np.argwhere(np.abs(sagittal.grab() - plain).max(axis=2) > 20)[:, ::-1]
    points = pointsIn(files.loadLabelMap(job.labels, "Labels"))
    in_slice = sagittal.pixelOf(points[np.abs(sagittal.distanceOf(points)) < sagittal.sliceSpacing / 2])
    assert len(changed) > 20
    np.testing.assert_allclose(changed.min(axis=0), in_slice.min(axis=0), atol=4)
    np.testing.assert_allclose(changed.max(axis=0), in_slice.max(axis=0), atol=4)


def test_pixel_of_the_point_jumped_to_is_the_middle(sagittal, rows):
    sagittal.jump(rows[1].centre)
    np.testing.assert_allclose(sagittal.pixelOf(rows[1].centre), (np.array(SIZE) - 1) / 2, atol=1.0)
    assert abs(sagittal.distanceOf(rows[1].centre)) < SPACING[2] / 2


def test_cord_fills_the_view_from_top_to_bottom(sagittal, scan_node, job, rows):
    cord = pointsIn(files.loadLabelMap(job.cord, "Cord"))
    frameCord(sagittal, scan_node, cord, np.array(rows[0].centre))
    cord_rows = sagittal.pixelOf(cord)[:, 1]
    assert 0 <= cord_rows.min() < 60
    assert SIZE[1] - 60 < cord_rows.max() < SIZE[1]


@pytest.mark.parametrize(
    ("direction", "letters"), [((0, 0, 1), "S"), ((-0.9, 0.43, 0), "LA"), ((0.1, -0.99, 0.05), "P")]
)
def test_oblique_directions_carry_two_letters(direction, letters):
    assert directionLetters(np.array(direction)) == letters
