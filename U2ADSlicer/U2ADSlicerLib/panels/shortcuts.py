"""Single keys for the review: only while the module is shown, and never in a text field."""

from __future__ import annotations

import qt
import slicer

KEYS = {
    "C": "confirmButton",
    "X": "rejectButton",
    "U": "unsureButton",
    "N": "nextButton",
    "P": "previousButton",
    "M": "mapsButton",
    "E": "editButton",
    "A": "addButton",
    "L": "layoutButton",
    "Shift+Z": "undoButton",
    "Shift+Y": "redoButton",
}
"""Free of Slicer's own single keys; undo leaves Z and Ctrl+Z to the Segment Editor."""


class Shortcuts:
    """A key presses its button, as a click would: a disabled button stays silent.

    Args:
        ui: the panel's widgets.
        root: parent of the keys where there is no main window.
        settings: the reader may have switched the keys off.
    """

    def __init__(self, ui, root, settings) -> None:
        self.ui = ui
        self.root = root
        self.settings = settings
        self.installed: list = []

    def install(self) -> None:
        """From now on the keys work wherever the mouse is in Slicer's window."""
        self.remove()
        if not self.settings.shortcutsEnabled:
            return
        parent = slicer.util.mainWindow() or self.root
        for key, name in KEYS.items():
            shortcut = qt.QShortcut(parent)
            shortcut.setKey(qt.QKeySequence(key))
            shortcut.connect("activated()", self._presser(name))
            self.installed.append(shortcut)

    def remove(self) -> None:
        """The keys belong to others again."""
        for shortcut in self.installed:
            shortcut.setEnabled(False)
            shortcut.setParent(None)
            shortcut.deleteLater()
        self.installed = []

    def _presser(self, name: str):
        button = getattr(self.ui, name)

        def press():
            if self.ui.reviewPage.isVisible() and button.isVisible() and button.isEnabled():
                button.click()

        return press
