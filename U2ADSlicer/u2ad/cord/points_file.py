"""Reading points that were clicked along a cord, in Slicer or elsewhere."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

from u2ad.errors import UnreadableInputError

LPS_TO_RAS = np.array([-1.0, -1.0, 1.0])


def read_points(path: Path) -> np.ndarray:
    """Read points along the cord.

    Understood are

    - JSON, ``[[r, a, s], ...]``: RAS in mm;
    - Slicer's markups as ``.mrk.json`` or ``.fcsv``, in the coordinate system that the file names; points that were
      never placed are left out.

    Source: Slicer's markups schema 1.0.3 (``coordinateSystem`` LPS where it says nothing else) and the header of
    ``.fcsv`` (``CoordinateSystem = LPS`` or ``RAS``, before Slicer 4.11 0 for RAS and 1 for LPS; RAS where it is
    missing).

    Returns:
        RAS in mm, float64, shape (N, 3), in the order of the file.

    Raises:
        UnreadableInputError: if the file is missing, damaged, or not of these kinds.
    """
    try:
        text = Path(path).read_text(encoding="utf-8")
        points = _fcsv(text) if path.suffix.lower() == ".fcsv" else _json(json.loads(text))
        if points.ndim != 2 or points.shape[1] != 3 or not np.isfinite(points).all():
            raise ValueError
    except (OSError, ValueError, KeyError, IndexError, TypeError, AttributeError):
        raise UnreadableInputError(
            "The file of points along the cord cannot be read.",
            "Give a list of right, anterior and superior in mm as JSON, [[0, 1, 52], ...], or Slicer's markups file.",
        ) from None
    return points


def _json(content: Any) -> np.ndarray:
    if isinstance(content, list):
        return np.array(content, dtype=np.float64)
    (markup,) = content["markups"]
    placed = [
        point["position"] for point in markup["controlPoints"] if point.get("positionStatus", "defined") == "defined"
    ]
    return np.array(placed, dtype=np.float64) * _to_ras(markup.get("coordinateSystem", "LPS"))


def _fcsv(text: str) -> np.ndarray:
    lines = text.splitlines()
    told = [line.partition("=")[2].strip() for line in lines if line.startswith("# CoordinateSystem")]
    rows = [line.split(",") for line in lines if line.strip() and not line.startswith("#")]
    points = np.array([[float(number) for number in row[1:4]] for row in rows])
    return points * _to_ras(told[0] if told else "RAS")


def _to_ras(system: str) -> np.ndarray:
    """Signs that bring a coordinate system to RAS."""
    known = {"RAS": np.ones(3), "0": np.ones(3), "LPS": LPS_TO_RAS, "1": LPS_TO_RAS}
    return known[system]
