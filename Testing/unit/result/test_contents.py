"""What is written into a result folder."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from u2ad.cord import Cord
from u2ad.cord.levels import Levels
from u2ad.detectors.maps import Maps
from u2ad.errors import OutputError
from u2ad.result import Provenance, write_result
from u2ad.result.files import ALEATORIC, ANOMALY, CERTAINTY, CORD, EPISTEMIC, FINDINGS, RECONSTRUCTION
from u2ad.scan import Check, Grid
from u2ad.scan.reading import read_image_file

IMAGES = {ANOMALY, EPISTEMIC, ALEATORIC, RECONSTRUCTION, CERTAINTY, CORD}


@pytest.fixture
def write(
    tmp_path: Path,
    cord: Cord,
    make_findings: Callable,
    checks: tuple[Check, ...],
    provenance: Provenance,
    levels: Levels,
) -> Callable[[Maps], set[str]]:
    def written(maps: Maps, folder: Path = tmp_path) -> set[str]:
        write_result(folder, cord, maps, make_findings(2), checks, provenance, levels)
        return {path.name for path in folder.iterdir()}

    return written


def test_all_maps_and_the_document_are_written(write: Callable, maps: Maps) -> None:
    assert write(maps) == IMAGES | {FINDINGS}


def test_every_image_lies_on_the_grid_of_the_scan(write: Callable, maps: Maps, tmp_path: Path, grid: Grid) -> None:
    write(maps)
    for name in IMAGES:
        assert read_image_file(tmp_path / name).grid.matches(grid, 1e-4)


def test_images_hold_what_was_computed(write: Callable, maps: Maps, cord: Cord, tmp_path: Path) -> None:
    write(maps)
    written = {ANOMALY: maps.anomaly, RECONSTRUCTION: maps.reconstruction, EPISTEMIC: maps.epistemic}
    for name, array in {**written, ALEATORIC: maps.aleatoric}.items():
        np.testing.assert_allclose(read_image_file(tmp_path / name).array, array, rtol=1e-6)
    assert (read_image_file(tmp_path / CORD).array == cord.mask).all()


def test_a_detector_without_a_model_writes_no_uncertainty(write: Callable, maps: Maps) -> None:
    assert write(replace(maps, epistemic=None, aleatoric=None)) == {ANOMALY, RECONSTRUCTION, CERTAINTY, CORD, FINDINGS}


def test_the_document_can_be_read_back(write: Callable, maps: Maps, tmp_path: Path) -> None:
    write(maps)
    assert len(json.loads((tmp_path / FINDINGS).read_text(encoding="utf-8"))["findings"]) == 2


def test_maps_on_another_grid_are_an_error(write: Callable, maps: Maps) -> None:
    with pytest.raises(ValueError, match="one grid"):
        write(replace(maps, grid=Grid(maps.grid.shape, np.diag([1.0, 1, 1, 1]))))


def test_a_folder_that_is_not_there_is_told(write: Callable, maps: Maps, tmp_path: Path) -> None:
    with pytest.raises(OutputError):
        write(maps, tmp_path / "nowhere")
