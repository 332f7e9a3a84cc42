"""What the pictures are asked to show: the figures of the document, and what must be known of them."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from u2ad import pipeline
from u2ad.cord import Cord
from u2ad.detectors.maps import Maps
from u2ad.progress import Silent
from u2ad.result.document import document_of
from u2ad.scan import Grid


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list:
    """The jobs that the embedded Slicer is given; none is done."""
    jobs: list = []
    monkeypatch.setattr(pipeline, "write_scene_products", lambda job, *_: jobs.append(job))
    return jobs


def test_pictures_and_document_start_from_the_same_figures(
    asked: list, tmp_path: Path, grid: Grid, cord: Cord, maps: Maps, make_findings: Callable, provenance, levels
) -> None:
    findings = make_findings(2)
    odd = tuple(replace(one, extent=(11.4960001, 2.4970001, 3.3), score=8.2496001) for one in findings.ranked)
    findings = replace(findings, ranked=odd)
    scan = SimpleNamespace(array=np.zeros(grid.shape, np.float32), grid=grid)
    pipeline._draw(tmp_path, scan, SimpleNamespace(findings=findings, maps=maps), "Look.", Silent())
    (job,) = asked
    for drawn, told in zip(job.findings, document_of(cord, findings, (), provenance, levels)["findings"], strict=True):
        assert list(drawn["extent"]) == list(told["extent_mm"].values())
        assert [drawn[name] for name in ("score", "volume", "peak")] == [
            told[name] for name in ("score", "volume_mm3", "peak")
        ]
        assert job.note == "Look."
