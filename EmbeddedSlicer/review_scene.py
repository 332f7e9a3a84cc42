"""Writes a review as a Slicer scene: ``python -m EmbeddedSlicer.review_scene FOLDER SCENE.mrb``.

The folder is an :class:`EmbeddedSlicer.bundle.Folder`. Ends with status 1 where the scene could not be written.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np

from EmbeddedSlicer.bundle import JOURNAL, RESULT, REVIEW, SCAN
from EmbeddedSlicer.runtime import EmbeddedRuntime
from u2ad.review.changes import Hold, Judge, from_plain, number_of
from u2ad.review.journal import actions_in
from u2ad.review.listing import Listed
from u2ad.scan import Grid
from u2ad.worker.result import read
from U2ADSlicerLib.scene.case import CaseNodes
from U2ADSlicerLib.scene.findings_view import FindingsView
from U2ADSlicerLib.scene.journal import writeJournal
from U2ADSlicerLib.scene.results import putResult
from U2ADSlicerLib.scene.volumes import addVolume


def main(folder: Path, target: Path) -> int:
    """Makes the scene and saves it; returns the exit status."""
    runtime = EmbeddedRuntime.start()
    fill(folder)
    part = target.with_name(f"part-{target.name}")
    runtime.scene.SetURL(str(target.with_suffix(".mrml")))
    if not runtime.scene.WriteToMRB(str(part)):
        part.unlink(missing_ok=True)
        return 1
    part.replace(target)
    return 0


def fill(folder: Path) -> CaseNodes:
    """Puts scan, maps, findings and journal into the scene, as the module U2AD has them."""
    told = json.loads((folder / REVIEW).read_text(encoding="utf-8"))
    array, affine = np.load(folder / SCAN, allow_pickle=False), np.array(told["affine"])
    nodes = CaseNodes(addVolume(array, affine, "Scan"))
    putResult(nodes, read(folder / RESULT, Grid(array.shape, affine)))
    FindingsView(nodes).update([listedOf(one) for one in told["findings"]])
    writeJournal(nodes, actions_in((folder / JOURNAL).read_bytes())[0])
    return nodes


def listedOf(told: dict) -> Listed:
    """One finding as it was told.

    Raises:
        ValueError: if it is none.
    """
    hold, judge = from_plain(told["hold"]), from_plain(told["judge"])
    if not isinstance(hold, Hold) or not isinstance(judge, Judge):
        raise ValueError("expected a finding and what is said of it")
    number = number_of(hold.key)
    return Listed(
        hold.key, number, hold.voxels, hold.figures, judge.judgement, hold.origin, hold.edited, bool(told["held"])
    )


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2])))
