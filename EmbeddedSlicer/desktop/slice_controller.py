"""The bar above a slice view: its letter, link, fit, and a slider through the slices."""

from __future__ import annotations

import numpy as np
import slicer
import vtk

from EmbeddedSlicer.desktop.native import Qt, QtCore, QtGui, QtWidgets
from EmbeddedSlicer.views import asArray, directionLetters

HEIGHT = 22


class SliceController(QtWidgets.QWidget):
    """Stands in for qMRMLSliceControllerWidget.

    Args:
        sliceLogic: of the view.
        parent: widget.
    """

    def __init__(self, sliceLogic, parent: QtWidgets.QWidget | None = None) -> None:
        super().__init__(parent)
        self._logic = sliceLogic
        self._letter = QtWidgets.QLabel(self)
        self._letter.setAutoFillBackground(True)
        self._letter.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._link = self._button("Link", "Apply changes of this view to all linked views of its group", checkable=True)
        self._fit = self._button("Fit", "Show the whole slice")
        self._slider = QtWidgets.QSlider(Qt.Orientation.Horizontal, self)
        self._slider.setToolTip("Slice (mouse wheel over the view)")
        self._place = QtWidgets.QLabel(self)
        self._place.setMinimumWidth(self.fontMetrics().horizontalAdvance("S: -000.0 mm"))
        self._layOut()
        self._link.clicked.connect(self.setSliceLink)
        self._fit.clicked.connect(self.fitSliceToBackground)
        self._slider.valueChanged.connect(self._moveTo)
        self.refresh()

    def _button(self, text: str, tip: str, checkable: bool = False) -> QtWidgets.QToolButton:
        button = QtWidgets.QToolButton(self)
        button.setText(text)
        button.setToolTip(tip)
        button.setCheckable(checkable)
        button.setAutoRaise(True)
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        return button

    def _layOut(self) -> None:
        layout = QtWidgets.QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        for widget in (self._letter, self._link, self._fit):
            layout.addWidget(widget)
        layout.addWidget(self._slider, 1)
        layout.addWidget(self._place)
        self.setFixedHeight(HEIGHT)
        # Views may become narrower than the bar, which then loses its end.
        self.setSizePolicy(QtWidgets.QSizePolicy.Policy.Ignored, QtWidgets.QSizePolicy.Policy.Fixed)
        self._slider.setMinimumWidth(20)

    def setSliceLink(self, linked: bool) -> None:
        """Links all views of this view's group, or unlinks them, as the link button of Slicer's controllers does."""
        group = self._logic.GetSliceNode().GetViewGroup()
        logics = self._logic.GetMRMLApplicationLogic().GetSliceLogics()
        for index in range(logics.GetNumberOfItems()):
            other = logics.GetItemAsObject(index)
            if other.GetSliceNode().GetViewGroup() == group:
                other.GetSliceCompositeNode().SetLinkedControl(linked)

    def fitSliceToBackground(self) -> None:
        """Brings the whole slice in sight; linked views follow."""
        self._logic.StartSliceNodeInteraction(slicer.vtkMRMLSliceNode.ResetFieldOfViewFlag)
        self._logic.FitSliceToBackground()
        self._logic.EndSliceNodeInteraction()

    def setSliceOffsetValue(self, offset: float) -> None:
        """Shows the slice at so many mm along the view's direction; linked views follow."""
        self._logic.StartSliceOffsetInteraction()
        self._logic.SetSliceOffset(offset)
        self._logic.EndSliceOffsetInteraction()

    def _moveTo(self, index: int) -> None:
        first, _, step = self._steps()
        self.setSliceOffsetValue(first + index * step)

    def _steps(self) -> tuple[float, int, float]:
        """First offset in mm, number of the last step, and mm a step."""
        bounds, resolution = np.zeros(2), vtk.mutable(0.0)
        self._logic.GetSliceOffsetRangeResolution(bounds, resolution)
        step = float(resolution) or 1.0
        return float(bounds[0]), max(0, round((bounds[1] - bounds[0]) / step)), step

    def refresh(self) -> None:
        """Reads node and logic anew."""
        node = self._logic.GetSliceNode()
        self._letter.setText(f" {node.GetLayoutLabel() or node.GetLayoutName()} ")
        palette = self._letter.palette
        color = QtGui.QColor.fromRgbF(*node.GetLayoutColor())
        palette.setColor(QtGui.QPalette.ColorRole.Window, color)
        light = color.lightnessF() > 0.5
        palette.setColor(QtGui.QPalette.ColorRole.WindowText, QtGui.QColor("black" if light else "white"))
        self._letter.setPalette(palette)
        composite = self._logic.GetSliceCompositeNode()
        self._link.setChecked(composite is not None and bool(composite.GetLinkedControl()))
        first, last, step = self._steps()
        offset = self._logic.GetSliceOffset()
        with QtCore.QSignalBlocker(self._slider):
            self._slider.setRange(0, last)
            self._slider.setValue(round((offset - first) / step))
        direction = directionLetters(asArray(node.GetSliceToRAS())[:3, 2])[:1]
        self._place.setText(f"{direction}: {offset:.1f} mm")
