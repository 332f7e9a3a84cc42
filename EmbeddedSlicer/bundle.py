"""Has a child process write a review as a Slicer scene (.mrb); loads no VTK here.

The scene is the one that the module U2AD itself saves: it opens in Slicer with maps, findings, decisions and journal,
and the review goes on there.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np

from EmbeddedSlicer.child import end, ends_within, environment
from u2ad.errors import OutputError
from u2ad.export.reviewed import Reviewed
from u2ad.review.mirroring import is_left_handed
from u2ad.review.voxels import Voxels
from u2ad.scan import Grid, Scan
from u2ad.worker.review import write_review

SECONDS = 120.0
"""Longest that writing a scene may take."""

MAPS = ("anomaly", "reconstruction", "certainty", "epistemic", "aleatoric")


def write_bundle(path: Path, reviewed: Reviewed, check: Callable[[], None]) -> None:
    """Write a review as a scene.

    Args:
        path: ends in .mrb.
        reviewed: with its scan.
        check: called several times a second; whatever it raises ends the child and is raised again.

    Raises:
        OutputError: if the child could not write it.
        U2ADError: if the scan or the maps are not at hand.
    """
    with tempfile.TemporaryDirectory(prefix="u2ad-") as private:
        write_review(Path(private), as_slicer_has_it(reviewed))
        ended = _run(Path(private), path, check)
    if ended != 0 or not path.is_file():
        raise OutputError(
            "The scene for Slicer could not be written.", "Free some space and memory, or export the other formats."
        )


def as_slicer_has_it(reviewed: Reviewed) -> Reviewed:
    """The same review with the slices in the order in which Slicer reads them; its journal counts them so already."""
    image = reviewed.image
    if image is None or not is_left_handed(reviewed.grid):
        return reviewed
    case, last = reviewed.case, len(image.array) - 1
    affine = reviewed.grid.affine @ np.array([[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, -1, last], [0, 0, 0, 1.0]])
    grid = Grid(reviewed.grid.shape, affine)
    cord = None if case.cord is None else replace(case.cord, grid=grid, fraction=case.cord.fraction[::-1])
    arrays = {name: array[::-1] for name in MAPS if (array := getattr(case.maps, name, None)) is not None}
    maps = None if case.maps is None else replace(case.maps, grid=grid, **arrays)
    findings = tuple(
        replace(one, voxels=Voxels(one.voxels.kji * np.array((-1, 1, 1)) + np.array((last, 0, 0))))
        for one in reviewed.findings
    )
    return replace(
        reviewed,
        case=replace(case, grid=grid, maps=maps, cord=cord),
        findings=findings,
        image=Scan(image.array[::-1], grid, image.facts, image.remarks, image.source[::-1]),
    )


def _run(folder: Path, path: Path, check: Callable[[], None]) -> int | None:
    child = subprocess.Popen(
        [sys.executable, "-m", "EmbeddedSlicer.review_scene", str(folder), str(path.absolute())],
        env=environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=os.name == "posix",
    )
    try:
        ends_within(child, SECONDS, check)
    finally:
        end(child)
    return child.returncode
