"""Nothing is derived twice for a hand on a slider; light enough for a panel that opens at once."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from u2ad.cord import Centreline, Cord, MaskSource
from u2ad.cord.levels import Levels
from u2ad.detectors.maps import Maps
from u2ad.findings.candidates import pieces_of
from u2ad.review import Case, Decision, Review, case
from u2ad.scan import Grid

PACKAGES = Path(__file__).parents[3] / "U2ADSlicer"


@pytest.fixture(scope="module")
def large() -> Case:
    """20 x 512 x 512 voxels with 31 candidates, as a clinical scan has at most."""
    grid = Grid((20, 512, 512), np.array([[0, 0, 3.3, -33], [-0.5, 0, 0, 128], [0, -0.5, 0, 128], [0, 0, 0, 1.0]]))
    fraction = np.zeros(grid.shape, np.float32)
    fraction[6:14, :, 246:267] = 1
    anomaly = np.random.default_rng(1).uniform(0, 1.9, grid.shape).astype(np.float32) * fraction
    falling = 1 - 0.15 * np.abs(np.arange(9) - 4)[:, None]  # a lesion fades towards its ends
    for number, row in enumerate(range(5, 500, 16)):
        anomaly[9:11, row : row + 9, 252:258] = (5 + number / 3) * falling
    for row in range(512):  # a cord bends, and so its box is much wider than itself
        for array in (fraction, anomaly):
            array[:, row] = np.roll(array[:, row], round(30 * np.cos(row / 90)), axis=-1)
    z = np.arange(128, -127, -0.5)
    line = Centreline(np.stack([0 * z, 0 * z, z], axis=1), 0.5)
    levels = Levels.from_points({"C2": line.point_at(20), "T1": line.point_at(125)}, line)
    maps = Maps(grid, anomaly, anomaly, fraction, anomaly, anomaly)
    return Case(grid, maps, Cord(grid, fraction, MaskSource.AUTOMATIC, False), line, levels)


@pytest.mark.parametrize("held", [0, 15])
def test_what_a_moving_threshold_chooses_from_is_derived_once(large: Case, held: int, monkeypatch) -> None:
    """`u2ad benchmark panel` shows how quickly the list follows the slider."""
    derived = []
    monkeypatch.setattr(case, "pieces_of", lambda *given: derived.append(1) or pieces_of(*given))
    review = Review(replace(large))  # which has derived nothing yet
    for finding in review.findings[:held]:
        review.decide(finding.key, Decision.CONFIRMED)
    for turn in range(7):
        review.move_threshold(4 + turn / 10)
        assert len(review.findings) == 31
    assert len(derived) == 1


def test_a_panel_opens_without_what_only_a_detection_needs() -> None:
    heavy = ("scipy", "SimpleITK", "pydicom", "skimage", "torch", "monai", "cc3d", "pandas")
    code = f"import sys, u2ad.review.review, u2ad.review.table; print([m for m in {heavy!r} if m in sys.modules])"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=PACKAGES)
    assert run.stdout.strip() == "[]"


def test_a_whole_review_needs_nothing_that_desktop_slicer_lacks(tmp_path: Path) -> None:
    """Slicer brings numpy, scipy, SimpleITK and pydicom: everything else is forbidden to the child."""
    code = f"""
import sys
for name in ("cc3d", "skimage", "torch", "monai", "PIL", "jinja2", "rich", "typer", "safetensors", "einops", "pandas"):
    sys.modules[name] = None
sys.path[:0] = [{str(Path(__file__).parent)!r}, {str(PACKAGES)!r}]
from pathlib import Path
from reviewed_cord import make_case
from u2ad.review import Decision, Journal, Review
from u2ad.review.table import write_csv
review = Review(make_case(), Journal(Path({str(tmp_path)!r})))
review.decide("finding-1", Decision.CONFIRMED)
review.merge(["finding-2", "finding-3"])
review.split("finding-2")
write_csv(Path({str(tmp_path)!r}) / "t.csv", review.findings)
print(len(review.findings))
"""
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (run.returncode, run.stdout.strip()) == (0, "4"), run.stderr
