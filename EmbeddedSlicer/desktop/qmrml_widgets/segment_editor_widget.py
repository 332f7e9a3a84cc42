"""qMRMLSegmentEditorWidget: edits one segment with effects."""

from __future__ import annotations

from typing import ClassVar

import slicer
import vtk

from EmbeddedSlicer.desktop.native import Property, QtWidgets, Signal
from EmbeddedSlicer.desktop.qmrml_widgets.brush_size import BrushSize
from EmbeddedSlicer.desktop.qmrml_widgets.mrml_widget import qMRMLWidget
from EmbeddedSlicer.desktop.qmrml_widgets.observations import Observations
from EmbeddedSlicer.desktop.qmrml_widgets.segment_editor_effect import EFFECT_NAMES, SegmentEditorEffect
from EmbeddedSlicer.desktop.qmrml_widgets.segment_editor_keys import SegmentEditorKeys, effectKeys
from EmbeddedSlicer.desktop.qmrml_widgets.segment_editor_parts import makeParts
from EmbeddedSlicer.desktop.qmrml_widgets.segment_painting import Stroke, applyStroke
from EmbeddedSlicer.desktop.registry import standIn

BRUSHES = ("Paint", "Erase")
COLUMNS = 3


def _switch(name: str) -> Property:
    """A property that shows or hides a part."""

    def write(self: qMRMLSegmentEditorWidget, value: bool) -> None:
        self._switches[name] = value
        self._refresh()

    return Property(bool, lambda self: self._switches[name], write)


