"""ctkDirectoryButton: shows a folder, and asks for another one when it is clicked."""

from __future__ import annotations

from EmbeddedSlicer.desktop.native import Property, QtCore, QtWidgets, Signal
from EmbeddedSlicer.desktop.registry import parentOf, standIn


@standIn
class ctkDirectoryButton(QtWidgets.QWidget):
    """Its directory is always absolute."""

    directoryChanged = Signal(str)
    directorySelected = Signal(str)

    def __init__(self, *arguments: str | QtWidgets.QWidget | None) -> None:
        super().__init__(parentOf(arguments))
        self._caption = ""
        self._button = QtWidgets.QPushButton(self)
        icon = self.style().standardIcon(QtWidgets.QStyle.SP_DirIcon)
        self._button.setIcon(icon)
        layout = QtWidgets.QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._button)
        self._button.clicked.connect(self.browse)
        self._directory = ""
        self.setDirectory(arguments[0] if arguments and isinstance(arguments[0], str) else "")

    def setDirectory(self, directory: str) -> None:
        absolute = QtCore.QDir(directory).absolutePath()
        self._button.setText(absolute)
        if absolute != self._directory:
            self._directory = absolute
            self.directoryChanged.emit(absolute)

    directory = Property(str, lambda self: self._directory, setDirectory)

    def setCaption(self, caption: str) -> None:
        self._caption = caption

    caption = Property(str, lambda self: self._caption, setCaption)

    def browse(self) -> None:
        chosen = QtWidgets.QFileDialog.getExistingDirectory(self, self._caption, self._directory)
        if chosen:
            self.setDirectory(chosen)
            self.directorySelected.emit(self._directory)
