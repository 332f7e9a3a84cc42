"""What the menu File does: scans and scenes in and out."""

from __future__ import annotations

from pathlib import Path

import slicer

from EmbeddedSlicer.desktop.layout_manager import LayoutManager
from EmbeddedSlicer.desktop.native import QtGui, QtWidgets
from EmbeddedSlicer.desktop.scan_loading import loadScan, showScan
from u2ad.errors import U2ADError
from u2ad.scan import SeveralSeriesError

IMAGES = "Images (*.nii *.nii.gz *.nrrd *.nhdr *.mha *.mhd)"
SCENES = "Scenes (*.mrb *.mrml)"


class FileMenu(QtWidgets.QMenu):
    """Asks for files, and tells in a dialog what went wrong with them.

    Args:
        window: what the dialogs belong to.
        layoutManager: whose views show what was loaded.
    """

    def __init__(self, window: QtWidgets.QMainWindow, layoutManager: LayoutManager) -> None:
        super().__init__("&File", window)
        self._window, self._layoutManager = window, layoutManager
        self._add("Load &volume...", self._askForVolume, "Ctrl+O")
        self._add("Load &DICOM folder...", self._askForDicom)
        self.addSeparator()
        self._add("&Open scene...", self._askForScene)
        self._add("&Save scene...", self._askWhereToSave, "Ctrl+S")
        self._add("&Close scene", self.closeScene, "Ctrl+W")
        self.addSeparator()
        self._add("E&xit", window.close, "Ctrl+Q")

    def _add(self, text: str, slot, key: str = "") -> None:
        action = self.addAction(text)
        action.setShortcut(QtGui.QKeySequence(key))
        action.triggered.connect(lambda _checked: slot())

    def loadVolume(self, path: Path, series: str | None = None):
        """Loads an image file or a DICOM folder and shows it; asks which series where there are several.

        Args:
            path: file or folder.
            series: number of the series, where it is known already.

        Returns:
            The volume node, or None where the reader chose none.

        Raises:
            U2ADError: if it cannot be read.
        """
        try:
            with slicer.util.WaitCursor():
                volume = loadScan(path, series)
        except SeveralSeriesError as several:
            number = self._askForSeries(several.proposals)
            if number is None:
                return None
            with slicer.util.WaitCursor():
                volume = loadScan(path, str(number))
        showScan(volume, self._layoutManager)
        return volume

    def openScene(self, path: Path) -> None:
        """Replaces the scene by a saved one."""
        self.closeScene()
        slicer.util.loadScene(str(path))

    def saveScene(self, path: Path) -> None:
        """Writes the scene with all its data.

        Raises:
            RuntimeError: if that is not possible there.
        """
        target = path if path.suffix.lower() == ".mrb" else path.with_name(f"{path.name}.mrb")
        if not slicer.util.saveScene(str(target)):
            msg = "It cannot be written there. Choose another folder."
            raise RuntimeError(msg)

    def closeScene(self) -> None:
        """Empties the scene; views and layout stay."""
        slicer.mrmlScene.Clear()

    def _askForVolume(self) -> None:
        path, _ = QtWidgets.QFileDialog.getOpenFileName(self._window, "Load volume", "", IMAGES)
        self._try(self.loadVolume, path, "The scan could not be loaded.")

    def _askForDicom(self) -> None:
        path = QtWidgets.QFileDialog.getExistingDirectory(self._window, "Load DICOM folder")
        self._try(self.loadVolume, path, "The scan could not be loaded.")

    def _askForScene(self) -> None:
        path, _ = QtWidgets.QFileDialog.getOpenFileName(self._window, "Open scene", "", SCENES)
        self._try(self.openScene, path, "The scene could not be opened.")

    def _askWhereToSave(self) -> None:
        path, _ = QtWidgets.QFileDialog.getSaveFileName(self._window, "Save scene", "", "Scene with its data (*.mrb)")
        self._try(self.saveScene, path, "The scene could not be saved.")

    def _askForSeries(self, proposals) -> int | None:
        """The number of one of some series, which come with their reasons and the most suitable first."""
        texts = [each.line for each in proposals]
        text, chosen = QtWidgets.QInputDialog.getItem(self._window, "Load DICOM folder", "Series:", texts, 0, False)
        return proposals[texts.index(text)].number if chosen else None

    def _try(self, act, path: str, failure: str) -> None:
        """Does it with what a dialog returned, unless that was closed; says in another dialog why it failed."""
        if not path:
            return
        try:
            act(Path(path))
        except (U2ADError, RuntimeError, OSError) as error:
            slicer.util.errorDisplay(f"{failure}\n\n{error}", parent=self._window)
