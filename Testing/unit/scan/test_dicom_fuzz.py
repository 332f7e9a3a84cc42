"""Broken DICOM headers end in a scan or in a sentence. The long run is ``python Testing/fuzz/dicom_headers.py``."""

import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "fuzz"))

import dicom_headers

SEEDS = [4704, *range(1_000_000, 1_000_240)]
"""The first claims 8243 frames, each of which was once looked at anew: 12 seconds."""


def test_broken_headers_end_in_a_scan_or_a_sentence():
    faults = []

    counts = dicom_headers.run(SEEDS, lambda seed, ending: faults.append((seed, ending)) if ending.fault else None)

    assert not faults
    assert sum(counts.values()) == len(SEEDS)
    assert {"read", "UnreadableInputError", "RefusedInputError", "SeveralSeriesError"} <= set(counts)


def test_an_error_that_nobody_foresaw_counts_as_a_fault(monkeypatch, tmp_path):
    def fail(_folder):
        raise KeyError("surprise")

    monkeypatch.setattr(dicom_headers, "list_proposals", fail)

    assert dicom_headers.ending_of(tmp_path).fault


@pytest.mark.parametrize("damage", dicom_headers.DAMAGES)
def test_every_kind_of_damage_changes_the_file(damage, tmp_path):
    good = dicom_headers.originals(tmp_path)["plain"][0]

    broken = [bytes(damage(bytearray(good), np.random.default_rng(seed))) for seed in range(5)]

    assert any(one != good for one in broken)
