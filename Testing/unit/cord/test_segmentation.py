"""The automatic cord mask on real people who were not trained on, and what it does where there is no cord."""

from collections import Counter

import numpy as np
import pytest

from u2ad.cord import MaskSource, segmentation
from u2ad.cord.centreline import centreline_of
from u2ad.cord.plausibility import check_cord
from u2ad.cord.segmentation import segment_cord
from u2ad.errors import RefusedInputError
from u2ad.models.cord_unet import cord_logits
from u2ad.scan import Grid, Scan, Verdict
from u2ad.scan.masks import read_mask
from u2ad.scan.reading import read_scan
from u2ad.scan.resampling import acquire_thick, sagittal_grid
from u2ad.simulation import HELD_BACK, Acquisition, hard_neck
from u2ad.simulation.seeds import DEVELOPMENT


def dice(one, other):
    return 2 * (one & other).sum() / (one.sum() + other.sum())


@pytest.fixture
def tight():
    """A neck without fluid around the cord from C3 to C7, unlike any of training; shows 60 mm around the cord."""
    plain = Acquisition.sagittal().near_cord(60.0)
    return hard_neck(DEVELOPMENT.start + 2, HELD_BACK, ("stenosis",), plain)


@pytest.fixture
def looks(monkeypatch):
    """Sizes of the pictures that the network sees."""
    sizes = []

    def noted(network, slices):
        sizes.append(tuple(slices.shape[-2:]))
        return cord_logits(network, slices)

    monkeypatch.setattr(segmentation, "cord_logits", noted)
    return sizes


@pytest.fixture
def errsm30(real):
    folder = real / "healthy" / "sub-errsm30"
    scan = read_scan(folder / "sub-errsm30_T2w.nii.gz")
    return scan, read_mask(folder / "sub-errsm30_T2w_label-SC_seg.nii.gz", scan.grid)


def test_dice_on_a_healthy_person_as_stored(errsm30):
    scan, drawn = errsm30
    assert dice(segment_cord(scan).mask, drawn >= 0.5) >= 0.93


@pytest.mark.parametrize("tilt", [0.0, 6.0])
def test_dice_on_the_same_person_in_thick_sagittal_slices(errsm30, tilt):
    scan, drawn = errsm30
    grid = sagittal_grid(scan.grid, 0.6, 3.3, tilt)
    thick = acquire_thick(Scan(drawn, scan.grid), grid).array >= 0.5
    assert dice(segment_cord(acquire_thick(scan, grid)).mask, thick) >= 0.92


def test_dice_where_no_fluid_surrounds_the_cord(tight):
    assert dice(segment_cord(tight.scan).mask, tight.cord >= 0.5) >= 0.88


def test_what_may_be_cord_is_looked_at_enlarged_too(tight, looks):
    segment_cord(tight.scan)
    first, *larger = sorted(Counter(looks).items())
    assert [round(size[0] / first[0][0], 1) for size, _ in larger] == [1.1, 1.3]
    assert len({count for _, count in larger}) == 1
    assert larger[0][1] < first[1]


def test_slices_without_cord_are_looked_at_once(looks):
    grid = Grid((5, 96, 96), np.diag([1.0, 1.0, 3.3, 1.0]))
    segment_cord(Scan(np.zeros(grid.shape, np.float32), grid))
    assert len(looks) == grid.shape[2]


def test_an_automatic_mask_says_that_nobody_has_looked_at_it(errsm30):
    cord = segment_cord(errsm30[0])
    assert cord.source is MaskSource.AUTOMATIC
    assert not cord.seen_by_person


@pytest.mark.parametrize(
    ("file", "name"),
    [
        ("negative/t2_lumbar.nii.gz", "region"),
        ("dicom/lumbar_T2_SAG", "region"),
        ("dicom/lumbar_T1_SAG", "region"),
        ("negative/cervical_t1w.nii.gz", "weighting"),
    ],
)
def test_what_is_no_cervical_t2_scan_is_seen_in_the_picture_itself(real, file, name):
    stored = read_scan(real / file)
    scan = Scan(stored.array, stored.grid)  # without what the file says of itself
    cord = segment_cord(scan)
    verdicts = {check.name: check.verdict for check in check_cord(scan, cord, centreline_of(cord))}
    assert verdicts[name] is Verdict.REFUSE


@pytest.mark.parametrize("person", ["sub-errsm20", "sub-errsm30"])
def test_healthy_necks_raise_no_alarm(real, person):
    scan = read_scan(real / "healthy" / person / f"{person}_T2w.nii.gz")
    cord = segment_cord(scan)
    assert {check.verdict for check in check_cord(scan, cord, centreline_of(cord))} == {Verdict.OK}


def test_noise_has_no_cord():
    grid = Grid((12, 120, 120), np.diag([1.0, 1.0, 3.3, 1.0]))
    noise = np.random.default_rng(0).gamma(2, 100, grid.shape).astype(np.float32)
    with pytest.raises(RefusedInputError, match="No usable stretch"):
        centreline_of(segment_cord(Scan(noise, grid)))
