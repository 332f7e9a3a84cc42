"""Has a child process write a review as a Slicer scene (.mrb); loads no VTK here.

The scene is the one that the module U2AD itself saves: it opens in Slicer with maps, findings, decisions and journal,
and the review goes on there.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from EmbeddedSlicer.child import end, ends_within, environment
from u2ad.errors import OutputError, U2ADError
from u2ad.export.reviewed import Reviewed
from u2ad.review.changes import Hold, Judge, to_plain
from u2ad.review.listing import Listed
from u2ad.review.voxels import Voxels
from u2ad.scan import Grid
from u2ad.worker.result import packed, write

SECONDS = 120.0
"""Longest that writing a scene may take."""

SCAN, RESULT, REVIEW, JOURNAL = "scan.npy", "result", "review.json", "journal.jsonl"


@dataclass(frozen=True)
class Folder:
    """The private folder through which a review goes to the child.

    Args:
        path: exists, and only this user may look in.
    """

    path: Path

    def fill(self, reviewed: Reviewed) -> None:
        """Write all that a scene is made of, in the order of slices that Slicer has them in.

        Raises:
            U2ADError: if the scan or the maps are not at hand.
        """
        case, image = reviewed.case, reviewed.image
        if image is None or case.maps is None or case.cord is None:
            raise U2ADError("A scene needs the scan and its maps.", "Give the scan as the source.")
        turned = np.linalg.det(reviewed.grid.affine[:3, :3]) < 0
        order = slice(None, None, -1) if turned else slice(None)
        grid = _right_handed(reviewed.grid) if turned else reviewed.grid
        maps = replace(case.maps, grid=grid, **_turned(case.maps, order))
        cord = replace(case.cord, grid=grid, fraction=case.cord.fraction[order])
        np.save(self.path / SCAN, image.array[order], allow_pickle=False)
        write(self.path / RESULT, json.dumps(reviewed.document), packed(maps, cord))
        listed = [_plain(one, len(image.array) - 1 if turned else None) for one in reviewed.findings]
        told = {"affine": grid.affine.tolist(), "findings": listed}
        (self.path / REVIEW).write_text(json.dumps(told), encoding="utf-8")
        (self.path / JOURNAL).write_text(reviewed.journal, encoding="utf-8")


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
        Folder(Path(private)).fill(reviewed)
        ended = _run(Path(private), path, check)
    if ended != 0 or not path.is_file():
        raise OutputError(
            "The scene for Slicer could not be written.", "Free some space and memory, or export the other formats."
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


def _right_handed(grid: Grid) -> Grid:
    affine = grid.affine.copy()
    affine[:3, 3] += (grid.shape[0] - 1) * affine[:3, 2]
    affine[:3, 2] *= -1
    return Grid(grid.shape, affine)


def _turned(maps, order: slice) -> dict[str, np.ndarray]:
    names = ("anomaly", "reconstruction", "certainty", "epistemic", "aleatoric")
    return {name: array[order] for name in names if (array := getattr(maps, name)) is not None}


def _plain(finding: Listed, last: int | None) -> dict:
    """One finding in JSON types; ``last`` is the last slice where their order is turned round."""
    voxels = finding.voxels
    if last is not None:
        voxels = Voxels(voxels.kji * np.array((-1, 1, 1)) + np.array((last, 0, 0)))
    hold = Hold(finding.key, voxels, finding.figures, finding.origin, finding.edited)
    return {"hold": to_plain(hold), "judge": to_plain(Judge(finding.key, finding.judgement)), "held": finding.held}
