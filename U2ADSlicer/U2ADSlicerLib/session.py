"""One scan under review: the reader's log, and the scene that is kept in line with it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import slicer

from u2ad.cord.levels import LevelSource
from u2ad.errors import RefusedInputError, U2ADError
from u2ad.home import default_root
from u2ad.review.action import Action
from u2ad.review.case import Case
from u2ad.review.changes import number_of
from u2ad.review.decision import Decision
from u2ad.review.journal import case_folder, merged, voxel_key
from u2ad.review.review import Listed, Review
from u2ad.review.state import fold
from u2ad.review.voxels import Voxels
from u2ad.scan.verdict import Verdict
from u2ad.worker.result import WorkerResult, read
from U2ADSlicerLib.anatomy_review import AnatomyReview
from U2ADSlicerLib.process.detection import DetectionRun, Options
from U2ADSlicerLib.process.run import Listener
from U2ADSlicerLib.remembered import WatchedJournal, offerOf, wasShown
from U2ADSlicerLib.scene import anatomy, corrections
from U2ADSlicerLib.scene.case import CaseNodes
from U2ADSlicerLib.scene.curve import updateCurve
from U2ADSlicerLib.scene.document import documentOf, runIn
from U2ADSlicerLib.scene.findings_view import FindingsView
from U2ADSlicerLib.scene.input import scanOf, versionOf
from U2ADSlicerLib.scene.journal import readJournal, writeJournal
from U2ADSlicerLib.scene.placement import placementOf
from U2ADSlicerLib.scene.results import caseOf, putResult

RESULT = "result"


@dataclass(frozen=True)
class _Seen:
    """How a volume was when it was last looked at.

    Args:
        voxels: another number where they may be others.
        place: where it lies in the world, and what makes it lie there.
    """

    voxels: float
    place: tuple

    @classmethod
    def of(cls, volume) -> _Seen:
        voxels, *place = versionOf(volume)
        return cls(voxels, (*place, *placementOf(volume)))


class ReviewSession:
    """The review of one volume: every change goes into the journal first, then into the scene.

    Args:
        volume: scalar volume node of the scan.
        reader: name that goes with decisions; typed by the reader, may be empty.
        dataRoot: where journals are kept; the user's data folder where None.

    Attributes:
        levelsProblem: why the marked places name no levels; empty where they do, or nothing is marked.

    Raises:
        RefusedInputError: if the volume is no scan, or lies where nothing can be measured in it.
    """

    def __init__(self, volume, reader: str = "", dataRoot: Path | None = None) -> None:
        scan = scanOf(volume)
        self.volume = volume
        self.nodes = CaseNodes(volume)
        self.painting: str | None = None
        self.selected: str | None = None
        self.levelsProblem = ""
        self._seen = _Seen.of(volume)
        self._voxelKey = voxel_key(scan.array)
        self.folder = case_folder(dataRoot or default_root(), self._voxelKey)
        self._journal = WatchedJournal(self.folder)
        self.view = FindingsView(self.nodes)
        self.anatomy = AnatomyReview(self.nodes)
        self._cordInRun: Voxels | None = None
        self._open(readJournal(self.nodes), reader)
        kept = self._journal.read()
        self._shownBefore = wasShown(kept)
        self.offer = offerOf(kept, self.review.actions, None if self.hasResult else self.resultFolder)
        if self.review.actions:
            self._journal.extend(self.review.actions)  # a scene from another computer: this one remembers it too

    def _open(self, actions: Sequence[Action], reader: str) -> None:
        self._useCase(fold(actions).marks is not None)
        self.review = self.anatomy.review = Review(self.case, self._journal, reader=reader, actions=actions)

    def _useCase(self, isMarked: bool) -> None:
        """Derives all from the scene as it is now; without maps where the cord of the detection is none.

        Args:
            isMarked: whether the reader has marked vertebrae, or taken all marks away: then what was marked before
                names none.
        """
        self._result = self._resultInScene
        self._highest: float | None = None
        self._unusable = self.levelsProblem = ""
        try:
            self.case = caseOf(self.nodes)
            if isMarked:
                with suppress(U2ADError):
                    self._nameLevels()
        except RefusedInputError as error:
            self.case = Case(scanOf(self.volume).grid)
            self._unusable = f"{error.problem} {error.remedy}".strip()

    def close(self) -> None:
        """Nothing is pending: journal and scene hold all. A threshold in motion comes to rest."""
        before = len(self.review.actions)
        self.review.settle_threshold()
        self.anatomy.keep()
        if len(self.review.actions) > before and self.nodes.isInScene:
            writeJournal(self.nodes, merged(readJournal(self.nodes), self.review.actions))

    # The scene goes its own ways

    def keepUp(self) -> bool:
        """Follows a scan that was moved in the scene.

        Returns:
            Whether this is still the session of what the scene holds: the same voxels with the same result.

        Raises:
            RefusedInputError: if the scan is none any more, or lies where nothing can be measured in it.
        """
        before, self._seen = self._seen, _Seen.of(self.volume)
        if self._seen != before:
            voxels = scanOf(self.volume).array
            if self._seen.voxels != before.voxels and voxel_key(voxels) != self._voxelKey:
                return False
        if self._result != self._resultInScene:
            return False
        if self._seen.place != before.place:
            self._useCase(self.review.marks is not None)
            self.review.change_case(self.case)
            self._sync()
        if self.anatomy.keep():
            self._keepInScene()
        return True

    def takePainted(self) -> bool:
        """Takes in what others have painted on findings; returns whether there was anything."""
        before = len(self.review.actions)
        self._syncViews()
        return len(self.review.actions) > before

    # What there is

    @property
    def problem(self) -> str:
        """Why the last steps are not on the disk, or why there are no candidates; empty where all is well."""
        return self._journal.problem or self._unusable

    @property
    def reader(self) -> str:
        """Name that goes with decisions."""
        return self.review.reader

    @reader.setter
    def reader(self, name: str) -> None:
        self.review.reader = name

    @property
    def grid(self):
        """Grid of the scan."""
        return self.case.grid

    @property
    def hasResult(self) -> bool:
        """Whether maps are in the scene."""
        return self.nodes.hasResult

    @property
    def hasFindingsNode(self) -> bool:
        """Whether there is a segmentation to paint in."""
        return self.nodes.findings is not None

    @property
    def findings(self) -> tuple[Listed, ...]:
        """Held findings and candidates, by falling score."""
        return self.review.findings

    @property
    def document(self) -> dict[str, Any]:
        """What the detection wrote about itself (findings.json), empty where there is none."""
        return documentOf(self.nodes)

    @property
    def model(self) -> str | None:
        """The version of the model that the result comes from; None where its detector needs none."""
        return self.document.get("provenance", {}).get("model")

    @property
    def refusals(self) -> tuple[str, ...]:
        """Why the scan or its cord was refused before a reader let the detection run all the same."""
        document = self.document
        checks = [*document.get("input", {}).get("checks", ()), *document.get("cord", {}).get("checks", ())]
        return tuple(check["sentence"] for check in checks if check["verdict"] == Verdict.REFUSE.value)

    @property
    def resultId(self) -> str:
        """Changes with every detection; empty where there is no result."""
        return runIn(self.nodes)

    @property
    def _resultInScene(self) -> str:
        return self.resultId if self.hasResult else ""

    @property
    def threshold(self) -> float:
        """Anomaly that a candidate must reach."""
        return self.review.threshold

    @property
    def highestAnomaly(self) -> float:
        """Highest anomaly of the scan; beyond it no threshold changes anything."""
        if self._highest is None:
            self._highest = float(self.case.maps.anomaly.max()) if self.case.maps is not None else 0.0
        return self._highest

    @property
    def resultFolder(self) -> Path:
        """Where the result of a detection is kept on this computer."""
        return self.folder / RESULT

    @property
    def reading(self) -> tuple[str, str]:
        """The reader's reading of the whole cord, and the comment on it."""
        assessment = self.review.assessment
        return (assessment.decision, assessment.comment) if assessment is not None else ("", "")

    @property
    def shown(self) -> bool:
        """Whether maps and findings of this scan were on the screen, in this review or in one that is offered."""
        return self.review.shown or self._shownBefore

    def markShown(self) -> None:
        """Maps and findings are on the screen."""
        if self.hasResult and self.resultId not in self.review.state.shown:
            self.review.mark_shown(self.resultId)
            self._keepInScene()

    def has(self, key: str) -> bool:
        """Whether a finding of this key is in the list."""
        return any(finding.key == key for finding in self.findings)

    def placeOf(self, key: str) -> tuple[float, float, float]:
        """The middle of a finding, RAS in mm as the scene stands now."""
        return self.view.placeOf(key)

    # What this computer remembers

    def restore(self) -> None:
        """Brings back the review with the reader's anatomy, and the maps where the scene has none.

        Raises:
            UnreadableInputError: if the maps that were kept are damaged; all else is back nevertheless.
        """
        actions = self._allActions()
        bringsMaps = not self.hasResult and self.resultFolder.is_dir()
        self.offer = None
        try:
            if bringsMaps:
                self._put(read(self.resultFolder, self.grid))
        finally:
            self._bringBack(actions)
            if bringsMaps and self.hasResult:
                self.review.open(self.resultId, self.document["threshold"])
            self._sync()

    def _bringBack(self, actions: Sequence[Action]) -> None:
        """Goes on with a log, and with the anatomy that stands in it."""
        self.anatomy.bring(fold(actions))
        self._open(actions, self.reader)
        self._showLevels()

    def _allActions(self) -> tuple[Action, ...]:
        return merged(self._journal.read(), self.review.actions)

    def startAfresh(self) -> None:
        """Lays the former review aside, under its date, and goes on with what the scene shows.

        Raises:
            OutputError: if the disk cannot be written.
        """
        self._journal.set_aside()
        self.offer = None
        self._shownBefore = False
        self._journal.extend(self.review.actions)

    # Detection and anatomy

    def startDetection(self, run: DetectionRun, options: Options, listener: Listener) -> None:
        """Starts a detection on this scan, with the anatomy as the reader has corrected it.

        Raises:
            U2ADError: if it cannot be started.
        """
        points = anatomy.levelPoints(self.nodes)
        if self.anatomy.keep():
            self._keepInScene()
        self._cordInRun = self.review.cord
        run.start(
            scanOf(self.volume),
            options,
            listener,
            cord=self.anatomy.cordForDetection,
            cordSeen=not self.anatomy.wasTaken,
            levels=points or None,
            keep=self.resultFolder,
        )

    def resultIn(self, folder: Path) -> WorkerResult:
        """The result that a detection on this scan has written.

        Raises:
            UnreadableInputError: if it is missing, damaged, or of another scan.
        """
        return read(folder, self.grid)

    def takeResult(self, result: WorkerResult) -> None:
        """Puts a detection into the scene; what the reader has decided stays, candidates are derived anew.

        A review that this computer keeps and the scene does not show comes back with it: two reviews of the same
        voxels would contradict each other. What was drawn on the cord while the detection ran stays drawn.

        Raises:
            U2ADError: if the result is of other voxels than the scan has now; then nothing is changed.
        """
        self._put(result)
        self.nodes.remove("acceptedFraction")  # the detection has it now, or the reader has drawn another meanwhile
        if self.offer is not None:
            self.offer = None
            self._bringBack(self._allActions())
        else:
            if self.review.cord is not None and self.review.cord != self._cordInRun:
                self.anatomy.bringCord(self.review.state)
            self._useCase(self.review.marks is not None)
            self.review.change_case(self.case)
            self._showLevels()
        self.review.open(self.resultId, self.document["threshold"])
        self.anatomy.keep()
        self._sync()

    def _put(self, result: WorkerResult) -> None:
        with self.anatomy.drawing():
            putResult(self.nodes, result)
        self.anatomy.setSeen(result.cord.seen_by_person)

    def confirmCord(self) -> None:
        """A person has looked at the cord mask."""
        self.anatomy.confirmCord()
        self._keepInScene()

    def acceptCord(self, fraction: np.ndarray, *, seen: bool) -> None:
        """A whole cord is taken as it is: from clicked points, whose preview was looked at, or from another tool.

        Args:
            fraction: share of each voxel that is cord, float32, KJI.
            seen: whether a person has looked at it.
        """
        self.anatomy.acceptCord(fraction, seen=seen)
        self._keepInScene()

    def cordPainted(self) -> None:
        """A person has painted on the cord mask."""
        if self.anatomy.cordPainted():
            self._keepInScene()

    def useLevels(self) -> None:
        """Names the levels of all findings and of the curve by the points that the reader has marked.

        Raises:
            RefusedInputError: if they cannot be the levels of this cord; then the former names stay, and the points
                are kept nevertheless.
        """
        corrections.keepMarks(self.nodes, self.review)
        self._keepInScene()
        if not self.hasResult or self.case.line is None:
            return
        self._nameLevels()
        self.review.change_case(self.case)
        self._showLevels()
        self._sync()

    def _nameLevels(self) -> None:
        try:
            self.case, self.levelsProblem = anatomy.withLevels(self.case, self.nodes), ""
        except U2ADError as error:
            self.levelsProblem = f"{error.problem} {error.remedy}".strip()
            raise

    def _showLevels(self) -> None:
        if self.case.line is not None:
            anatomy.showLevels(self.nodes, self.case.levels, self.case.line)

    # The review

    def decide(self, key: str, decision: Decision, reason: str = "", comment: str = "") -> None:
        """Decides on a finding."""
        self._do(lambda: self.review.decide(key, decision, reason, comment))

    def note(self, key: str, reason: str, comment: str) -> None:
        """Writes down why."""
        self._do(lambda: self.review.note(key, reason, comment))

    def moveThreshold(self, value: float) -> None:
        """Undecided candidates follow at once; nothing is written down until it settles."""
        self.review.move_threshold(value)
        self._syncViews()

    def settleThreshold(self) -> None:
        """The threshold has come to rest."""
        self._do(self.review.settle_threshold)

    def merge(self, keys: Sequence[str]) -> str:
        """Makes one finding of several and returns its key."""
        return self._do(lambda: self.review.merge(keys))

    def split(self, key: str) -> tuple[str, ...]:
        """Makes a finding of each separate part and returns their keys."""
        return self._do(lambda: self.review.split(key))

    def undo(self) -> None:
        """Takes the last step back."""
        self._do(self.review.undo)

    def redo(self) -> None:
        """Does again what was taken back last."""
        self._do(self.review.redo)

    def recordImpression(self, suspicious: str, text: str) -> None:
        """The blind first read."""
        self._do(lambda: self.review.impress(suspicious, text, unblinded=self.shown))

    def assess(self, decision: str, comment: str) -> None:
        """The reading of the whole cord."""
        self._do(lambda: self.review.assess(decision, comment))

    # Painting

    def beginFinding(self) -> str:
        """An empty segment for a finding that the model missed; it becomes one with its first stroke."""
        return self.view.addEmpty(self.review.reserve_number())

    def keepPainted(self, key: str) -> None:
        """Takes the voxels of a segment, as they are painted now, into the review."""
        voxels = self.view.voxelsOf(key)
        if self.has(key):
            self._do(lambda: self.review.edit(key, voxels))
        elif len(voxels):
            self._do(lambda: self.review.add(voxels, number_of(key)))

    def endPainting(self) -> None:
        """The brush is put away: what the review holds is shown, and an empty segment goes."""
        self.painting = None
        self._syncViews()

    # Keeping the scene in line

    def show(self, selected: str | None) -> None:
        """Emphasizes the finding that is looked at."""
        if selected != self.selected:
            self.selected = selected
            self._syncViews()

    def setFindingsVisible(self, visible: bool) -> None:
        """Shows or hides all outlines of findings."""
        node = self.nodes.findings
        if node is not None and node.GetDisplayNode() is not None:
            node.GetDisplayNode().SetVisibility(visible)

    @contextmanager
    def segmentationOf(self, keys: set[str]) -> Iterator[Any]:
        """A passing copy of the findings' segmentation with some of its segments, for writing."""
        node = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLSegmentationNode", "U2AD findings")
        try:
            self.view.copyTo(node, keys)
            yield node
        finally:
            slicer.mrmlScene.RemoveNode(node)

    def writeJournal(self, path: Path) -> None:
        """Writes every step of the review, one JSON line each."""
        path.write_text("".join(action.to_json() + "\n" for action in self.review.actions), encoding="utf-8")

    def _do(self, step):
        done = step()
        self._sync()
        return done

    def _sync(self) -> None:
        """After a step of the reader."""
        self._keepInScene()
        self._syncViews()

    def _keepInScene(self) -> None:
        """The scene knows what the journal knows."""
        if self.nodes.isInScene:
            writeJournal(self.nodes, self.review.actions)

    def _syncViews(self) -> None:
        """Where only the view of things is another."""
        if not self.nodes.isInScene:
            return
        self._keepPaintedElsewhere()
        findings = self.findings
        if findings or self.nodes.findings is not None:
            self.view.update(findings, self.selected, painting=self.painting)
        if self.hasResult:
            isAutomatic = self.case.levels.source is LevelSource.AUTOMATIC
            updateCurve(self.nodes, self.review.curve, findings, self.threshold, isAutomatic=isAutomatic)

    def _keepPaintedElsewhere(self) -> None:
        """What was painted in Slicer's own Segment Editor is an edit like any other."""
        before = len(self.review.actions)
        for key in self.view.paintedElsewhere():
            voxels = self.view.voxelsOf(key)
            if key != self.painting and len(voxels):
                self.review.edit(key, voxels)
        if len(self.review.actions) > before:
            writeJournal(self.nodes, self.review.actions)
