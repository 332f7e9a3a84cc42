"""Parametric maps: they conform, and read back to the same values at the same places."""

from dataclasses import replace

import highdicom
import numpy as np
import pydicom
import pytest
from dicom_check import errors_in
from reviewed_scan import reviewed_scan

from u2ad.export.dicom.errors import NothingToExportError
from u2ad.export.dicom.maps import parametric_maps
from u2ad.export.dicom.source import read_source
from u2ad.scan.grid import LPS_FROM_RAS


def test_they_conform(any_scan, tmp_path):
    for dataset in parametric_maps(reviewed_scan(any_scan), read_source(any_scan)):
        assert errors_in(dataset, tmp_path) == []


def test_they_read_back_to_the_same_values_in_the_same_places(any_scan, tmp_path):
    reviewed = reviewed_scan(any_scan)
    maps = reviewed.case.maps
    dataset, *others = parametric_maps(reviewed, read_source(any_scan))
    dataset.save_as(tmp_path / "map.dcm")

    read = pydicom.dcmread(tmp_path / "map.dcm")

    assert [one.ContentLabel for one in (dataset, *others)] == ["ANOMALY", "EPISTEMIC", "ALEATORIC"]
    assert len({one.SeriesInstanceUID for one in (dataset, *others)}) == 1
    order = [slice_of(frame, any_scan) for frame in read.PerFrameFunctionalGroupsSequence]
    assert sorted(order) == list(range(len(any_scan.array)))
    values = np.frombuffer(read.FloatPixelData, "<f4").reshape(any_scan.array.shape)
    assert np.array_equal(values, maps.anomaly[order])
    assert np.array_equal(np.frombuffer(others[1].FloatPixelData, "<f4"), maps.aleatoric[order].ravel())


def slice_of(frame: pydicom.Dataset, scan) -> int:
    """The slice of the scan that a frame lies in, by its position; the position is that of the source's image."""
    position = np.array(frame.PlanePositionSequence[0].ImagePositionPatient, float)
    k, j, i = scan.grid.to_kji(LPS_FROM_RAS[:3, :3] @ position)
    assert abs(j) < 0.02
    assert abs(i) < 0.02
    assert abs(k - round(k)) < 0.05
    return round(k)


def test_highdicom_reads_them_as_a_volume_over_the_scan(reviewed, source, scan, tmp_path):
    parametric_maps(reviewed, source)[0].save_as(tmp_path / "map.dcm")

    volume = highdicom.imread(tmp_path / "map.dcm").get_volume(apply_real_world_transform=True)

    volume = volume.match_geometry(volume.with_array(volume.array))
    corner = LPS_FROM_RAS @ [*scan.grid.to_ras(np.array([0, 0, 0])), 1]
    place = np.linalg.inv(volume.affine) @ corner
    k, j, i = (round(x) for x in place[:3])
    assert volume.array[k, j, i] == reviewed.case.maps.anomaly[0, 0, 0]
    assert np.sort(volume.array.ravel())[-50:] == pytest.approx(np.sort(reviewed.case.maps.anomaly.ravel())[-50:])


def test_without_maps_it_is_refused_in_words(reviewed, source):
    bare = replace(reviewed, case=replace(reviewed.case, maps=None))

    with pytest.raises(NothingToExportError, match=r"has no maps. Detect first"):
        parametric_maps(bare, source)


def test_a_detector_without_uncertainties_leaves_one_map(reviewed, source):
    plain = replace(reviewed.case.maps, epistemic=None, aleatoric=None)
    only = replace(reviewed, case=replace(reviewed.case, maps=plain))

    assert [one.ContentLabel for one in parametric_maps(only, source)] == ["ANOMALY"]
