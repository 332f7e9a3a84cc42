"""A reader's hands on the views of the try-out window, and scenes to lay them on."""

from __future__ import annotations

import numpy as np
import slicer
from PySide6 import QtTest

from EmbeddedSlicer.desktop.native import Qt, QtCore, QtGui, QtWidgets

SLICE_SPACING = 3.0
SLICES = 11
STEP = 100  # grey values from slice to slice

NONE = Qt.KeyboardModifier.NoModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
LEFT, RIGHT, MIDDLE = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton, Qt.MouseButton.MiddleButton

KINDS = {
    "vtkMRMLSliceNode": '<property name="orientation" action="default">Sagittal</property>'
    '<property name="viewgroup" action="default">7</property>'
}


def view_element(kind: str, name: str) -> str:
    return f'<view class="{kind}" singletontag="{name}">{KINDS.get(kind, "")}</view>'


def describe(layout_manager, number: int, kind: str, *named: tuple[str, str]) -> None:
    """Adds a layout of views, given by class and name, in one row or column, and shows it."""
    items = "".join(f"<item>{view_element(*each)}</item>" for each in named)
    use_layout(layout_manager, number, f'<layout type="{kind}">{items}</layout>')


def use_layout(layout_manager, number: int, xml: str) -> None:
    """Adds a layout by its description, and shows it."""
    node = layout_manager.layoutLogic().GetLayoutNode()
    node.SetLayoutDescription(number, xml) if node.IsLayoutDescription(number) else node.AddLayoutDescription(
        number, xml
    )
    layout_manager.setLayout(number)


def add_steps(name: str):
    """A sagittal stack, slices from left to right, each brighter by ``STEP`` than the one before; behind all views."""
    array = np.repeat(np.arange(SLICES, dtype=np.int16) * STEP, 60 * 80).reshape(SLICES, 60, 80)
    affine = np.array([[0, 0, SLICE_SPACING, -15], [-1.0, 0, 0, 40], [0, -1.0, 0, 30], [0, 0, 0, 1]])
    volume = slicer.util.addVolumeFromArray(array, ijkToRAS=affine, name=name)
    volume.CreateDefaultDisplayNodes()
    volume.GetDisplayNode().AutoWindowLevelOff()
    volume.GetDisplayNode().SetWindowLevelMinMax(0, STEP * SLICES)
    slicer.util.setSliceViewerLayers(background=volume)
    return volume


def press(view, button, place, keys=NONE) -> None:
    QtTest.QTest.mousePress(view, button, keys, QtCore.QPoint(*place))


def release(view, button, place, keys=NONE) -> None:
    QtTest.QTest.mouseRelease(view, button, keys, QtCore.QPoint(*place))


def move(view, place, button=Qt.MouseButton.NoButton, keys=NONE) -> None:
    here = QtCore.QPointF(*place)
    there = view.mapToGlobal(here)
    event = QtGui.QMouseEvent(QtCore.QEvent.Type.MouseMove, here, there, Qt.MouseButton.NoButton, button, keys)
    QtWidgets.QApplication.sendEvent(view, event)


def drag(view, button, start, end, keys=NONE) -> None:
    """From one pixel of a view to another."""
    move(view, start, keys=keys)
    press(view, button, start, keys)
    move(view, end, button, keys)
    release(view, button, end, keys)


def turn_wheel(view, notches: float, keys=NONE) -> None:
    """Forward, away from the reader, where positive."""
    here = QtCore.QPointF(view.width / 2, view.height / 2)
    move(view, (int(here.x()), int(here.y())), keys=keys)
    event = QtGui.QWheelEvent(
        here,
        view.mapToGlobal(here),
        QtCore.QPoint(0, 0),
        QtCore.QPoint(0, round(120 * notches)),
        Qt.MouseButton.NoButton,
        keys,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QtWidgets.QApplication.sendEvent(view, event)


def pixels(view) -> np.ndarray:
    """What a widget shows, RGB, shape (height, width, 3)."""
    image = view.grab().toImage().convertToFormat(QtGui.QImage.Format.Format_RGB888)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    return rows[:, : 3 * image.width()].reshape(image.height(), image.width(), 3).copy()


def near(picture: np.ndarray, color, tolerance: int = 40) -> np.ndarray:
    """Where a picture has a colour, RGB 0 to 255: columns and rows, shape (N, 2)."""
    return np.argwhere(np.abs(picture.astype(int) - np.array(color)).max(axis=2) < tolerance)[:, ::-1]
