"""What leaves the review as files: whole or not at all, and nothing that exists is replaced."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import numpy as np
from slicer.i18n import tr as _

from u2ad.errors import OutputError
from u2ad.review.decision import Decision
from u2ad.review.table import write_csv
from u2ad.scan.output import in_words
from U2ADSlicerLib.scene.anatomy import correctedCord
from U2ADSlicerLib.scene.files import saveNode
from U2ADSlicerLib.scene.volumes import voxelsOf

MAPS = ("anomaly", "epistemic", "aleatoric", "reconstruction")


@dataclass(frozen=True)
class Choice:
    """What is to be written.

    Args:
        segmentation: the findings as .seg.nrrd.
        nifti: findings, cord and maps as .nii.gz.
        table: findings and decisions as .csv.
        journal: every step of the review as .jsonl.
        confirmedOnly: segmentation and label map hold confirmed findings only.
    """

    segmentation: bool = True
    nifti: bool = True
    table: bool = True
    journal: bool = True
    confirmedOnly: bool = True


@dataclass(frozen=True)
class Plan:
    """What an export would do.

    Args:
        files: names of the files, each with what it holds.
        hints: sentences on what will be missing, each with its remedy.
    """

    files: tuple[str, ...]
    hints: tuple[str, ...]


def planOf(session, choice: Choice) -> Plan:
    """What would be written for a review, before anything is."""
    writers = _writers(session, choice)
    return Plan(tuple(writers), tuple(_hints(session, choice)))


def export(session, parent: Path, choice: Choice) -> Path:
    """Writes what was chosen into a new folder below ``parent`` and returns that folder.

    Raises:
        OutputError: if there is nothing to write, or the folder cannot be written; then nothing is left behind.
    """
    writers = _writers(session, choice)
    if not writers:
        raise OutputError(_("There is nothing to export."), _("Choose a file, and decide on a finding first."))
    parent = Path(parent)
    if not parent.is_dir():
        raise OutputError(_("The folder does not exist."), _("Choose a folder that exists."))
    target = parent / f"U2AD-{datetime.now().strftime('%Y%m%d-%H%M%S')}"
    part = target.with_name(f".{target.name}.part")
    try:
        with in_words():
            part.mkdir()
            for name, write in writers.items():
                write(part / name)
            if target.exists():
                raise OutputError(_("There is an export of this very second already."), _("Export once more."))
            part.rename(target)
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return target


def _writers(session, choice: Choice) -> dict[str, Callable[[Path], None]]:
    """The files to be written, by name, in the order in which they are shown."""
    if session is None:
        return {}
    writers: dict[str, Callable[[Path], None]] = {}
    if choice.segmentation and _chosen(session, choice):
        writers["findings.seg.nrrd"] = lambda path: _writeSegmentation(session, choice, path)
    if choice.nifti and session.hasResult:
        writers["findings.nii.gz"] = lambda path: _writeNifti(path, _labels(session, choice), session.grid)
        writers["cord.nii.gz"] = lambda path: _writeNifti(path, _cordMask(session), session.grid)
        for name in MAPS:
            node = getattr(session.nodes, name)
            if node is not None:
                writers[f"{name}.nii.gz"] = _mapWriter(node, session.grid)
    if choice.table and session.findings:
        writers["findings.csv"] = lambda path: write_csv(path, session.findings)
    if writers and session.hasResult:
        writers["detection.json"] = lambda path: path.write_text(session.nodes.document.GetText(), encoding="utf-8")
    if choice.journal and session.review.actions:
        writers["journal.jsonl"] = session.writeJournal
    return writers


def _cordMask(session) -> np.ndarray:
    """The cord as it is drawn now, bool, KJI: with corrections that no detection has used yet."""
    corrected = correctedCord(session.nodes)
    return session.case.cord.mask if corrected is None else corrected >= 0.5


def _mapWriter(node, grid) -> Callable[[Path], None]:
    return lambda path: _writeNifti(path, voxelsOf(node).astype(np.float32), grid)


def _writeNifti(path: Path, array: np.ndarray, grid) -> None:
    from u2ad.scan.writing import write_nifti  # needs ITK, which takes time to load

    write_nifti(path, array, grid)


def _hints(session, choice: Choice):
    if session is None:
        yield _("No scan is chosen.")
        return
    counts = session.review.counts
    for refusal in session.refusals:
        yield _("Detected in spite of a refusal, which goes with the files: {reason}").format(reason=refusal)
    if counts[Decision.UNDECIDED]:
        yield _("Findings that are undecided: {count}. Decide on the page Review.").format(
            count=counts[Decision.UNDECIDED]
        )
    if choice.confirmedOnly and not counts[Decision.CONFIRMED] and (choice.segmentation or choice.nifti):
        yield _("No finding is confirmed: the label map will be empty and no segmentation written.")
    if not session.hasResult and choice.nifti:
        yield _("No maps are there: run a detection first.")
    if not session.reader:
        yield _("The reader has no name: write it on the page Review.")
    if session.hasResult and not session.anatomy.cordSeen:
        yield _("Nobody has looked at the cord mask: see the page Detect.")
    if session.hasResult and session.anatomy.cordIsCorrected and choice.nifti:
        yield _("The cord was corrected after the detection, whose findings do not follow it: detect again.")


def _chosen(session, choice: Choice) -> tuple:
    """The findings that a segmentation or label map holds."""
    wanted = (Decision.CONFIRMED,) if choice.confirmedOnly else tuple(Decision)
    return tuple(finding for finding in session.findings if finding.judgement.decision in wanted)


def _labels(session, choice: Choice) -> np.ndarray:
    """Label map of the chosen findings, int16, KJI; each finding's label is its number."""
    labels = np.zeros(session.grid.shape, dtype=np.int16)
    for finding in reversed(_chosen(session, choice)):
        labels[tuple(finding.voxels.kji.T)] = finding.number
    return labels


def _writeSegmentation(session, choice: Choice, path: Path) -> None:
    with session.segmentationOf({finding.key for finding in _chosen(session, choice)}) as node:
        saveNode(node, path)
