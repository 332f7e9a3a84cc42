"""ctkPathLineEdit: a path typed, chosen or taken from earlier ones."""

from __future__ import annotations

from pathlib import Path

from EmbeddedSlicer.desktop.native import Property, QtCore, QtWidgets, Signal
from EmbeddedSlicer.desktop.registry import parentOf, standIn

HISTORY_LENGTH = 10


@standIn
class ctkPathLineEdit(QtWidgets.QWidget):
    """Editable list of paths with a button that opens a file dialog; the list is kept in the settings."""

    Dirs, Files, Drives, NoSymLinks, Readable, Writable, Executable = (1 << bit for bit in (0, 1, 2, 3, 4, 5, 6))

    currentPathChanged = Signal(str)
    validInputChanged = Signal(bool)

    def __init__(self, *arguments: str | QtWidgets.QWidget | None) -> None:
        super().__init__(parentOf(arguments))
        self._filters, self._label, self._settingKey = self.Files, "", ""
        self._nameFilters: list[str] = []
        self._valid: bool | None = None
        self._edit = QtWidgets.QComboBox(self)
        self._edit.setEditable(True)
        self._edit.setInsertPolicy(QtWidgets.QComboBox.NoInsert)
        self._edit.setSizePolicy(QtWidgets.QSizePolicy.Ignored, QtWidgets.QSizePolicy.Fixed)
        self._browse = QtWidgets.QToolButton(self)
        self._browse.setText("…")
        layout = QtWidgets.QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._edit, 1)
        layout.addWidget(self._browse)
        self._browse.clicked.connect(self.browse)
        self._edit.currentTextChanged.connect(self._onText)
        self.setFocusProxy(self._edit)

    def _onText(self, text: str) -> None:
        self.currentPathChanged.emit(text)
        valid = bool(text) and self._accepts(Path(text))
        if valid != self._valid:
            self._valid = valid
            self.validInputChanged.emit(valid)

    def _accepts(self, path: Path) -> bool:
        return (self._filters & self.Dirs and path.is_dir()) or (self._filters & self.Files and path.is_file())

    def browse(self) -> None:
        if self._filters & self.Files:
            pattern = ";;".join(self._nameFilters)
            chosen, _ = QtWidgets.QFileDialog.getOpenFileName(self, self._label, self.currentPath, pattern)
        else:
            chosen = QtWidgets.QFileDialog.getExistingDirectory(self, self._label, self.currentPath)
        if chosen:
            self.setCurrentPath(chosen)

    def setCurrentPath(self, path: str) -> None:
        self._edit.setCurrentText(path)

    def addCurrentPathToHistory(self) -> None:
        """Puts the path first among those offered, also in later sessions."""
        known = [self._edit.itemText(row) for row in range(self._edit.count)]
        paths = [self.currentPath, *(path for path in known if path != self.currentPath)][:HISTORY_LENGTH]
        self._offer(paths)
        if self._settingKey:
            QtCore.QSettings().setValue(self._settingKey, paths)

    def setSettingKey(self, key: str) -> None:
        self._settingKey = key
        kept = QtCore.QSettings().value(key)
        self._offer([kept] if isinstance(kept, str) else list(kept or ()))

    def _offer(self, paths: list[str]) -> None:
        text = self.currentPath
        self._edit.blockSignals(True)
        self._edit.clear()
        self._edit.addItems(paths)
        self._edit.setCurrentText(text)
        self._edit.blockSignals(False)

    def setFilters(self, filters: int) -> None:
        self._filters = filters

    def setNameFilters(self, filters: list[str]) -> None:
        self._nameFilters = list(filters)

    def setLabel(self, label: str) -> None:
        self._label = label

    def setShowBrowseButton(self, shown: bool) -> None:
        self._browse.setVisible(shown)

    currentPath = Property(str, lambda self: self._edit.currentText, setCurrentPath)
    settingKey = Property(str, lambda self: self._settingKey, setSettingKey)
    filters = Property(int, lambda self: self._filters, setFilters)
    nameFilters = Property("QStringList", lambda self: tuple(self._nameFilters), setNameFilters)
    label = Property(str, lambda self: self._label, setLabel)
    showBrowseButton = Property(bool, lambda self: not self._browse.isHidden(), setShowBrowseButton)
