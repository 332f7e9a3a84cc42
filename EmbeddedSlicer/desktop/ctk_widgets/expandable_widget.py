"""ctkExpandableWidget: a frame that the user makes higher or wider by its corner."""

from __future__ import annotations

from EmbeddedSlicer.desktop.native import Property, Qt, QtCore, QtGui, QtWidgets
from EmbeddedSlicer.desktop.registry import standIn

GRIP = 12


@standIn
class ctkExpandableWidget(QtWidgets.QFrame):
    """Grows in its orientation while the corner is dragged."""

    def __init__(self, parent: QtWidgets.QWidget | None = None) -> None:
        super().__init__(parent)
        self._orientations = Qt.Vertical
        self._grip = _Grip(self)

    def setOrientations(self, orientations: Qt.Orientation) -> None:
        self._orientations = orientations

    orientations = Property(Qt.Orientation, lambda self: self._orientations, setOrientations)

    def resizeEvent(self, event: QtGui.QResizeEvent) -> None:
        super().resizeEvent(event)
        self._grip.move(self.width - GRIP, self.height - GRIP)
        self._grip.raise_()

    def expand(self, by: QtCore.QPoint) -> None:
        if self._orientations & Qt.Vertical:
            self.setFixedHeight(max(self.minimumSizeHint().height(), self.height + by.y()))
        if self._orientations & Qt.Horizontal:
            self.setFixedWidth(max(self.minimumSizeHint().width(), self.width + by.x()))


class _Grip(QtWidgets.QWidget):
    """The corner that is dragged."""

    def __init__(self, parent: ctkExpandableWidget) -> None:
        super().__init__(parent)
        self._expandable = parent
        self._from = QtCore.QPoint()
        self.setFixedSize(GRIP, GRIP)
        self.setCursor(Qt.SizeFDiagCursor)

    def mousePressEvent(self, event: QtGui.QMouseEvent) -> None:
        self._from = event.globalPosition().toPoint()

    def mouseMoveEvent(self, event: QtGui.QMouseEvent) -> None:
        here = event.globalPosition().toPoint()
        self._expandable.expand(here - self._from)
        self._from = here

    def paintEvent(self, _event: QtGui.QPaintEvent) -> None:
        option = QtWidgets.QStyleOptionSizeGrip()
        option.initFrom(self)
        option.corner = Qt.BottomRightCorner
        QtWidgets.QStylePainter(self).drawControl(QtWidgets.QStyle.CE_SizeGrip, option)
