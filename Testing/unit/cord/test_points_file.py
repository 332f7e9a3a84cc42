"""Points along the cord come from JSON, or from Slicer's markups in the coordinates that these name."""

import json
from pathlib import Path

import numpy as np
import pytest

from u2ad.cord.points_file import read_points
from u2ad.errors import UnreadableInputError

RAS = [[1.0, 20.0, 50.0], [2.0, 15.0, 0.0], [3.0, 10.0, -60.0]]
LPS = [[-1.0, -20.0, 50.0], [-2.0, -15.0, 0.0], [-3.0, -10.0, -60.0]]


def written(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def markups(points, system: str | None) -> str:
    controls = [{"label": f"F-{n}", "position": point, "positionStatus": "defined"} for n, point in enumerate(points)]
    controls.append({"label": "preview", "position": [0.0, 0.0, 0.0], "positionStatus": "preview"})
    markup = {"type": "Fiducial", "controlPoints": controls} | ({"coordinateSystem": system} if system else {})
    return json.dumps({"@schema": "markups-schema-v1.0.3.json#", "markups": [markup]})


def fcsv(points, system: str) -> str:
    rows = [f"vtkMRMLMarkupsFiducialNode_{n},{x},{y},{z},0,0,0,1,1,1,0,F-{n},," for n, (x, y, z) in enumerate(points)]
    head = f"# Markups fiducial file version = 5.6\n# CoordinateSystem = {system}\n# columns = id,x,y,z,ow\n"
    return head + "\n".join(rows) + "\n"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("points.json", json.dumps(RAS)),
        ("F.mrk.json", markups(LPS, "LPS")),
        ("F.mrk.json", markups(RAS, "RAS")),
        ("F.mrk.json", markups(LPS, None)),
        ("F.fcsv", fcsv(LPS, "LPS")),
        ("F.fcsv", fcsv(RAS, "RAS")),
        ("F.fcsv", fcsv(RAS, "0")),
    ],
)
def test_points_come_back_in_ras(tmp_path: Path, name: str, text: str) -> None:
    assert np.array_equal(read_points(written(tmp_path / name, text)), RAS)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("points.json", "{"),
        ("points.json", '{"C2": [0, 0, 0]}'),
        ("points.json", "[[0, 1], [2, 3]]"),
        ("points.json", "[[0, 1, 1e999], [2, 3, 4]]"),
        ("points.json", "[]"),
        ("F.mrk.json", markups(RAS, "IJK")),
        ("F.fcsv", fcsv(RAS, "RAS").replace("20.0", "far")),
    ],
)
def test_what_holds_no_points_is_told_in_words(tmp_path: Path, name: str, text: str) -> None:
    with pytest.raises(UnreadableInputError, match="points along the cord"):
        read_points(written(tmp_path / name, text))


def test_a_missing_file_is_told_in_words(tmp_path: Path) -> None:
    with pytest.raises(UnreadableInputError, match="points along the cord"):
        read_points(tmp_path / "none.json")
