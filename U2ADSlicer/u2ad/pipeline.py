"""The whole walk from a file to a result folder: what ``u2ad detect`` does."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime, timezone
from pathlib import Path

from EmbeddedSlicer.child import SceneProducts, write_scene_products
from EmbeddedSlicer.job import SceneJob
from u2ad.cord.centreline import Centreline
from u2ad.cord.cord import Cord, MaskSource
from u2ad.cord.levels import Levels, read_levels
from u2ad.detection import Anatomy, Detection, detect, find_cord
from u2ad.detectors.detector import Detector
from u2ad.detectors.registry import make_detector
from u2ad.errors import RefusedInputError
from u2ad.findings import CandidateSettings, Findings
from u2ad.models.store import read_manifest
from u2ad.progress import Progress
from u2ad.result import Provenance, ResultFolder, WeightFile, expect_free, files, write_report, write_result
from u2ad.result.words import picture_note
from u2ad.scan import Check, Scan, Verdict
from u2ad.scan.checks import check_form
from u2ad.scan.masks import read_mask
from u2ad.scan.reading import read_scan
from u2ad.scan.writing import write_nifti

DRAWING_SECONDS = 300.0
"""Longest that the pictures may take."""


@dataclass(frozen=True)
class Request:
    """What is to be done.

    Args:
        input: the scan, a file or a DICOM folder.
        output: the result folder.
        cord: the reader's cord mask, None for an automatic one.
        levels: vertebral levels, None where unknown.
        detector: name of the detector.
        series: which DICOM series, where the folder has several.
        anyway: run in spite of refusals that can be overridden.
        force: replace a former result.
        seed: of the Monte-Carlo masks.
        draws: how often each patch of cord is rebuilt.
        threads: of PyTorch; None for its own choice.
    """

    input: Path
    output: Path
    cord: Path | None = None
    levels: Path | None = None
    detector: str = "u2ad"
    series: str | None = None
    anyway: bool = False
    force: bool = False
    seed: int = 0
    draws: int = 10
    threads: int | None = None


@dataclass(frozen=True, eq=False)
class Outcome:
    """What came of a request.

    Args:
        output: the result folder.
        checks: the checks of the scan, of the cord mask, and of what it shows.
        findings: what was found.
        problems: sentences on what could not be written, with what to do about it.
        cord_seen: whether a person has drawn or looked at the cord mask.
    """

    output: Path
    checks: tuple[Check, ...]
    findings: Findings
    problems: tuple[str, ...]
    cord_seen: bool


def run(request: Request, progress: Progress) -> Outcome:
    """Detect hyperintensities in a scan and write the result folder; all of it or nothing.

    Raises:
        UnreadableInputError: if the input, the cord mask or the levels cannot be read.
        RefusedInputError: if a check refuses the scan.
        OutputError: if the result cannot be written.
        Cancelled: if the progress says so.
    """
    started = datetime.now(timezone.utc)
    threads = _use_threads(request.threads)
    expect_free(request.output, force=request.force)
    detector = make_detector(request.detector, request.draws, request.seed)
    progress.step("Read the scan")
    scan = read_scan(request.input, request.series)
    form = _accepted(check_form(scan), request.anyway)
    anatomy = _anatomy(scan, request, progress)
    checks = form + _accepted(anatomy.checks, request.anyway)
    detection = detect(scan, anatomy, detector, progress)
    with ResultFolder(request.output, force=request.force) as folder:
        provenance = _provenance(scan, anatomy.cord, detector, started, threads)
        progress.step("Write the maps")
        write_result(folder, anatomy.cord, detection.maps, detection.findings, checks, provenance, anatomy.levels)
        products = _draw(folder, scan, detection, picture_note(checks, anatomy.cord.seen_by_person), progress)
        write_report(folder, products.problems)
    return Outcome(request.output, checks, detection.findings, products.problems, anatomy.cord.seen_by_person)


def _use_threads(threads: int | None) -> int:
    import torch

    if threads is not None:
        torch.set_num_threads(threads)
    return torch.get_num_threads()


def _accepted(checks: Iterable[Check], anyway: bool) -> tuple[Check, ...]:
    """The checks, if none of them refuses the scan for good."""
    checks = tuple(checks)
    for check in checks:
        if check.verdict is Verdict.REFUSE and not (anyway and check.overridable):
            hint = " To run all the same, add --anyway." if check.overridable else ""
            raise RefusedInputError(check.sentence, check.remedy + hint)
    return checks


def _anatomy(scan: Scan, request: Request, progress: Progress) -> Anatomy:
    drawn = read_mask(request.cord, scan.grid) if request.cord else None
    cord, line = find_cord(scan, drawn, progress)
    return Anatomy(cord, line, _levels(request.levels, line))


def _levels(path: Path | None, line: Centreline) -> Levels:
    return read_levels(path, line) if path else Levels.unknown()


def _provenance(scan: Scan, cord: Cord, detector: Detector, started: datetime, threads: int) -> Provenance:
    names = detector.weights + (("cord",) if cord.source is MaskSource.AUTOMATIC else ())
    settings = detector.settings
    return Provenance(
        detector=detector.name,
        detector_settings=settings,
        candidate_settings=CandidateSettings(threshold=detector.threshold),
        grid_digest=scan.grid.digest,
        scan_digest=scan.digest,
        started=started,
        seconds=(datetime.now(timezone.utc) - started).total_seconds(),
        weights=tuple(WeightFile(name, read_manifest(name).sha256) for name in names),
        seed=settings.get("seed"),
        draws=settings.get("draws"),
        threads=threads,
    )


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
