"""The findings of a review in the scene: one segment a finding, and a table."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import slicer

from u2ad.review.decision import Decision
from u2ad.review.voxels import Voxels
from U2ADSlicerLib.scene import finding_voxels
from U2ADSlicerLib.scene.case import CaseNodes, putBeside
from U2ADSlicerLib.scene.finding_looks import Look, showFilled
from U2ADSlicerLib.scene.finding_segment import FindingFacts, describe
from U2ADSlicerLib.scene.findings_table import FindingsTable
from U2ADSlicerLib.scene.placement import follow, gridOf
from U2ADSlicerLib.scene.segmentations import addEmptySegmentation, showOutlines
from U2ADSlicerLib.scene.volumes import affineOf

if TYPE_CHECKING:
    from u2ad.review.review import Listed

KEY = re.compile(r"finding-(\d+)")
"""Segments with such an identifier are findings; all others in the segmentation are somebody else's."""

SELECTED = "U2AD.Selected"
"""Attribute of the segmentation node: key of the finding that is being looked at."""


@dataclass(frozen=True)
class _Drawn:
    """What was put into a segment, and the stamp of its image afterwards."""

    voxels: Voxels
    place: bytes
    stamp: int


class FindingsView:
    """Keeps the scene in line with what a review lists; the review is right where both differ.

    Args:
        nodes: of the scan; the segmentation and the table are made when there is something to show.
    """

    def __init__(self, nodes: CaseNodes) -> None:
        self.nodes = nodes
        self._listed: dict[str, Listed] = {}
        self._drawn: dict[str, _Drawn] = {}
        self._table = FindingsTable(nodes)

    def update(self, listed: Sequence[Listed], selected: str | None = None, painting: str | None = None) -> None:
        """Shows a list of findings; touches only what has changed since the last time.

        Args:
            listed: all findings.
            selected: key of the one that is being looked at.
            painting: key of the one that is being painted on: its voxels are left alone, and it stays even if it is
                not listed yet.
        """
        self._listed = {finding.key: finding for finding in listed}
        if not listed and self.nodes.findings is None:
            return
        node = self._segmentation()
        with slicer.util.NodeModify(node), slicer.util.NodeModify(node.GetDisplayNode()):
            hadSurfaces = node.GetSegmentation().ContainsRepresentation(finding_voxels.SURFACE)
            self._removeAllBut({*self._listed, painting})
            for finding in sorted(listed, key=lambda finding: finding.number):
                self._draw(finding, isPainting=finding.key == painting)
                self._describe(finding, selected)
            self._remember(selected)
            if hadSurfaces:
                node.CreateClosedSurfaceRepresentation()
        self._table.update(listed)

    def voxelsOf(self, key: str) -> Voxels:
        """The voxels of a segment as they are in the scene, on the grid of the scan; none where there is no segment."""
        if self.nodes.findings is None:
            return Voxels(np.zeros((0, 3), np.int32))
        return finding_voxels.read(self.nodes.findings, key, self.nodes.volume)

    def paintedElsewhere(self) -> tuple[str, ...]:
        """Keys of findings whose voxels somebody has changed in the scene since the last update.

        The next update would put the listed voxels back; who wants to keep the others takes :meth:`voxelsOf` first.
        """
        return tuple(key for key in self._listed if self._isChanged(key))

    def placeOf(self, key: str) -> tuple[float, float, float]:
        """The voxel of a finding that is nearest to its middle, RAS in mm, in the world as the scene is now.

        Raises:
            KeyError: if there is no such finding, neither listed nor painted.
            RefusedInputError: if the scan lies under a transform that does more than turn and shift it.
        """
        voxels = self._listed[key].voxels if key in self._listed else self.voxelsOf(key)
        if not len(voxels):
            raise KeyError(key)
        points = gridOf(self.nodes.volume).to_ras(voxels.kji)
        nearest = np.linalg.norm(points - points.mean(axis=0), axis=1).argmin()
        x, y, z = points[nearest].tolist()
        return x, y, z

    def addEmpty(self, number: int) -> str:
        """Makes an empty segment for a finding that the model missed, and returns its key.

        It goes with the next update that neither lists it nor names it as being painted on.
        """
        key = f"finding-{number}"
        node = self._segmentation()
        if not self._has(key):
            self._add(key, f"Finding {number}", Voxels(np.zeros((0, 3), np.int32)))
        node.GetDisplayNode().SetSegmentVisibility2DFill(key, False)
        return key

    def copyTo(self, node, keys: Collection[str]) -> None:
        """Copies findings into another segmentation node, in the order of their numbers, where they are in the world.

        Args:
            node: a segmentation node without segments.
            keys: of the findings; those that are not there are left out.
        """
        source, target = self.nodes.findings, node.GetSegmentation()
        node.SetReferenceImageGeometryParameterFromVolumeNode(self.nodes.volume)
        target.SetSourceRepresentationName(finding_voxels.BINARY)
        for key in sorted(filter(self._has, keys), key=_numberIn):
            target.CopySegmentFromSegmentation(source.GetSegmentation(), key)
        target.CollapseBinaryLabelmaps(False)
        follow(node, self.nodes.volume)
        node.HardenTransform()

    def _segmentation(self):
        volume = self.nodes.volume
        if self.nodes.findings is None:
            self.nodes.findings = addEmptySegmentation(volume, f"{volume.GetName()} findings")
            putBeside(self.nodes.findings, volume)
        node = self.nodes.findings
        if node.GetParentTransformNode() is not volume.GetParentTransformNode():
            follow(node, volume)
        if node.GetDisplayNode() is None:
            node.CreateDefaultDisplayNodes()
            showOutlines(node.GetDisplayNode())
        showFilled(node.GetDisplayNode())
        return node

    def _has(self, key: str | None) -> bool:
        node = self.nodes.findings
        return bool(key) and node is not None and node.GetSegmentation().GetSegment(key) is not None

    def _removeAllBut(self, keys: Collection[str | None]) -> None:
        segmentation = self.nodes.findings.GetSegmentation()
        for key in list(segmentation.GetSegmentIDs()):
            if KEY.fullmatch(key) and key not in keys:
                segmentation.RemoveSegment(key)
                self._drawn.pop(key, None)

    def _draw(self, finding: Listed, isPainting: bool) -> None:
        key, voxels = finding.key, finding.voxels
        if not self._has(key):
            self._add(key, "", voxels)
        elif not self._isDrawn(finding):
            if isPainting:
                return
            finding_voxels.draw(self.nodes.findings, key, finding_voxels.imageOf(voxels, self.nodes.volume))
        self._drawn[key] = _Drawn(voxels, self._place(), self._stamp(key))

    def _add(self, key: str, name: str, voxels: Voxels) -> None:
        segment = slicer.vtkSegment()
        segment.SetName(name)
        segment.AddRepresentation(finding_voxels.BINARY, finding_voxels.imageOf(voxels, self.nodes.volume))
        self.nodes.findings.GetSegmentation().AddSegment(segment, key)

    def _isDrawn(self, finding: Listed) -> bool:
        """Whether the image of a segment shows the finding; it is only read where it may have changed."""
        drawn = self._drawn.get(finding.key)
        if drawn is not None and (drawn.place, drawn.stamp) == (self._place(), self._stamp(finding.key)):
            return drawn.voxels == finding.voxels
        return self.voxelsOf(finding.key) == finding.voxels

    def _isChanged(self, key: str) -> bool:
        drawn = self._drawn.get(key)
        if drawn is None or not self._has(key) or self._isMoved(drawn):
            return False
        return drawn.stamp != self._stamp(key) and self.voxelsOf(key) != drawn.voxels

    def _isMoved(self, drawn: _Drawn) -> bool:
        """Whether scan and segments do not lie on each other any more, so that other voxels are no painting."""
        parents = (self.nodes.findings.GetParentTransformNode(), self.nodes.volume.GetParentTransformNode())
        return drawn.place != self._place() or parents[0] is not parents[1]

    def _stamp(self, key: str) -> int:
        return finding_voxels.stamp(self.nodes.findings, key)

    def _place(self) -> bytes:
        return affineOf(self.nodes.volume).tobytes()

    def _describe(self, finding: Listed, selected: str | None) -> None:
        node, key = self.nodes.findings, finding.key
        display, decision = node.GetDisplayNode(), finding.judgement.decision
        isNewDecision = describe(node.GetSegmentation().GetSegment(key), FindingFacts.of(finding))
        isRejected = decision is Decision.REJECTED
        if isNewDecision or (isRejected and (node.GetAttribute(SELECTED) == key) != (selected == key)):
            display.SetSegmentVisibility(key, not isRejected or key == selected)
        Look.of(decision, faded=selected in self._listed and key != selected).apply(display, key)

    def _remember(self, selected: str | None) -> None:
        if self.nodes.findings.GetAttribute(SELECTED) != selected:
            self.nodes.findings.SetAttribute(SELECTED, selected)


def _numberIn(key: str) -> int:
    return int(KEY.fullmatch(key)[1])
