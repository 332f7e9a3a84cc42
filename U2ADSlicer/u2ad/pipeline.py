"""From a file to a result folder: what ``u2ad detect`` does around the walk."""

from __future__ import annotations

import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path

from EmbeddedSlicer.child import SceneProducts, write_scene_products
from EmbeddedSlicer.job import SceneJob
from u2ad.cord.centreline import Centreline
from u2ad.cord.labelling import find_levels
from u2ad.cord.levels import Levels, read_levels
from u2ad.cord.points_file import read_points
from u2ad.detection import Detection
from u2ad.errors import RefusedInputError
from u2ad.findings import Findings
from u2ad.progress import Progress
from u2ad.result import ResultFolder, expect_free, files, write_report, write_result
from u2ad.result.words import cord_doubt, picture_note
from u2ad.scan import Check, Scan
from u2ad.scan.masks import read_mask
from u2ad.scan.reading import read_proposed
from u2ad.scan.writing import write_nifti
from u2ad.walk import Marks, Method, RefusedByCheck, Walk, Walked

DRAWING_SECONDS = 300.0
"""Longest that the pictures may take."""

NO_LEVELS = Path("none")
"""Stands for levels that shall stay unknown."""


@dataclass(frozen=True)
class Request:
    """What is to be done.

    Args:
        input: the scan, a file or a DICOM folder.
        output: the result folder.
        cord: a cord mask that is given, None where there is none.
        cord_seen: whether a person has looked at that mask; another tool's mask is like an automatic one until then.
        cord_label: which label of that mask is the cord; all of them where None.
        points: points clicked along the cord, None where there are none; without mask and points it is marked
            automatically.
        levels: vertebral levels, None to find them in the scan; from a single place, such as C2/C3, all others follow;
            "none" leaves them unknown.
        detector: name of the detector.
        series: which DICOM series, where the folder has several.
        anyway: run in spite of refusals that can be overridden.
        force: replace a former result.
        seed: of the Monte-Carlo masks.
        draws: how often each patch of cord is rebuilt.
        threads: of PyTorch; None for its own choice.
        model: version of the network; the active one of the site where None.
    """

    input: Path
    output: Path
    cord: Path | None = None
    cord_seen: bool = False
    cord_label: int | None = None
    points: Path | None = None
    levels: Path | None = None
    detector: str = "u2ad"
    series: str | None = None
    anyway: bool = False
    force: bool = False
    seed: int = 0
    draws: int = 10
    threads: int | None = None
    model: str | None = None


@dataclass(frozen=True, eq=False)
class Outcome:
    """What came of a request.

    Args:
        output: the result folder.
        checks: the checks of the scan, of the cord mask, and of what it shows.
        findings: what was found.
        problems: sentences on what could not be written, with what to do about it.
        cord_doubt: what to know of a cord mask that nobody has looked at; empty where somebody has.
        standing: where the scan stands among lesion-free ones, or why that is not known.
        model: version of the network, "starter" or the site's; None for a detector without a model.
    """

    output: Path
    checks: tuple[Check, ...]
    findings: Findings
    problems: tuple[str, ...]
    cord_doubt: str
    standing: str
    model: str | None = None


def run(request: Request, progress: Progress) -> Outcome:
    """Detect hyperintensities in a scan and write the result folder; all of it or nothing.

    Raises:
        UnreadableInputError: if the input, the cord mask, the points or the levels cannot be read.
        RefusedInputError: if a check refuses the scan, both a mask and points are given, or something is said of a mask
            that is not given.
        OutputError: if the result cannot be written.
        Cancelled: if the progress says so.
    """
    if request.cord and request.points:
        raise RefusedInputError("There are both a cord mask and points along the cord.", "Give one of the two.")
    if not request.cord and request.cord_seen:
        raise RefusedInputError("There is no cord mask that somebody can have looked at.", "Give it with --cord.")
    if not request.cord and request.cord_label is not None:
        raise RefusedInputError("There is no cord mask that could have such a label.", "Give it with --cord.")
    expect_free(request.output, force=request.force)
    walk = Walk(_method(request))
    progress.step("Read the scan")
    scan = read_proposed(request.input, request.series)
    walked = _walked(walk, scan, request, progress)
    cord, detection = walked.anatomy.cord, walked.detection
    with ResultFolder(request.output, force=request.force) as folder:
        progress.step("Write the maps")
        write_result(
            folder,
            cord,
            detection.maps,
            detection.findings,
            walked.checks,
            walked.provenance,
            walked.anatomy.levels,
            walked.yardstick,
        )
        products = _draw(folder, scan, detection, picture_note(walked.checks, cord.seen_by_person), progress)
        write_report(folder, products.problems)
    return Outcome(
        request.output,
        walked.checks,
        detection.findings,
        products.problems,
        "" if cord.seen_by_person else cord_doubt(cord.source.value),
        walked.yardstick.standing(detection.findings),
        walked.provenance.model,
    )


def _method(request: Request) -> Method:
    return Method(request.detector, request.draws, request.seed, request.threads, request.anyway, request.model)


def _walked(walk: Walk, scan: Scan, request: Request, progress: Progress) -> Walked:
    cord, points, levels = request.cord, request.points, request.levels
    marks = Marks(
        cord=(lambda grid: read_mask(cord, grid, request.cord_label)) if cord else None,
        cord_seen=request.cord_seen,
        points=(lambda: read_points(points)) if points else None,
        levels=(lambda scan, line: _given_levels(levels, scan, line)) if levels else None,
    )
    try:
        return walk.through(scan, marks, progress)
    except RefusedByCheck as refusal:
        if not refusal.check.overridable:
            raise
        remedy = f"{refusal.remedy} To run all the same, add --anyway.".strip()
        raise RefusedInputError(refusal.problem, remedy) from refusal


def _given_levels(levels: Path, scan: Scan, line: Centreline) -> Levels:
    if levels == NO_LEVELS:
        return Levels.unknown()
    return read_levels(levels, line, lambda marked: find_levels(scan, line, marked))


def _draw(folder: Path, scan: Scan, detection: Detection, note: str, progress: Progress) -> SceneProducts:
    """Have the embedded Slicer write the segmentation and the pictures, from temporary copies that nobody keeps."""
    progress.step("Draw the pictures")
    with tempfile.TemporaryDirectory(prefix="u2ad-") as private:
        scan_file, labels = (Path(private) / name for name in ("scan.nii.gz", files.LABELS))
        write_nifti(scan_file, scan.array, scan.grid)
        write_nifti(labels, detection.findings.labels, scan.grid)
        maps = detection.maps
        job = SceneJob(
            result=str(folder),
            scan=str(scan_file),
            labels=str(labels),
            anomaly=str(folder / files.ANOMALY),
            cord=str(folder / files.CORD),
            findings=tuple(asdict(finding.rounded()) for finding in detection.findings.ranked),
            epistemic=str(folder / files.EPISTEMIC) if maps.epistemic is not None else None,
            aleatoric=str(folder / files.ALEATORIC) if maps.aleatoric is not None else None,
            note=note,
        )
        return write_scene_products(job, DRAWING_SECONDS, lambda: progress.advance(0))
