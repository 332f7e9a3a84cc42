"""ctkMessageBox: a message box that can be told not to come again."""

from __future__ import annotations

from EmbeddedSlicer.desktop.native import Property, QtCore, QtWidgets
from EmbeddedSlicer.desktop.registry import standIn


@standIn
class ctkMessageBox(QtWidgets.QMessageBox):
    """With ``dontShowAgainSettingsKey`` the answer is kept in the settings and given at once from then on."""

    def __init__(self, parent: QtWidgets.QWidget | None = None) -> None:
        super().__init__(parent)
        self._key = ""
        self._again = QtWidgets.QCheckBox("Don't show this message again", self)
        self._again.hide()

    def setDontShowAgainVisible(self, visible: bool) -> None:
        self.setCheckBox(self._again if visible else None)

    def setDontShowAgain(self, dontShow: bool) -> None:
        self._again.setChecked(dontShow)

    def setDontShowAgainSettingsKey(self, key: str) -> None:
        self._key = key
        self.setDontShowAgainVisible(bool(key))

    dontShowAgainVisible = Property(bool, lambda self: self.checkBox() is not None, setDontShowAgainVisible)
    dontShowAgain = Property(bool, lambda self: self._again.checked, setDontShowAgain)
    dontShowAgainSettingsKey = Property(str, lambda self: self._key, setDontShowAgainSettingsKey)

    def exec_(self) -> int:
        """The button that was clicked, or the kept answer."""
        kept = QtCore.QSettings().value(self._key) if self._key else None
        if kept is not None:
            return QtWidgets.QMessageBox.StandardButton(int(kept))
        answer = super().exec_()
        if self._key and self._again.checked:
            QtCore.QSettings().setValue(self._key, int(answer))
        return answer
