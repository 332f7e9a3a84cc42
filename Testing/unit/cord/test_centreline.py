"""The centreline follows the cord's middle, whatever the grid."""

import numpy as np
import pytest
from cord_tube import make_tube

from u2ad.cord import Cord, MaskSource
from u2ad.cord.centreline import centreline_of
from u2ad.errors import RefusedInputError


@pytest.mark.parametrize("spacing", [(1.0, 1.0, 1.0), (3.3, 0.6, 0.6), (4.0, 0.7, 0.7)])
@pytest.mark.parametrize("flips", [(1, 1, 1), (-1, 1, -1), (1, -1, -1)])
def test_it_stays_within_half_a_millimetre_of_the_middle(spacing, flips):
    tube = make_tube(spacing, flips=flips)
    line = centreline_of(tube.cord)
    inner = line.points[(np.abs(line.points[:, 2]) < 55)]
    offset = inner - tube.middle(inner[:, 2])
    assert np.abs(offset[:, 1]).max() < 0.5
    assert np.abs(offset[:, 0]).max() < 0.35 * spacing[0] + 0.2


def test_it_runs_downwards_in_even_steps(tube):
    line = centreline_of(tube.cord)
    assert (np.diff(line.points[:, 2]) < 0).all()
    steps = np.linalg.norm(np.diff(line.points, axis=0), axis=1)
    assert steps == pytest.approx(line.step, abs=0.02)


def test_positions_along_it_are_distances_from_its_upper_end(tube):
    line = centreline_of(tube.cord)
    assert line.along(line.point_at(40.0)) == pytest.approx(40.0, abs=line.step)
    assert line.along(line.points[0] + [0, 3, 20]) == 0
    assert line.along(line.points[-1]) == pytest.approx(line.length)


def test_it_bridges_a_gap_of_the_mask(tube):
    fraction = tube.cord.fraction.copy()
    height = tube.cord.grid.to_ras(np.moveaxis(np.indices(fraction.shape), 0, -1))[..., 2]
    fraction[np.abs(height) < 6] = 0
    line = centreline_of(Cord(tube.cord.grid, fraction, MaskSource.READER, seen_by_person=True))
    near = line.points[np.abs(line.points[:, 2]) < 8]
    assert len(near) > 20
    assert np.abs((near - tube.middle(near[:, 2]))[:, 1]).max() < 1.0


@pytest.mark.parametrize("kept", [0.0, 12.0])
def test_no_cord_or_a_stump_is_refused_with_a_remedy(tube, kept):
    height = tube.cord.grid.to_ras(np.moveaxis(np.indices(tube.cord.fraction.shape), 0, -1))[..., 2]
    fraction = np.where(np.abs(height) < kept / 2, tube.cord.fraction, 0)
    with pytest.raises(RefusedInputError, match="spinal cord") as refused:
        centreline_of(Cord(tube.cord.grid, fraction, MaskSource.READER, seen_by_person=True))
    assert "cord mask of your own" in refused.value.remedy


def test_a_mask_on_four_sections_is_refused_too(tube):
    fraction = np.zeros_like(tube.cord.fraction)
    rows = np.flatnonzero(tube.cord.mask.any(axis=(0, 2)))[::40][:4]
    fraction[:, rows] = tube.cord.fraction[:, rows]
    with pytest.raises(RefusedInputError, match="spinal cord"):
        centreline_of(Cord(tube.cord.grid, fraction, MaskSource.READER, seen_by_person=True))