@standIn
class qMRMLSegmentEditorWidget(qMRMLWidget):
    """Keeps what is edited on its editor node, as Slicer's does; of the effects, Paint and Erase work.

    The brush is moved by :meth:`stroke`, :meth:`paint` and :meth:`erase`, which only this stand-in has: views and tests
    call them.

    Attributes:
        shortcutsInstalled: whether the editor takes keys.
        observesViews: whether clicks into views are for the active effect.
    """

    inUse: ClassVar[qMRMLSegmentEditorWidget | None] = None
    """The editor whose effect gets the clicks into views."""

    segmentationNodeChanged = Signal(object)
    currentSegmentIDChanged = Signal(str)
    CPP_SIGNALS = {"segmentationNodeChanged(vtkMRMLSegmentationNode*)": "segmentationNodeChanged(PyObject)"}  # noqa: RUF012

    segmentationNodeSelectorVisible = _switch("segmentationNodeSelectorVisible")
    sourceVolumeNodeSelectorVisible = _switch("sourceVolumeNodeSelectorVisible")
    switchToSegmentationsButtonVisible = _switch("switchToSegmentationsButtonVisible")
    addRemoveSegmentButtonsVisible = _switch("addRemoveSegmentButtonsVisible")
    unorderedEffectsVisible = _switch("unorderedEffectsVisible")
    autoShowSourceVolumeNode = _switch("autoShowSourceVolumeNode")
    undoEnabled = _switch("undoEnabled")
    readOnly = _switch("readOnly")

    def __init__(self, parent: QtWidgets.QWidget | None = None) -> None:
        super().__init__(parent)
        self._switches = {
            "segmentationNodeSelectorVisible": True,
            "sourceVolumeNodeSelectorVisible": True,
            "switchToSegmentationsButtonVisible": True,
            "addRemoveSegmentButtonsVisible": True,
            "unorderedEffectsVisible": True,
            "autoShowSourceVolumeNode": True,
            "undoEnabled": True,
            "readOnly": False,
        }
        self._node: slicer.vtkMRMLSegmentEditorNode | None = None
        self._order: tuple[str, ...] = ()
        self._effects = {name: SegmentEditorEffect(name, self.mrmlSegmentEditorNode) for name in EFFECT_NAMES}
        self._history = slicer.vtkSegmentationHistory()
        self._ofNode = Observations()
        self._keys = SegmentEditorKeys()
        self.observesViews = False
        self._build()
        self.destroyed.connect(self._ofNode.clear)

    # Looks

    def _build(self) -> None:
        self.setSizePolicy(QtWidgets.QSizePolicy.Preferred, QtWidgets.QSizePolicy.Maximum)
        layout = QtWidgets.QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        self._what = QtWidgets.QLabel(self)
        self._buttons = QtWidgets.QWidget(self)
        grid = QtWidgets.QGridLayout(self._buttons)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(2)
        self._brush = BrushSize(self)
        for widget in (self._what, *makeParts(self), self._buttons, self._brush):
            layout.addWidget(widget)
        self._effectButtons: dict[str, QtWidgets.QToolButton] = {}
        self._refresh()

    def _refresh(self) -> None:
        segment = self._segment()
        self._what.setText(f"Segment: {segment.GetName()}" if segment is not None else "No segment is selected")
        names = self.visibleEffectNames()
        if tuple(self._effectButtons) != names:
            self._makeButtons(names)
        active = self.activeEffect()
        for name, button in self._effectButtons.items():
            button.setChecked(active is not None and active.name == name)
            button.setEnabled(segment is not None and not self.readOnly and name in BRUSHES)
        self._brush.setVisible(active is not None and active.name in BRUSHES)

    def _makeButtons(self, names: tuple[str, ...]) -> None:
        for button in self._effectButtons.values():
            button.setParent(None)
            button.deleteLater()
        self._effectButtons = {name: self._makeButton(name) for name in names}
        for index, button in enumerate(self._effectButtons.values()):
            self._buttons.layout().addWidget(button, index // COLUMNS, index % COLUMNS)

    def _makeButton(self, name: str) -> QtWidgets.QToolButton:
        button = QtWidgets.QToolButton(self._buttons)
        button.setText(name)
        button.setObjectName(name)
        button.setCheckable(True)
        button.setToolTip("" if name in BRUSHES else "Works in desktop Slicer only")
        button.setSizePolicy(QtWidgets.QSizePolicy.Expanding, QtWidgets.QSizePolicy.Fixed)
        button.clicked.connect(lambda on: self.setActiveEffectByName(name if on else ""))
        return button

    # Effects

    def availableEffectNames(self) -> tuple[str, ...]:
        return EFFECT_NAMES

    def setEffectNameOrder(self, names: list[str]) -> None:
        self._order = tuple(names)
        self._refresh()

    def effectNameOrder(self) -> tuple[str, ...]:
        return self._order

    def visibleEffectNames(self) -> tuple[str, ...]:
        """Only this stand-in tells: effects that have a button, in order."""
        ordered = tuple(name for name in self._order if name in EFFECT_NAMES)
        others = tuple(name for name in EFFECT_NAMES if name not in ordered)
        return ordered + (others if self.unorderedEffectsVisible else ())

    def effectByName(self, name: str) -> SegmentEditorEffect | None:
        return self._effects.get(name)

    def activeEffect(self) -> SegmentEditorEffect | None:
        return self._effects.get(self._node.GetActiveEffectName() or "") if self._node is not None else None

    def setActiveEffect(self, effect: SegmentEditorEffect | None) -> None:
        self.setActiveEffectByName(effect.name if effect is not None else "")

    def setActiveEffectByName(self, name: str) -> None:
        """An unknown or empty name is no effect; an effect gets the clicks into views."""
        if self._node is None:
            return
        self._node.SetActiveEffectName(name if name in EFFECT_NAMES else "")
        if self.activeEffect() is not None:
            self.setupViewObservations()
        self._refresh()

    # What is edited

    def mrmlSegmentEditorNode(self) -> slicer.vtkMRMLSegmentEditorNode | None:
        return self._node

    def setMRMLSegmentEditorNode(self, node: slicer.vtkMRMLSegmentEditorNode | None) -> None:
        self._ofNode.clear()
        self._node = node
        if node is not None:
            self._ofNode.add(node, vtk.vtkCommand.ModifiedEvent, lambda *_: self._refresh())
        self._followSegmentation()

    def segmentationNode(self) -> slicer.vtkMRMLSegmentationNode | None:
        return self._node.GetSegmentationNode() if self._node is not None else None

    def segmentationNodeID(self) -> str:
        return self.segmentationNode().GetID() if self.segmentationNode() is not None else ""

    def setSegmentationNode(self, node: slicer.vtkMRMLSegmentationNode | None) -> None:
        """The first segment is selected, as in Slicer.

        Raises:
            RuntimeError: without an editor node. (Slicer prints that and goes on.)
        """
        self._requireNode()
        self._node.SetAndObserveSegmentationNode(node)
        ids = node.GetSegmentation().GetSegmentIDs() if node is not None else ()
        self._node.SetSelectedSegmentID(ids[0] if ids else "")
        self._followSegmentation()
        self.segmentationNodeChanged.emit(node)

    def _followSegmentation(self) -> None:
        node = self.segmentationNode()
        self._history.RemoveAllStates()
        self._history.SetSegmentation(node.GetSegmentation() if node is not None else None)
        self._refresh()

    def sourceVolumeNode(self) -> slicer.vtkMRMLScalarVolumeNode | None:
        return self._node.GetSourceVolumeNode() if self._node is not None else None

    def sourceVolumeNodeID(self) -> str:
        return self.sourceVolumeNode().GetID() if self.sourceVolumeNode() is not None else ""

    def setSourceVolumeNode(self, node: slicer.vtkMRMLScalarVolumeNode | None) -> None:
        """Without a segmentation nothing is changed, as in Slicer.

        Raises:
            RuntimeError: for a volume without an editor node or without a segmentation. (Slicer prints that.)
        """
        if self.segmentationNode() is None:
            if node is not None:
                msg = "The Segment Editor needs an editor node and a segmentation before it takes a source volume."
                raise RuntimeError(msg)
            return
        self._node.SetAndObserveSourceVolumeNode(node)

    def currentSegmentID(self) -> str:
        return (self._node.GetSelectedSegmentID() or "") if self._node is not None else ""

    def setCurrentSegmentID(self, segmentID: str) -> None:
        self._requireNode()
        self._node.SetSelectedSegmentID(segmentID)
        self._refresh()
        self.currentSegmentIDChanged.emit(segmentID)

    def _requireNode(self) -> None:
        if self._node is None:
            msg = "The Segment Editor needs setMRMLSegmentEditorNode before anything can be edited."
            raise RuntimeError(msg)

    def _segment(self) -> slicer.vtkSegment | None:
        node = self.segmentationNode()
        segmentation = node.GetSegmentation() if node is not None else None
        return segmentation.GetSegment(self.currentSegmentID()) if segmentation is not None else None

    # Strokes

    @property
    def canPaint(self) -> bool:
        """Whether a stroke of the active effect would change something."""
        effect = self.activeEffect()
        ready = self._segment() is not None and self.sourceVolumeNode() is not None and not self.readOnly
        return ready and effect is not None and effect.name in BRUSHES

    @property
    def brushRadius(self) -> float:
        """In mm."""
        return self._brush.radius

    def growBrush(self, notches: int) -> None:
        """Larger by so many notches of a mouse wheel, smaller where negative."""
        self._brush.grow(notches)

    def brushColor(self) -> tuple[float, float, float]:
        """RGB, 0 to 1, of what a stroke leaves behind: the segment's own, white for nothing."""
        return self._segment().GetColor() if self.activeEffect().name == "Paint" else (1.0, 1.0, 1.0)

    def stroke(self, path) -> None:
        """A stroke of the active effect, Paint or Erase, along places in world RAS, with the brush's own radius."""
        self._apply(Stroke(tuple(map(tuple, path)), self.brushRadius, self.activeEffect().name == "Erase"))

    def paint(self, ras, radius: float | None = None) -> None:
        """A dab of the Paint effect at a point in world RAS; the radius in mm, by default the brush's own."""
        self._apply(Stroke((tuple(ras),), self.brushRadius if radius is None else radius))

    def erase(self, ras, radius: float | None = None) -> None:
        """A dab of the Erase effect."""
        self._apply(Stroke((tuple(ras),), self.brushRadius if radius is None else radius, erases=True))

    def _apply(self, stroke: Stroke) -> None:
        if self._segment() is None or self.sourceVolumeNode() is None:
            msg = "Painting needs a segment and a source volume."
            raise RuntimeError(msg)
        self.saveStateForUndo()
        applyStroke(stroke, self.segmentationNode(), self.currentSegmentID(), self.sourceVolumeNode())

    def saveStateForUndo(self) -> None:
        if self.undoEnabled:
            self._history.SaveState()

    def undo(self) -> None:
        self._history.RestorePreviousState()

    def redo(self) -> None:
        self._history.RestoreNextState()

    # Views and keys

    def setupViewObservations(self) -> None:
        self.observesViews = True
        qMRMLSegmentEditorWidget.inUse = self

    def removeViewObservations(self) -> None:
        self.observesViews = False
        if qMRMLSegmentEditorWidget.inUse is self:
            qMRMLSegmentEditorWidget.inUse = None

    @property
    def shortcutsInstalled(self) -> bool:
        return self._keys.areTaken

    def installKeyboardShortcuts(self, parent: QtWidgets.QWidget | None = None) -> None:
        """Takes the keys that Slicer's editor takes, for the main window or another widget."""
        history = {"Ctrl+Z": self.undo, "Z": self.undo, "Ctrl+Y": self.redo, "Y": self.redo}
        effects = effectKeys(self.visibleEffectNames(), self.setActiveEffectByName)
        self._keys.take(parent or slicer.util.mainWindow() or self, effects | history)

    def uninstallKeyboardShortcuts(self) -> None:
        self._keys.giveBack()
