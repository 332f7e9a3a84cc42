"""What the menu View does: light and dark, and what the mouse does in slice views."""

from __future__ import annotations

import slicer

from EmbeddedSlicer.desktop.layout_manager import LayoutManager
from EmbeddedSlicer.desktop.native import QtGui, QtWidgets
from EmbeddedSlicer.desktop.palettes import usePalette


class ViewMenu(QtWidgets.QMenu):
    """Switches; window and level by left drag is on to begin with, in desktop Slicer it is a mouse mode.

    Args:
        window: what the menu belongs to.
        layoutManager: whose views are meant.
    """

    def __init__(self, window: QtWidgets.QMainWindow, layoutManager: LayoutManager) -> None:
        super().__init__("&View", window)
        self._applicationLogic = layoutManager.applicationLogic()
        self.dark = self._addSwitch("&Dark", usePalette)
        self.addSeparator()
        self.windowLevel = self._addSwitch("&Window and level by left drag", self._useWindowLevel)
        self.crosshair = self._addSwitch("&Crosshair (Shift and the mouse move it)", self._showCrosshair)
        self.intersections = self._addSwitch("Slice &intersections", self._showIntersections)
        self.addAction("&Fit slices").triggered.connect(lambda _checked: layoutManager.resetSliceViews())
        self._mode = self._applicationLogic.GetInteractionNode()
        self._tag = self._mode.AddObserver(self._mode.InteractionModeChangedEvent, self._onInteractionMode)
        self.windowLevel.setChecked(True)

    def release(self) -> None:
        """Follows the mouse mode no longer, and leaves it as Slicer has it."""
        self.windowLevel.setChecked(False)
        self._mode.RemoveObserver(self._tag)

    def _addSwitch(self, text: str, slot) -> QtGui.QAction:
        action = self.addAction(text)
        action.setCheckable(True)
        action.toggled.connect(slot)
        return action

    def _useWindowLevel(self, used: bool) -> None:
        self._mode.SetCurrentInteractionMode(self._mode.AdjustWindowLevel if used else self._mode.ViewTransform)

    def _onInteractionMode(self, *_: object) -> None:
        """Slicer falls back to plain dragging after a point was placed; what was chosen here holds on."""
        if self.windowLevel.checked and self._mode.GetCurrentInteractionMode() == self._mode.ViewTransform:
            self._mode.SetCurrentInteractionMode(self._mode.AdjustWindowLevel)

    def _showCrosshair(self, shown: bool) -> None:
        node = slicer.mrmlScene.GetFirstNodeByClass("vtkMRMLCrosshairNode")
        node.SetCrosshairMode(node.ShowBasic if shown else node.NoCrosshair)

    def _showIntersections(self, shown: bool) -> None:
        self._applicationLogic.SetIntersectingSlicesEnabled(self._applicationLogic.IntersectingSlicesVisibility, shown)
