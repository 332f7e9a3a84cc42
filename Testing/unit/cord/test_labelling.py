"""Levels are found in the scan, contiguous and in order, or not named at all; one click repairs them."""

from itertools import pairwise

import numpy as np
import pytest
import torch
from cord_tube import make_tube

from u2ad.cord.centreline import centreline_of
from u2ad.cord.cord import Cord, MaskSource
from u2ad.cord.disc_evidence import NAMED, evidence_of
from u2ad.cord.labelling import find_levels
from u2ad.cord.levels import VERTEBRAE, LevelSource, along_cord
from u2ad.cord.spine_strip import DEPTHS, spine_strip
from u2ad.cord.strip_examples import FINE_DEPTHS, ROWS, LabelledStrip, example
from u2ad.models.disc_network import DILATIONS, DiscNetwork
from u2ad.scan import Scan, Verdict
from u2ad.simulation import Acquisition, simulate


@pytest.fixture(scope="module")
def neck():
    """A simulated neck as wide as the strip, its centreline, and the true place of each disc along it."""
    phantom = simulate(
        60003, Acquisition.sagittal(field_of_view=(23.1, 210.0, 110.0), centre=(0, 16, 0), tilt=(0, 0, 0))
    )
    line = centreline_of(Cord(phantom.scan.grid, phantom.cord, MaskSource.READER, True))
    along = along_cord(line, [phantom.levels[name] for name in NAMED])
    return phantom, line, dict(zip(NAMED, along, strict=True))


def errors(levels, truth) -> list[float]:
    return [abs(disc.along - truth[disc.name]) for disc in levels.discs if disc.name in truth]


def test_levels_of_a_neck_are_named_without_a_mark(neck):
    phantom, line, truth = neck
    levels = find_levels(phantom.scan, line)
    assert levels.source is LevelSource.AUTOMATIC
    assert {"C3", "C4", "C5", "C6", "C7", "T1"} <= {body.name for body in levels.bodies}
    assert np.median(errors(levels, truth)) < 3
    assert max(errors(levels, truth)) < 8
    assert [check.verdict for check in levels.checks] == [Verdict.OK]


def test_named_levels_are_contiguous_and_in_order(neck):
    phantom, line, _ = neck
    levels = find_levels(phantom.scan, line)
    names = [body.name for body in levels.bodies]
    first = VERTEBRAE.index(names[0])
    assert names == list(VERTEBRAE[first : first + len(names)])
    assert (np.diff(levels.faces) > 0).all()


def test_a_scan_without_vertebrae_gets_no_names_but_a_way_out():
    tube = make_tube((1.0, 1.0, 1.0))
    levels = find_levels(tube.scan, centreline_of(tube.cord))
    assert (levels.bodies, levels.source) == ((), LevelSource.UNKNOWN)
    (check,) = levels.checks
    assert (check.name, check.verdict) == ("levels", Verdict.WARN)
    assert "C2/C3" in check.remedy


@pytest.mark.parametrize("name", ["C2/C3", "C5/C6"])
def test_one_mark_is_enough_where_nothing_can_be_seen(neck, name):
    phantom, line, truth = neck
    noise = np.random.default_rng(0).normal(200, 20, phantom.scan.array.shape).astype(np.float32)
    levels = find_levels(Scan(noise, phantom.scan.grid), line, {name: phantom.levels[name]})
    assert levels.source is LevelSource.REPAIRED
    assert max(errors(levels, truth)[:6]) < 8
    assert min(errors(levels, truth)) < 2


def test_one_mark_moves_all_names_by_a_level(neck):
    phantom, line, truth = neck
    levels = find_levels(phantom.scan, line, {"C3/C4": phantom.levels["C4/C5"]})
    found = {disc.name: disc.along for disc in levels.discs}
    lower = dict(pairwise(NAMED))
    off = [abs(found[name] - truth[lower[name]]) for name in ("C2/C3", "C3/C4", "C4/C5", "C5/C6")]
    assert max(off) < 5


def test_two_marks_leave_nothing_to_be_found(neck):
    phantom, line, _ = neck
    marked = {name: phantom.levels[name] for name in ("C3", "C7")}
    assert find_levels(phantom.scan, line, marked).source is LevelSource.MARKED


def test_the_window_computes_what_the_network_does():
    torch.manual_seed(0)
    network = DiscNetwork(len(DEPTHS) + 1, len(NAMED)).eval()
    seen = torch.randn(1, len(DEPTHS) + 1, 90)
    expected = torch.log_softmax(network(seen), dim=2)[0].detach().numpy()
    weights = {name: tensor.numpy() for name, tensor in network.state_dict().items()}
    found = evidence_of(seen[0].numpy(), weights, DILATIONS)
    assert np.allclose(found.place, expected[:, :-1], atol=1e-4)
    assert np.allclose(found.absent, expected[:, -1], atol=1e-4)


def test_a_strip_reaches_beyond_the_line_and_says_what_it_does_not_know(neck):
    phantom, line, truth = neck
    strip = spine_strip(phantom.scan, line)
    assert strip.first == -50
    assert not strip.known[:5].any()
    assert strip.column_known[round(truth["C5/C6"] - strip.first)]
    assert not strip.signal[~strip.known].any()


def test_an_example_knows_where_its_discs_have_gone(neck):
    """A bright mark at each disc's place is found again where the example says that the disc is."""
    phantom, line, truth = neck
    strip = spine_strip(phantom.scan, line, FINE_DEPTHS)
    signal = np.ones_like(strip.signal)
    for name in NAMED:
        row = round(truth[name] - strip.first)
        signal[max(0, row - 1) : row + 2] = 3.9
    marked = LabelledStrip(type(strip)(signal, np.ones_like(strip.known), FINE_DEPTHS, strip.first), truth)
    hits = seen = 0
    for seed in range(12):
        features, rows = example(marked, np.random.default_rng(seed))
        profile = features[10:26].mean(axis=0)
        for row in rows[np.isfinite(rows)]:
            near = slice(max(0, int(row) - 8), int(row) + 9)
            seen += 1
            hits += abs(np.argmax(profile[near]) + near.start - row) <= 2.5
        assert features.shape == (len(DEPTHS) + 1, ROWS)
    assert seen > 30
    assert hits / seen > 0.8
