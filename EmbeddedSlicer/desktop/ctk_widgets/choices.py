"""CTK's check box and combo box: Qt's, with little added that scripted modules use."""

from __future__ import annotations

from EmbeddedSlicer.desktop.native import Property, QtGui, QtWidgets
from EmbeddedSlicer.desktop.registry import standIn


@standIn
class ctkCheckBox(QtWidgets.QCheckBox):
    """Check box whose indicator may be an icon."""

    def setIndicatorIcon(self, icon: QtGui.QIcon) -> None:
        self._indicatorIcon = icon
        self.setIcon(icon)

    indicatorIcon = Property(QtGui.QIcon, lambda self: getattr(self, "_indicatorIcon", QtGui.QIcon()), setIndicatorIcon)


@standIn
class ctkComboBox(QtWidgets.QComboBox):
    """Combo box that shows a default text while nothing is chosen."""

    def setDefaultText(self, text: str) -> None:
        self.setPlaceholderText(text)

    defaultText = Property(str, lambda self: self.placeholderText, setDefaultText)
