"""Writes a review as a Slicer scene: ``python -m EmbeddedSlicer.review_scene FOLDER SCENE.mrb``.

The folder holds what :func:`u2ad.worker.review.write_review` writes. Ends with status 1 where the scene could not be
written.
"""

from __future__ import annotations

import re
import sys
import zipfile
from pathlib import Path

from EmbeddedSlicer.runtime import EmbeddedRuntime
from u2ad.export.reviewed import Reviewed
from u2ad.review.journal import actions_in
from u2ad.worker.result import WorkerResult
from u2ad.worker.review import read_review
from U2ADSlicerLib.scene.case import CaseNodes
from U2ADSlicerLib.scene.findings_view import FindingsView
from U2ADSlicerLib.scene.journal import writeJournal
from U2ADSlicerLib.scene.results import putResult
from U2ADSlicerLib.scene.volumes import addVolume

NOTED_FOLDER = re.compile(rb"(?m)^(# Color (?:procedural|table) file) .*$")


def main(folder: Path, target: Path) -> int:
    """Makes the scene and saves it; returns the exit status."""
    runtime = EmbeddedRuntime.start()
    fill(read_review(folder))
    part = target.with_name(f"part-{target.name}")
    runtime.scene.SetURL(str(target.with_suffix(".mrml")))
    if not runtime.scene.WriteToMRB(str(part)):
        part.unlink(missing_ok=True)
        return 1
    whole = target.with_name(f"whole-{target.name}")
    try:
        copy_without_folders(part, whole)
        whole.replace(target)
    finally:
        part.unlink(missing_ok=True)
        whole.unlink(missing_ok=True)
    return 0


def copy_without_folders(bundle: Path, to: Path) -> None:
    """Slicer notes in tables of colours where it wrote them: on Windows a folder with the user's name."""
    with zipfile.ZipFile(bundle) as old, zipfile.ZipFile(to, "w") as new:
        for member in old.infolist():
            data = old.read(member)
            if member.filename.endswith((".txt", ".ctbl")):
                data = NOTED_FOLDER.sub(rb"\1", data)
            new.writestr(member, data)


def fill(reviewed: Reviewed) -> CaseNodes:
    """Puts scan, maps, findings and journal into the scene, as the module U2AD has them."""
    case = reviewed.case
    nodes = CaseNodes(addVolume(reviewed.image.array, reviewed.grid.affine, "Scan"))
    putResult(nodes, WorkerResult(reviewed.document, case.maps, case.cord))
    FindingsView(nodes).update(reviewed.findings)
    writeJournal(nodes, actions_in(reviewed.journal.encode())[0])
    return nodes


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2])))
