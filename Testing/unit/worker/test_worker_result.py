"""The output folder: what is written comes back bit by bit, and nothing damaged comes back at all."""

import json
from dataclasses import replace

import numpy as np
import pytest

from u2ad.cord import Cord, MaskSource
from u2ad.detectors.maps import Maps
from u2ad.errors import OutputError, UnreadableInputError
from u2ad.scan import Check, Grid, Verdict
from u2ad.worker import result

GRID = Grid((5, 40, 30), np.diag([0.7, 0.7, 3.3, 1.0]))
CHECK = {"name": "cord", "verdict": "warn", "sentence": "Short.", "remedy": "Look."}
DOCUMENT = {"cord": {"source": "automatic", "seen_by_person": False, "checks": [CHECK]}, "findings": []}


def some(seed: int, box=(slice(1, 4), slice(10, 30), slice(5, 9))) -> np.ndarray:
    array = np.zeros(GRID.shape, np.float32)
    array[box] = np.random.default_rng(seed).normal(size=array[box].shape).astype(np.float32)
    return array


@pytest.fixture
def maps() -> Maps:
    return Maps(GRID, some(1), some(2, (slice(0, 5), slice(9, 31), slice(3, 12))), some(3), some(4), some(5))


@pytest.fixture
def cord() -> Cord:
    return Cord(GRID, np.abs(some(6, (slice(2, 3), slice(4, 36), slice(5, 6)))), MaskSource.AUTOMATIC, False)


@pytest.fixture
def folder(tmp_path, maps, cord):
    result.write(tmp_path / "r", json.dumps(DOCUMENT), result.packed(maps, cord))
    return tmp_path / "r"


def test_maps_cord_and_document_come_back_as_they_were(folder, maps, cord):
    back = result.read(folder, GRID)
    assert back.document == DOCUMENT
    for name in ("anomaly", "reconstruction", "certainty", "epistemic", "aleatoric"):
        np.testing.assert_array_equal(getattr(back.maps, name), getattr(maps, name), name)
        assert getattr(back.maps, name).dtype == np.float32
    np.testing.assert_array_equal(back.cord.fraction, cord.fraction)
    assert (back.cord.source, back.cord.seen_by_person) == (MaskSource.AUTOMATIC, False)
    assert back.cord.checks == (Check("cord", Verdict.WARN, "Short.", "Look."),)
    assert back.maps.grid is GRID


def test_only_the_box_around_the_cord_is_stored(maps, cord):
    packed = result.packed(maps, cord)
    assert packed["anomaly"].shape == (5, 32, 9)
    assert packed["corner"].tolist() == [0, 4, 3]


def test_a_detector_without_a_model_has_no_uncertainties(tmp_path, maps, cord):
    bare = replace(maps, epistemic=None, aleatoric=None)
    result.write(tmp_path / "bare", json.dumps(DOCUMENT), result.packed(bare, cord))
    back = result.read(tmp_path / "bare", GRID).maps
    assert back.epistemic is None
    assert back.aleatoric is None


def test_empty_maps_come_back_empty(tmp_path):
    nothing = np.zeros(GRID.shape, np.float32)
    packed = result.packed(Maps(GRID, nothing, nothing, nothing), Cord(GRID, nothing, MaskSource.READER, True))
    result.write(tmp_path / "empty", json.dumps(DOCUMENT), packed)
    assert not result.read(tmp_path / "empty", GRID).maps.anomaly.any()


def cut(file):
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


@pytest.mark.parametrize(
    "damage",
    [
        lambda folder: (folder / "maps.npz").unlink(),
        lambda folder: (folder / "findings.json").unlink(),
        lambda folder: cut(folder / "maps.npz"),
        lambda folder: cut(folder / "findings.json"),
        lambda folder: (folder / "maps.npz").write_bytes(b""),
        lambda folder: (folder / "findings.json").write_text("[]"),
        lambda folder: (folder / "findings.json").write_text('{"cord": {}}'),
        lambda folder: np.savez(folder / "maps.npz", shape=np.array(GRID.shape), corner=np.zeros(3, int)),
        lambda folder: np.savez(folder / "maps.npz", shape=np.array([object()], dtype=object)),
    ],
)
def test_a_damaged_result_is_said_to_be_one(folder, damage):
    damage(folder)
    with pytest.raises(UnreadableInputError):
        result.read(folder, GRID)


def test_the_result_of_another_scan_is_refused(folder):
    with pytest.raises(UnreadableInputError):
        result.read(folder, Grid((5, 41, 30), np.eye(4)))


def test_a_folder_that_cannot_be_made_is_said_in_words(folder, maps, cord):
    with pytest.raises(OutputError):
        result.write(folder, "{}", result.packed(maps, cord))
