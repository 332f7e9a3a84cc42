"""Small calibrations of which everything can be worked out by hand."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from calibrated import CONFIDENCE, WEIGHTS

from u2ad.calibration import Calibration, Reference, ScanClass
from u2ad.calibration.calibration import FEWEST
from u2ad.cord import Cord, MaskSource
from u2ad.findings import Finding
from u2ad.scan import Grid


@pytest.fixture
def finding() -> Finding:
    return Finding(1, 20.0, (0, 0, 0), 60.0, (8, 4, 3), 60.0, 4.0, 7.0, 0.03, 0.12, "C5", 0.9)


@pytest.fixture
def make_cord() -> Callable[..., Cord]:
    """``make_cord(3.3)``: a cord in sagittal slices 3.3 mm apart."""

    def make(slices: float, source: MaskSource = MaskSource.AUTOMATIC, pixel: float = 0.6) -> Cord:
        affine = np.array([[0, 0, slices, 0], [-0.6, 0, 0, 0], [0, -pixel, 0, 0], [0, 0, 0, 1.0]])
        return Cord(Grid((3, 20, 5), affine), np.ones((3, 20, 5), np.float32), source, source is MaskSource.READER)

    return make


@pytest.fixture
def calibration() -> Calibration:
    """Twenty scores from 1 to 9 for thin, from 11 to 19 for thick slices; thresholds tell the classes apart."""
    thin, thick = (Reference(tuple(np.linspace(start, start + 8, FEWEST).tolist())) for start in (1, 11))
    first = ScanClass("thin, automatic", 2.0, True, 5.0, {}, CONFIDENCE, thin)
    second = replace(first, name="thick, automatic", up_to=5.0, threshold=6.0, reference=thick)
    given = (replace(one, name=one.name.replace("automatic", "given"), automatic=False) for one in (first, second))
    classes = (first, second, *(replace(one, threshold=one.threshold - 2) for one in given))
    return Calibration("u2ad", WEIGHTS, classes, {"date": "2026-01-01"})
