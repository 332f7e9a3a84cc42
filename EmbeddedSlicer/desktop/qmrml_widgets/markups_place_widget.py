"""qSlicerMarkupsPlaceWidget: switches placing of control points on and off."""

from __future__ import annotations

import slicer
import vtk

from EmbeddedSlicer.desktop.native import Property, QtWidgets, Signal
from EmbeddedSlicer.desktop.qmrml_widgets.mrml_widget import qSlicerWidget
from EmbeddedSlicer.desktop.qmrml_widgets.observations import Observations
from EmbeddedSlicer.desktop.registry import standIn

Interaction = slicer.vtkMRMLInteractionNode


@standIn
class qSlicerMarkupsPlaceWidget(qSlicerWidget):
    """Works on the scene's interaction and selection nodes, as Slicer's does: a view that reads them places points."""

    ShowPlaceMultipleMarkupsOption, HidePlaceMultipleMarkupsOption, ForcePlaceSingleMarkup = 0, 1, 2
    ForcePlaceMultipleMarkups = 3

    activeMarkupsPlaceModeChanged = Signal(bool)

    def __init__(self, parent: QtWidgets.QWidget | None = None) -> None:
        super().__init__(parent)
        self._node: slicer.vtkMRMLMarkupsNode | None = None
        self._multiple, self._persistent, self._was = self.ShowPlaceMultipleMarkupsOption, False, False
        self._ofScene = Observations()
        self._place = QtWidgets.QToolButton(self)
        self._place.setText("Place")
        self._place.setCheckable(True)
        self._delete = QtWidgets.QToolButton(self)
        self._delete.setText("Delete last")
        layout = QtWidgets.QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        for button in (self._place, self._delete):
            layout.addWidget(button)
        layout.addStretch(1)
        self._place.clicked.connect(self.setPlaceModeEnabled)
        self._delete.clicked.connect(self.deleteLastPoint)
        self.destroyed.connect(self._ofScene.clear)
        self._refresh()

    def _onSceneSet(self) -> None:
        self._ofScene.clear()
        if self._scene is not None:
            for node in (self.interactionNode(), self.selectionNode()):
                if node is not None:
                    self._ofScene.add(node, vtk.vtkCommand.ModifiedEvent, lambda *_: self._refresh())
            self._ofScene.add(self._scene, self._scene.EndCloseEvent, lambda *_: self.setCurrentNode(None))
        super()._onSceneSet()
        self._refresh()

    def interactionNode(self) -> slicer.vtkMRMLInteractionNode | None:
        return self._singleton("vtkMRMLInteractionNode")

    def selectionNode(self) -> slicer.vtkMRMLSelectionNode | None:
        return self._singleton("vtkMRMLSelectionNode")

    def _singleton(self, className: str):
        return self._scene.GetSingletonNode("Singleton", className) if self._scene is not None else None

    def placeButton(self) -> QtWidgets.QToolButton:
        return self._place

    def deleteButton(self) -> QtWidgets.QToolButton:
        return self._delete

    def currentNode(self) -> slicer.vtkMRMLMarkupsNode | None:
        return self._node

    currentMarkupsNode = currentNode

    def setCurrentNode(self, node: slicer.vtkMRMLMarkupsNode | None) -> None:
        self._node = node
        self._refresh()

    def setCurrentNodeActive(self, active: bool) -> None:
        selection = self.selectionNode()
        if selection is None or self._node is None:
            return
        if active:
            selection.SetReferenceActivePlaceNodeClassName(self._node.GetClassName())
        selection.SetActivePlaceNodeID(self._node.GetID() if active else None)

    def _isActive(self) -> bool:
        selection = self.selectionNode()
        return None not in (selection, self._node) and selection.GetActivePlaceNodeID() == self._node.GetID()

    def setPlaceModeEnabled(self, enabled: bool) -> None:
        interaction = self.interactionNode()
        if interaction is None or self._node is None:
            return
        if enabled:
            self.setCurrentNodeActive(True)
            interaction.SetPlaceModePersistence(self._isPersistent())
            interaction.SetCurrentInteractionMode(Interaction.Place)
        else:
            interaction.SetCurrentInteractionMode(Interaction.ViewTransform)

    def _isPersistent(self) -> bool:
        forced = {self.ForcePlaceSingleMarkup: False, self.ForcePlaceMultipleMarkups: True}
        return forced.get(self._multiple, self._persistent)

    def _isPlacing(self) -> bool:
        interaction = self.interactionNode()
        return self._isActive() and interaction.GetCurrentInteractionMode() == Interaction.Place

    def setPlaceMultipleMarkups(self, option: int) -> None:
        self._multiple = option

    def setPlaceModePersistency(self, persistent: bool) -> None:
        self._persistent = persistent
        if self.interactionNode() is not None:
            self.interactionNode().SetPlaceModePersistence(persistent)

    def setButtonsVisible(self, visible: bool) -> None:
        for button in (self._place, self._delete):
            button.setVisible(visible)

    def deleteLastPoint(self) -> None:
        if self._node is not None and self._node.GetNumberOfControlPoints():
            self._node.RemoveNthControlPoint(self._node.GetNumberOfControlPoints() - 1)

    def deleteAllPoints(self) -> None:
        if self._node is not None:
            self._node.RemoveAllControlPoints()

    def _refresh(self) -> None:
        placing = self._isPlacing()
        self.setEnabled(self._node is not None)
        self._place.setChecked(placing)
        if placing != self._was:
            self._was = placing
            self.activeMarkupsPlaceModeChanged.emit(placing)

    placeModeEnabled = Property(bool, _isPlacing, setPlaceModeEnabled)
    placeModePersistency = Property(bool, _isPersistent, setPlaceModePersistency)
    currentNodeActive = Property(bool, _isActive, setCurrentNodeActive)
    placeMultipleMarkups = Property(int, lambda self: self._multiple, setPlaceMultipleMarkups)
    buttonsVisible = Property(bool, lambda self: not self._place.isHidden(), setButtonsVisible)
