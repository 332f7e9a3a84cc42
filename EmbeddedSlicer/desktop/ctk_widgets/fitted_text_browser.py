"""ctkFittedTextBrowser: as high as its text, so that the page scrolls and not the text in it."""

from __future__ import annotations

from EmbeddedSlicer.desktop.native import Property, Qt, QtCore, QtGui, QtWidgets
from EmbeddedSlicer.desktop.registry import standIn


@standIn
class ctkFittedTextBrowser(QtWidgets.QTextBrowser):
    """Text browser without scroll bars; one line high where it is ``collapsible`` and ``collapsed``."""

    def __init__(self, parent: QtWidgets.QWidget | None = None) -> None:
        super().__init__(parent)
        self._collapsed, self._collapsible = True, False
        self.setVerticalScrollBarPolicy(Qt.ScrollBarAlwaysOff)
        self.setSizePolicy(QtWidgets.QSizePolicy.Ignored, QtWidgets.QSizePolicy.Fixed)
        self.textChanged.connect(self._fit)

    def _fit(self) -> None:
        self.document.setTextWidth(self.viewport().width)
        frame = 2 * self.frameWidth
        wanted = self.fontMetrics().lineSpacing() if self._isShort() else self.document.size.height()
        self.setFixedHeight(int(wanted) + frame + 2)

    def _isShort(self) -> bool:
        return self._collapsible and self._collapsed

    def resizeEvent(self, event: QtGui.QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.oldSize().width() != event.size().width():
            self._fit()

    def sizeHint(self) -> QtCore.QSize:
        return QtCore.QSize(super().sizeHint().width(), self.minimumHeight)

    def setCollapsed(self, collapsed: bool) -> None:
        self._collapsed = collapsed
        self._fit()

    def setCollapsible(self, collapsible: bool) -> None:
        self._collapsible = collapsible
        self._fit()

    def setCollapsibleText(self, text: str) -> None:
        self._collapsible = True
        self.setHtml(text)

    collapsed = Property(bool, lambda self: self._collapsed, setCollapsed)
    collapsible = Property(bool, lambda self: self._collapsible, setCollapsible)
