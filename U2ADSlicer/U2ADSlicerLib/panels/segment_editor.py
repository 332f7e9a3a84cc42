"""Slicer's own Segment Editor, cut down to what a reader needs on one segment, in a place of the panel."""

from __future__ import annotations

from collections.abc import Callable

import slicer

EFFECTS = ("Paint", "Erase", "Draw", "Islands", "Smoothing")
NOT_NEEDED = (
    "AddSegmentButton",
    "RemoveSegmentButton",
    "SwitchToSegmentationsButton",
    "Show3DButton",
    "SegmentsTableResizableFrame",
)
"""Parts of the editor that are about other segments than the one in hand: adding and removing is the panel's.

The table of segments goes with the frame around it, which would stay as an empty box with a grip
(qMRMLSegmentEditorWidget.ui of Slicer).
"""


class SegmentEditor:
    """Paint and erase on one segment; made when it is first needed, because making it takes time.

    Args:
        place: the widget in whose layout the editor appears.
        tag: singleton tag of its editor node, so that Slicer's own Segment Editor keeps its settings.
        onStroke: told after each change of the segment's voxels.
    """

    def __init__(self, place, tag: str, onStroke: Callable[[], None]) -> None:
        self._place = place
        self._tag = tag
        self._onStroke = onStroke
        self._editor = None
        self._observed = None
        self._observation = None
        place.setVisible(False)

    @property
    def isOpen(self) -> bool:
        """Whether a segment is being painted on."""
        return self._observed is not None

    def open(self, segmentation, segmentId: str, volume) -> None:
        """Shows the editor with the paint brush on a segment.

        Args:
            segmentation: segmentation node.
            segmentId: which of its segments.
            volume: the scan beneath.
        """
        self.close()
        editor = self._made()
        segmentation.CreateDefaultDisplayNodes()
        editor.setSegmentationNode(segmentation)
        editor.setSourceVolumeNode(volume)
        editor.setCurrentSegmentID(segmentId)
        editor.setActiveEffectByName("Paint")
        editor.installKeyboardShortcuts()
        self._observed = segmentation.GetSegmentation()
        self._observation = self._observed.AddObserver(
            slicer.vtkSegmentation.SourceRepresentationModified, self._onModified
        )
        self._place.setVisible(True)

    def close(self) -> None:
        """Puts the brush away; the painted voxels stay."""
        if self._observed is not None:
            self._observed.RemoveObserver(self._observation)
            self._observed = None
        if self._editor is not None:
            self._editor.uninstallKeyboardShortcuts()
            self._editor.setActiveEffect(None)
            self._editor.setSourceVolumeNode(None)  # first: without a segmentation, Slicer's editor does not hear it
            self._editor.setSegmentationNode(None)
            self._editor.removeViewObservations()
        self._place.setVisible(False)

    def _onModified(self, _caller, _event) -> None:
        self._onStroke()

    def _made(self):
        if self._editor is None:
            self._editor = slicer.qMRMLSegmentEditorWidget()
            self._place.layout().addWidget(self._editor)
            for name in NOT_NEEDED:
                for part in slicer.util.findChildren(self._editor, name=name):
                    part.setVisible(False)
        self._editor.setMRMLScene(slicer.mrmlScene)
        self._editor.setMRMLSegmentEditorNode(self._node())
        self._editor.segmentationNodeSelectorVisible = False
        self._editor.sourceVolumeNodeSelectorVisible = False
        self._editor.switchToSegmentationsButtonVisible = False
        self._editor.setEffectNameOrder(list(EFFECTS))
        self._editor.unorderedEffectsVisible = False
        return self._editor

    def _node(self):
        """The editor's own settings; it never erases what belongs to another segment."""
        node = slicer.mrmlScene.GetSingletonNode(self._tag, "vtkMRMLSegmentEditorNode")
        if node is None:
            node = slicer.mrmlScene.CreateNodeByClass("vtkMRMLSegmentEditorNode")
            node.UnRegister(None)
            node.SetSingletonTag(self._tag)
            node = slicer.mrmlScene.AddNode(node)
        node.SetOverwriteMode(slicer.vtkMRMLSegmentEditorNode.OverwriteNone)
        return node
