"""The reader's corrections of the anatomy: written down as they are made, brought back, and given to a detection."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress

import numpy as np

from u2ad.cord.cord import MaskSource
from u2ad.errors import RefusedInputError
from u2ad.review.review import Review
from u2ad.review.state import State
from U2ADSlicerLib.scene import anatomy, corrections
from U2ADSlicerLib.scene.case import CaseNodes
from U2ADSlicerLib.scene.document import documentOf, runIn
from U2ADSlicerLib.scene.volumes import voxelsOf

SEEN = "U2AD.Seen"


class AnatomyReview:
    """Cord and marked vertebrae of one scan, between its scene and the log of its review.

    Args:
        nodes: of the scan.

    Attributes:
        review: with the log; set by the session, anew when it goes on with another log.
    """

    review: Review

    def __init__(self, nodes: CaseNodes) -> None:
        self.nodes = nodes
        self._drawsItself = False
        self._cordVersion: tuple[int, ...] = ()
        self._corrected: tuple[tuple[int, ...], bool] = ((), False)

    # What there is

    @property
    def cordSeen(self) -> bool:
        """Whether a person has looked at the cord mask."""
        if self.nodes.cord is None or self.review.state.taken:
            return False
        return self.nodes.cord.GetAttribute(SEEN) == "yes" or self._run in self.review.state.seen

    @property
    def cordIsCorrected(self) -> bool:
        """Whether the drawn cord is another than that of the detection; compared only where one may have changed."""
        version = anatomy.cordVersion(self.nodes)
        if self._corrected[0] != version:
            drawn, detected = anatomy.drawnCord(self.nodes), anatomy.detectedCord(self.nodes)
            self._corrected = (version, anatomy.isCorrected(drawn, detected))
        return self._corrected[1]

    @property
    def cordForDetection(self) -> np.ndarray | None:
        """The cord fraction that the next detection uses, KJI: as the reader has corrected it, or a reader's own.

        A mask that a reader made wins over the model for good. None to have the cord marked automatically.
        """
        corrected = anatomy.correctedCord(self.nodes)
        if corrected is not None:
            return corrected
        if self._source is not MaskSource.READER or self.nodes.cordFraction is None:
            return None
        return voxelsOf(self.nodes.cordFraction)

    @property
    def sourceForDetection(self) -> MaskSource:
        """Who made the cord as drawn: the reader, where it is corrected or a reader's own; else as the result says."""
        return MaskSource.READER if self.cordForDetection is not None else self._source

    @property
    def wasTaken(self) -> bool:
        """Whether the drawn cord was taken from elsewhere and nobody has looked at it since."""
        return self.review.state.taken

    @property
    def _source(self) -> MaskSource:
        """Who made the cord of the present result."""
        return MaskSource(documentOf(self.nodes).get("cord", {}).get("source", MaskSource.AUTOMATIC.value))

    @property
    def _run(self) -> str:
        return runIn(self.nodes) if self.nodes.hasResult else ""

    # What the reader does

    def confirmCord(self) -> None:
        """A person has looked at the cord mask."""
        self.setSeen(True)
        self.review.see_cord(self._run)

    def cordPainted(self) -> bool:
        """A person has painted on the cord mask, and so has seen it; returns whether it was a person."""
        if self._drawsItself:
            return False
        corrections.keepOutline(self.nodes, self.review, self._source)
        self.confirmCord()
        return True

    def acceptCord(self, fraction: np.ndarray, *, seen: bool) -> None:
        """A whole cord is taken as it is, in place of what was drawn.

        Args:
            fraction: share of each voxel that is cord, float32, KJI.
            seen: whether a person has looked at it, as at a preview.
        """
        with self.drawing():
            anatomy.acceptCord(self.nodes, fraction)
        corrections.keepOutline(self.nodes, self.review, self._source, taken=not seen)
        if seen:
            self.confirmCord()
        else:
            self.setSeen(False)

    def setSeen(self, seen: bool) -> None:
        """Says on the mask whether a person has looked at it."""
        self.nodes.cord.SetAttribute(SEEN, "yes" if seen else "no")

    def keep(self) -> bool:
        """Writes down what was marked and drawn, also by other modules; returns whether there was anything new."""
        before = len(self.review.actions)
        version = anatomy.cordVersion(self.nodes)
        if self.nodes.isInScene and version != self._cordVersion:
            self._cordVersion = version
            corrections.keepOutline(self.nodes, self.review, self._source)
        if self.nodes.isInScene and self.nodes.levels is not None:
            with suppress(RefusedInputError):
                corrections.keepMarks(self.nodes, self.review)
        return len(self.review.actions) > before

    # What a log knows

    def bring(self, known: State) -> None:
        """Marks and draws what a log knows; of what it does not know the scene stays as it is."""
        if known.marks is not None:
            corrections.bringMarks(self.nodes, known.marks)
        if known.cord is not None or self.review.cord is not None:
            self.bringCord(known)

    def bringCord(self, known: State) -> None:
        """Draws the cord that a log knows: a reader's, or the detection's own."""
        with self.drawing():
            corrections.bringOutline(self.nodes, known.cord)
        if known.cord is not None:
            self.setSeen(not known.taken)

    @contextmanager
    def drawing(self) -> Iterator[None]:
        """Changes of the cord meanwhile are no strokes of the reader's."""
        self._drawsItself = True
        try:
            yield
        finally:
            self._drawsItself = False
