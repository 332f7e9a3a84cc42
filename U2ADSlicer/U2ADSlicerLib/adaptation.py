"""What reviewed scans bring to an adaptation, and what an adaptation proposes."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import slicer

from u2ad.review.decision import Decision
from u2ad.review.state import State, fold
from u2ad.scan import Grid
from u2ad.worker.result import FINDINGS, WorkerResult, read
from U2ADSlicerLib.process.adaptation import AdaptInput
from U2ADSlicerLib.scene import anatomy
from U2ADSlicerLib.scene.case import CaseNodes
from U2ADSlicerLib.scene.input import scanOf
from U2ADSlicerLib.scene.journal import readJournal
from U2ADSlicerLib.scene.volumes import voxelsOf
from U2ADSlicerLib.session import ReviewSession

PROPOSAL = "adaptation"
"""Name of the folder, beside the journal of the scan, in which a proposal waits for the reader."""

REPORT, READABLE = "adaptation.json", "adaptation.html"

ORDER = (Decision.REJECTED, Decision.UNDECIDED, Decision.UNSURE, Decision.CONFIRMED)
"""Where findings overlap the later counts: a confirmed voxel is never trained on."""
CODES = {Decision.CONFIRMED: 1, Decision.REJECTED: 2, Decision.UNDECIDED: 3, Decision.UNSURE: 3}


def decisionsOf(session: ReviewSession) -> np.ndarray:
    """The reader's decisions on the grid of the scan, uint8, KJI; see :class:`AdaptInput`."""
    decisions = np.zeros(session.grid.shape, np.uint8)
    for decision in ORDER:
        for finding in session.findings:
            if finding.judgement.decision is decision:
                decisions[tuple(finding.voxels.kji.T)] = CODES[decision]
    return decisions


def inputOf(session: ReviewSession, *, healthy: bool = False) -> AdaptInput:
    """What the scan under review brings along: the cord as it is drawn, marked levels, and every decision."""
    cord = session.anatomy.cordForDetection
    if cord is None and session.nodes.cordFraction is not None:
        cord = voxelsOf(session.nodes.cordFraction)
    points = anatomy.levelPoints(session.nodes)
    return AdaptInput(
        scanOf(session.volume),
        cord,
        session.anatomy.cordSeen,
        session.anatomy.sourceForDetection.value,
        points or None,
        decisionsOf(session),
        healthy,
    )


@dataclass(frozen=True)
class OtherScan:
    """Another reviewed scan of the scene.

    Args:
        volume: its volume node.
        confirmed: how many findings a reader has confirmed.
        rejected: how many a reader has rejected.
        normal: whether a reader has read the whole cord as normal and confirmed nothing.
    """

    volume: Any
    confirmed: int
    rejected: int
    normal: bool

    def input(self) -> AdaptInput:
        """What it brings along.

        Raises:
            RefusedInputError: if it is no scan any more.
        """
        session = ReviewSession(self.volume)
        try:
            return inputOf(session, healthy=self.normal)
        finally:
            session.close()


def otherScans(chosen) -> tuple[OtherScan, ...]:
    """The scans of the scene with a detection, without the chosen one."""
    return tuple(_others(chosen))


def _others(chosen) -> Iterator[OtherScan]:
    for volume in slicer.util.getNodesByClass("vtkMRMLScalarVolumeNode"):
        nodes = CaseNodes(volume)
        if volume is not chosen and nodes.hasResult:
            yield _other(volume, fold(readJournal(nodes)))


def _other(volume, state: State) -> OtherScan:
    judged = [held.judgement.decision for held in state.held.values()]
    confirmed = judged.count(Decision.CONFIRMED)
    normal = state.assessment is not None and state.assessment.decision == "normal" and not confirmed
    return OtherScan(volume, confirmed, judged.count(Decision.REJECTED), normal)


@dataclass(frozen=True)
class Proposal:
    """An adapted model that waits for the reader to keep or discard it.

    Args:
        folder: with the model, the report, and the results before and after.
        report: what adaptation.json holds.
    """

    folder: Path
    report: Mapping[str, Any]

    @property
    def mayBeKept(self) -> bool:
        """Whether the guard lets it be kept."""
        return self.report.get("verdict", {}).get("passed") is True

    @property
    def reasons(self) -> tuple[str, ...]:
        """What the guard says, in sentences."""
        return tuple(str(reason) for reason in self.report.get("verdict", {}).get("reasons", ()))

    @property
    def page(self) -> Path:
        """The report as a page to read."""
        return self.folder / READABLE

    def findings(self, when: str) -> list[dict[str, Any]]:
        """The findings in the first scan, "before" or "after", as its document tells them; none where it is damaged."""
        try:
            return json.loads((self.folder / when / FINDINGS).read_text(encoding="utf-8"))["findings"]
        except (OSError, ValueError, KeyError):
            return []

    def result(self, when: str, grid: Grid) -> WorkerResult:
        """The result on the first scan.

        Args:
            when: "before" or "after".
            grid: of that scan.

        Raises:
            UnreadableInputError: if it is missing, damaged, or of another scan.
        """
        return read(self.folder / when, grid)

    def remove(self) -> None:
        """Takes the whole folder away."""
        shutil.rmtree(self.folder, ignore_errors=True)


def proposalIn(folder: Path) -> Proposal | None:
    """The proposal that a folder holds, None where there is none; a damaged one is none."""
    try:
        report = json.loads((folder / REPORT).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return Proposal(folder, report) if isinstance(report, dict) else None


def proposalOf(session: ReviewSession) -> Proposal | None:
    """The proposal that waits beside the review of a scan, None where there is none."""
    return proposalIn(session.folder / PROPOSAL)
