"""The Segment Editor's brush in a slice view: left drags paint or erase, Shift and the wheel change its size."""

from __future__ import annotations

import slicer

from EmbeddedSlicer.desktop.native import Qt, QtCore, QtGui, QtWidgets
from EmbeddedSlicer.desktop.qmrml_widgets.segment_editor_widget import qMRMLSegmentEditorWidget
from EmbeddedSlicer.views import SliceView, asArray

LEFT = Qt.MouseButton.LeftButton
SHIFT = Qt.KeyboardModifier.ShiftModifier
NOTCH = 120  # eighths of a degree: one notch of a wheel, by Qt's documentation of QWheelEvent
OPACITY = 0.5  # of a stroke that is not finished


class SliceBrush:
    """Takes those mouse events of a view that are meant for the active effect, and shows the stroke in progress.

    A stroke changes the segment when the button is let go: one stroke is one modification, as in Slicer.

    Args:
        slices: what the view shows.
        widget: the view; its pixels are what events are counted in.
    """

    def __init__(self, slices: SliceView, widget: QtWidgets.QWidget) -> None:
        self._slices = slices
        self._widget = widget
        self._path: list[tuple[float, float, float]] = []
        self._hover: QtCore.QPointF | None = None
        self._turned = 0

    @property
    def editor(self) -> qMRMLSegmentEditorWidget | None:
        """The editor that paints with left drags; None where these have another meaning."""
        editor = qMRMLSegmentEditorWidget.inUse
        mode = slicer.app.applicationLogic().GetInteractionNode()
        placing = mode is not None and mode.GetCurrentInteractionMode() == mode.Place
        return editor if editor is not None and editor.canPaint and not placing else None

    # Each of these tells whether the event was the brush's

    def press(self, event: QtGui.QMouseEvent) -> bool:
        if event.button() != LEFT or event.modifiers() & SHIFT or self.editor is None:
            return False
        self._path = [self._rasAt(event.position())]
        self._widget.update()
        return True

    def move(self, event: QtGui.QMouseEvent) -> bool:
        self._hoverAt(event.position() if self.editor is not None else None)
        if self._path:
            self._path.append(self._rasAt(event.position()))
        return bool(self._path)

    def release(self, event: QtGui.QMouseEvent) -> bool:
        if event.button() != LEFT or not self._path:
            return False
        path, self._path = self._path, []
        if self.editor is not None:  # it may have been closed by a key meanwhile
            self.editor.stroke(path)
        self._widget.scheduleRender()  # until when the finished stroke stays in sight
        return True

    def turn(self, event: QtGui.QWheelEvent) -> bool:
        if not event.modifiers() & SHIFT or self.editor is None:
            return False
        self._turned += event.angleDelta().y() or event.angleDelta().x()  # Shift turns wheels sideways on a Mac
        notches = int(self._turned / NOTCH)
        self._turned -= notches * NOTCH
        self.editor.growBrush(notches)
        self._widget.update()
        return True

    def leave(self) -> None:
        self._hoverAt(None)

    def _hoverAt(self, place: QtCore.QPointF | None) -> None:
        if place != self._hover:
            self._hover = place
            self._widget.update()

    def _rasAt(self, place: QtCore.QPointF) -> tuple[float, float, float]:
        """Of the middle of the slice under a place of the widget, in mm."""
        ratio = self._widget.devicePixelRatioF()
        xy = (place.x() * ratio, self._slices.size[1] - 1 - place.y() * ratio, 0, 1)
        return tuple((asArray(self._slices.node.GetXYToRAS()) @ xy)[:3].tolist())

    # Looks

    def draw(self, painter: QtGui.QPainter) -> None:
        """The brush's outline under the mouse, and the stroke so far, in the segment's colour."""
        editor = self.editor
        if editor is None:
            return
        color = QtGui.QColor.fromRgbF(*editor.brushColor())
        radius = editor.brushRadius / self._slices.mmPerPixel / self._widget.devicePixelRatioF()
        painter.setRenderHint(QtGui.QPainter.RenderHint.Antialiasing)
        if self._path:
            self._drawPath(painter, color, radius)
        if self._hover is not None:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            for outline, width in ((QtGui.QColor("black"), 3), (color, 1)):  # seen on dark and on bright tissue
                painter.setPen(QtGui.QPen(outline, width))
                painter.drawEllipse(self._hover, radius, radius)

    def _drawPath(self, painter: QtGui.QPainter, color: QtGui.QColor, radius: float) -> None:
        pixels = self._slices.pixelOf(self._path) / self._widget.devicePixelRatioF()
        line = QtGui.QPainterPath(QtCore.QPointF(*pixels[0]))
        for place in pixels if len(pixels) == 1 else pixels[1:]:
            line.lineTo(*place)
        translucent = QtGui.QColor(color)
        translucent.setAlphaF(OPACITY)
        round_ = (Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)
        painter.setPen(QtGui.QPen(translucent, 2 * radius, *round_))
        painter.drawPath(line)
