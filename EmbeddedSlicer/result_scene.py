"""Writes ``findings.seg.nrrd`` and the pictures of a detection: ``python -m EmbeddedSlicer.result_scene < job.json``.

The job is an :class:`EmbeddedSlicer.job.SceneJob`. Every file written is told on standard output as one JSON line
``{"written": "overview.png"}``, what failed as ``{"problem": "sentence"}`` with exit status 1. The segmentation comes
first, and without graphics: a process that ends while drawing has already written it.
"""

from __future__ import annotations

import json
import sys
from contextlib import closing
from pathlib import Path

from PIL import Image

from EmbeddedSlicer.graphics import NoGraphicsError
from EmbeddedSlicer.job import SceneJob
from EmbeddedSlicer.pictures import Pictures, ResultNodes
from EmbeddedSlicer.runtime import EmbeddedRuntime
from U2ADSlicerLib.scene import cord, files, findings
from U2ADSlicerLib.scene.colors import ALEATORIC, ANOMALY, EPISTEMIC
from U2ADSlicerLib.scene.errors import SceneError
from U2ADSlicerLib.scene.findings import FindingRow
from U2ADSlicerLib.scene.volumes import showMap, showScan, voxelsOf


def main() -> int:
    """Does the job on standard input; returns the exit status."""
    job = SceneJob.from_json(sys.stdin.read())
    runtime = EmbeddedRuntime.start()
    result = Path(job.result)
    try:
        rows = tuple(FindingRow.fromMapping(finding) for finding in job.findings)
        nodes = loadNodes(job, rows)
        files.saveNode(nodes.findings, result / "findings.seg.nrrd")
        tell(written="findings.seg.nrrd")
        drawPictures(runtime, nodes, rows, job)
    except (SceneError, NoGraphicsError) as error:
        tell(problem=str(error))
        return 1
    return 0


def loadNodes(job: SceneJob, rows: tuple[FindingRow, ...]) -> ResultNodes:
    """The scan and its results as nodes that look as they should.

    Raises:
        SceneError: if a file cannot be read, or label map and findings do not agree.
    """
    scan = files.loadVolume(job.scan, "Scan")
    labels = files.loadLabelMap(job.labels, "Finding labels")
    mask = files.loadLabelMap(job.cord, "Cord mask")
    showScan(scan, mask)
    return ResultNodes(
        scan=scan,
        labels=labels,
        cord=mask,
        findings=findings.addFindings(labels, scan, rows),
        cordOutline=cord.addCord(mask, scan) if voxelsOf(mask).any() else None,
        anomaly=_loadMap(job.anomaly, ANOMALY),
        epistemic=_loadMap(job.epistemic, EPISTEMIC),
        aleatoric=_loadMap(job.aleatoric, ALEATORIC),
    )


def _loadMap(path: str | None, style):
    if path is None:
        return None
    volume = files.loadVolume(path, style.title)
    showMap(volume, style)
    return volume


def drawPictures(runtime: EmbeddedRuntime, nodes: ResultNodes, rows: tuple[FindingRow, ...], job: SceneJob) -> None:
    """Writes the overview and ``pictures/finding-<label>.png``.

    Raises:
        NoGraphicsError: if this computer has no library to draw with.
    """
    result = Path(job.result)
    with closing(Pictures(runtime, nodes, rows)) as pictures:
        savePicture(pictures.overview(job.note), result, "overview.png")
        for row in rows:
            savePicture(pictures.finding(row), result, f"pictures/finding-{row.label}.png")


def savePicture(picture: Image.Image, result: Path, name: str) -> None:
    """Writes a PNG under another name first: never a half picture."""
    target = result / name
    target.parent.mkdir(exist_ok=True)
    part = target.with_name(f"part-{target.name}")
    picture.save(part)
    part.replace(target)
    tell(written=name)


def tell(**words: str) -> None:
    """One JSON line to the parent, at once."""
    print(json.dumps(words), flush=True)


if __name__ == "__main__":
    sys.exit(main())
